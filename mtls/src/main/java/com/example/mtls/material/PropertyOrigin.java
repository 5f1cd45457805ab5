package com.example.mtls.material;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.ConfigurationPropertyState;
import org.springframework.boot.env.OriginTrackedMapPropertySource;
import org.springframework.boot.origin.Origin;
import org.springframework.boot.origin.PropertySourceOrigin;
import org.springframework.boot.origin.TextResourceOrigin;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;
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
		ConfigurationProperty found = find(environment, property);
		Origin origin = (found != null) ? found.getOrigin() : null;
		// What people set in a list by hand they set in variables.
		if (property.contains("[") && !((found != null) ? origin instanceof TextResourceOrigin
				: isInFile(environment, ConfigurationPropertyName.of(property).getParent().getParent()))) {
			return property.replaceAll("[.\\[]", "_").replaceAll("[]-]", "").toUpperCase(Locale.ROOT);
		}
		String name = name(found, property);
		return (origin != null && name.equals(property)) ? property + " (" + origin + ")" : name;
	}

	/** Whether a file has what stands beside a property that is missing. */
	private static boolean isInFile(Environment environment, ConfigurationPropertyName parent) {
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if (source.containsDescendantOf(parent) == ConfigurationPropertyState.PRESENT) {
				return source.getUnderlyingSource() instanceof OriginTrackedMapPropertySource;
			}
		}
		return false;
	}

	/** The same without the place where it stands. */
	public static String name(Environment environment, String property) {
		return name(find(environment, property), property);
	}

	private static @Nullable ConfigurationProperty find(Environment environment, String property) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			ConfigurationProperty found = source.getConfigurationProperty(name);
			if (found != null) {
				return found;
			}
		}
		return null;
	}

	/**
	 * Whether a setting, or one below it, has a value, be it an empty one.
	 * @param environment where it may be set
	 * @param property its canonical name
	 */
	public static boolean isSet(Environment environment, String property) {
		return isSet(environment, property, true);
	}

	/** The same of what does not come from an environment variable. */
	public static boolean isSetElsewhere(Environment environment, String property) {
		return isSet(environment, property, false);
	}

	private static boolean isSet(Environment environment, String property, boolean variables) {
		ConfigurationPropertyName name = ConfigurationPropertyName.of(property);
		for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
			if ((variables || !isOfVariables(source)) && (source.getConfigurationProperty(name) != null
					|| source.containsDescendantOf(name) == ConfigurationPropertyState.PRESENT)) {
				return true;
			}
		}
		return false;
	}

	private static boolean isOfVariables(ConfigurationPropertySource source) {
		return source.getUnderlyingSource() instanceof PropertySource<?> known
				&& known.getName().endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME);
	}

	private static String name(@Nullable ConfigurationProperty found, String property) {
		if (found == null) {
			return property;
		}
		Matcher variable = VARIABLE.matcher(String.valueOf(found.getValue()));
		if (variable.matches()) {
			return variable.group(1);
		}
		return (found.getOrigin() instanceof PropertySourceOrigin known && known.getPropertySource()
			.getName()
			.endsWith(StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME)) ? known.getPropertyName()
					: property;
	}

}
