package com.example.mtls.material;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.StandardEnvironment;

/**
 * How people know a setting: by the environment variable that fills it, where one does,
 * else by the name of the property and the place where it stands.
 */
public final class PropertyOrigin {

	/** The whole value is one variable, perhaps with a default behind a colon. */
	private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Z][A-Z0-9_]*)(:.*)?}", Pattern.DOTALL);

	private PropertyOrigin() {
	}

	/**
	 * Names a setting.
	 * @param environment where it may be set
	 * @param property its canonical name, for example {@code server.ssl.client-auth}
	 * @return a variable, or the property and, where Boot knows it, its origin
	 */
	public static String describe(Environment environment, String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			ConfigurationProperty found = source.getConfigurationProperty(name);
			if (found != null) {
				return describe(found, property);
			}
		}
		return property;
	}

	/**
	 * Whether a setting, or one below it, has a value, be it an empty one.
	 * @param environment where it may be set
	 * @param property its canonical name
	 */
	public static boolean isSet(Environment environment, String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.getConfigurationProperty(name) != null
					|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT) {
				return true;
			}
		}
		return false;
	}

	private static String describe(ConfigurationProperty found, String property) {
		Matcher variable = VARIABLE.matcher(String.valueOf(found.getValue()));
		if (variable.matches()) {
			return variable.group(1);
		}
		Origin origin = found.getOrigin();
		if (origin instanceof PropertySourceOrigin known && known.getPropertySource()
			.getName()
			.endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) {
			return known.getPropertyName();
		}
		return (origin != null) ? property + " (" + origin + ")" : property;
	}

}
