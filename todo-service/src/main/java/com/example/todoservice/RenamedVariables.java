package com.example.todoservice;

import java.util.Locale;

import com.example.mtls.SettingException;

import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * Does not start with an allow-list in the variables of before: it would be passed over
 * without a word, and the default one admits others.
 */
class RenamedVariables implements ApplicationContextInitializer<ConfigurableApplicationContext> {

	private static final String CALLERS = "TODO_CALLERS";

	@Override
	public void initialize(ConfigurableApplicationContext context) {
		context.getEnvironment()
			.getSystemEnvironment()
			.keySet()
			.stream()
			.filter((variable) -> variable.toUpperCase(Locale.ROOT).startsWith(CALLERS))
			.sorted()
			.findFirst()
			.ifPresent((variable) -> {
				throw new SettingException(variable, "is not read any more, so others would be admitted than it says",
						"Rename it to MTLS_CALLERS" + variable.substring(CALLERS.length())
								+ ", and its like: MTLS_CALLERS_0_NAME, MTLS_CALLERS_0_ROLES, MTLS_CALLERS_0_CA, "
								+ "MTLS_CALLERS_1_NAME and so on.");
			});
	}

}
