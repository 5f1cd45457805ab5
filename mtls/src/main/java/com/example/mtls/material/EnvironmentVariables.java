package com.example.mtls.material;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Takes environment variables as people mean them.
 * <p>
 * One that is set to nothing counts as not set, so that its default applies: Compose
 * files and deployment forms pass on a variable that nobody filled in as an empty one.
 * Only an allow-list that is set to nothing stays that, and admits nobody.
 * <p>
 * One that may hold a secret is taken literally. Spring would look for a property where
 * it has <code>${</code>, and repeat the whole value in its complaint that there is none.
 * <p>
 * It comes before Boot looks for the first property.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class EnvironmentVariables implements EnvironmentPostProcessor {

	private static final String SOURCE = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	private static final Pattern ALLOW_LIST = Pattern.compile("MTLS_CALLERS.*");

	private static final Pattern SECRET = Pattern.compile(".*(PASSWORD|_FILE_PATH|DATASOURCE|TODO_SERVICE_URL).*");

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		Map<String, Object> variables = new LinkedHashMap<>();
		environment.getSystemEnvironment().forEach((name, value) -> {
			String known = name.toUpperCase(Locale.ROOT);
			if (!value.toString().isBlank() || ALLOW_LIST.matcher(known).matches()) {
				variables.put(name, SECRET.matcher(known).matches() ? value.toString().replace("${", "\\${") : value);
			}
		});
		environment.getPropertySources().replace(SOURCE, new SystemEnvironmentPropertySource(SOURCE, variables));
	}

}
