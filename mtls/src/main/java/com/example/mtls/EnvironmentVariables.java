package com.example.mtls;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
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
 * The door does so with its own variables. An application that wants all of its variables
 * read so extends this class and names it in its {@code META-INF/spring.factories}; it
 * comes before Boot looks for the first property.
 */
public abstract class EnvironmentVariables implements EnvironmentPostProcessor, Ordered {

	private static final String SOURCE = StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME;

	private static final String ALLOW_LIST = "MTLS_CALLERS";

	/** Whether a variable, in upper case, is read in this way. */
	protected boolean isRead(String variable) {
		return true;
	}

	/** Whether it may hold a secret, or something else that is to be taken literally. */
	protected abstract boolean isLiteral(String variable);

	@Override
	public int getOrder() {
		return HIGHEST_PRECEDENCE;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		read(environment, this::isRead, this::isLiteral);
	}

	/** Does it with some variables; one that was read so before stays as it is. */
	protected static void read(ConfigurableEnvironment environment, Predicate<String> read, Predicate<String> literal) {
		PropertySource<?> source = environment.getPropertySources().get(SOURCE);
		Map<String, Object> variables = new LinkedHashMap<>();
		environment.getSystemEnvironment().forEach((name, raw) -> {
			String known = name.toUpperCase(Locale.ROOT);
			Object value = (source != null && source.getSource() instanceof Map<?, ?> map) ? map.get(name) : raw;
			if (value == null) {
				return;
			}
			if (!value.equals(raw) || !read.test(known)) {
				variables.put(name, value);
			}
			else if (!value.toString().isBlank() || known.startsWith(ALLOW_LIST)) {
				variables.put(name, literal.test(known) ? value.toString().replace("${", "\\${") : value);
			}
		});
		// Boot's own source knows where a variable comes from, so it stays where it can.
		if (source != null && !variables.equals(source.getSource())) {
			environment.getPropertySources().replace(SOURCE, new SystemEnvironmentPropertySource(SOURCE, variables));
		}
	}

}
