package com.example.mtls.material;

import java.util.HashSet;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.example.mtls.EnvironmentVariables;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * The variables of the door: those that set its properties, and those that its properties
 * are filled from. All others are the host's, and read as it is used to. It comes when
 * all properties are there, and before one of these is asked for.
 */
class DoorVariables extends EnvironmentVariables {

	private static final String BUNDLE = "SPRING_SSL_BUNDLE_PEM_MTLS_";

	private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z][A-Za-z0-9_]*)");

	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER + 1;
	}

	@Override
	protected boolean isLiteral(String variable) {
		return variable.startsWith(BUNDLE) || variable.equals("MTLS_CRL");
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Set<String> bundle = variablesOf(environment, MaterialSettings.PROPERTY);
		Set<String> crl = variablesOf(environment, "mtls.crl");
		Set<String> others = variablesOf(environment, "mtls");
		read(environment,
				(variable) -> variable.startsWith(BUNDLE) || variable.startsWith("MTLS_") || bundle.contains(variable)
						|| others.contains(variable),
				(variable) -> isLiteral(variable) || bundle.contains(variable) || crl.contains(variable));
	}

	/** The variables in the values of a property and those below it, in upper case. */
	private static Set<String> variablesOf(ConfigurableEnvironment environment, String property) {
		ConfigurationPropertyName parent = ConfigurationPropertyName.of(property);
		Set<String> variables = new HashSet<>();
		ConfigurationPropertySources.get(environment).forEach((source) -> {
			if (source instanceof IterableConfigurationPropertySource known) {
				known.stream().filter((name) -> parent.equals(name) || parent.isAncestorOf(name)).forEach((name) -> {
					Matcher variable = VARIABLE
						.matcher(String.valueOf(known.getConfigurationProperty(name).getValue()));
					while (variable.find()) {
						variables.add(variable.group(1).toUpperCase(Locale.ROOT));
					}
				});
			}
		});
		return variables;
	}

}
