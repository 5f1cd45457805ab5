package com.example.todoclient;

import java.util.LinkedHashMap;
import java.util.Map;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Treats an environment variable that is set to nothing as not set, so that its default
 * applies. Compose files and deployment forms pass on a variable that nobody filled in as
 * an empty one.
 */
class EmptyVariables implements EnvironmentPostProcessor, Ordered {

	private static final String SOURCE = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> variables = new LinkedHashMap<>(environment.getSystemEnvironment());
		variables.values().removeIf((value) -> value.toString().isBlank());
		environment.getPropertySources().replace(SOURCE, new SystemEnvironmentPropertySource(SOURCE, variables));
	}

	/** Before Boot looks for the first property. */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
