package com.example.todoservice;

import java.util.LinkedHashMap;
import java.util.Locale;
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
 * <p>
 * No default admits anyone but the allow-list's. So an allow-list that is set to nothing
 * stays that: it admits nobody, or is an error.
 */
class EmptyVariables implements EnvironmentPostProcessor, Ordered {

	private static final String SOURCE = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	private static final String ALLOW_LIST = "TODO_CALLERS";

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> variables = new LinkedHashMap<>(environment.getSystemEnvironment());
		variables.entrySet()
			.removeIf((variable) -> variable.getValue().toString().isBlank()
					&& !variable.getKey().toUpperCase(Locale.ROOT).startsWith(ALLOW_LIST));
		environment.getPropertySources().replace(SOURCE, new SystemEnvironmentPropertySource(SOURCE, variables));
	}

	/** Before Boot looks for the first property. */
	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

}
