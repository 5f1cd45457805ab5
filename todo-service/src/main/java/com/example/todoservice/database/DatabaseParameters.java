package com.example.todoservice.database;

import java.util.Arrays;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

import javax.sql.DataSource;

import com.example.mtls.SettingException;
import org.postgresql.PGProperty;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Looks at what the URL of PostgreSQL says about TLS before the first connection. The
 * driver passes over a parameter that it does not know, so that a misspelt
 * {@code sslmode} would send the password to whoever answers.
 */
@Component
class DatabaseParameters implements BeanPostProcessor {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseParameters.class);

	private static final Pattern NAME = Pattern.compile("[?&]([^=&#]*)");

	private final Environment environment;

	DatabaseParameters(Environment environment) {
		this.environment = environment;
	}

	@Override
	public Object postProcessBeforeInitialization(Object bean, String name) {
		if (bean instanceof DataSource) {
			check(this.environment.getProperty("spring.datasource.url", ""));
		}
		return bean;
	}

	private void check(String url) {
		if (!url.startsWith("jdbc:postgresql:")) {
			return;
		}
		for (MatchResult parameter : NAME.matcher(url).results().toList()) {
			String name = parameter.group(1);
			if (name.toLowerCase(Locale.ROOT).replaceAll("[^a-z]", "").startsWith("ssl")
					&& PGProperty.forName(name) == null) {
				throw new SettingException(DatabaseFailureAnalyzer.setting(this.environment),
						"has a parameter that looks like one about TLS, and that the driver would pass over",
						"Correct its spelling; known are " + String.join(", ",
								Arrays.stream(PGProperty.values())
									.map(PGProperty::getName)
									.filter((known) -> known.startsWith("ssl"))
									.sorted()
									.toList())
								+ ".");
			}
		}
		if (url.contains("sslrootcert=") && !url.toLowerCase(Locale.ROOT).matches(".*(sslmode=verify-|[?&]ssl=).*")) {
			logger.warn(
					"SPRING_DATASOURCE_URL has an sslrootcert that is not looked at, because its sslmode does not check "
							+ "the certificate of the server. To check it: sslmode=verify-full.");
		}
	}

}
