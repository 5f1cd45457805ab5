package com.example.todoservice;

import java.util.Map;

import com.example.mtls.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An allow-list in the variables of before is not passed over.
 */
class RenamedVariablesTests {

	@ParameterizedTest
	@CsvSource({ "TODO_CALLERS_0_NAME, MTLS_CALLERS_0_NAME", "TODO_CALLERS, MTLS_CALLERS",
			"todo_callers_12_ca, MTLS_CALLERS_12_ca" })
	void whenSetThenTheNewNameIsTold(String before, String now) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> start(Map.of("PATH", "/bin", before, "")))
			.withMessageStartingWith(before + " is not read any more")
			.satisfies((ex) -> assertThat(ex.cure()).contains(now + ",", "MTLS_CALLERS_0_ROLES"));
	}

	@Test
	void whenNotSetThenStarts() {
		start(Map.of("MTLS_CALLERS_0_NAME", "a", "TODO_SERVICE_URL", "https://localhost"));
	}

	private static void start(Map<String, Object> variables) {
		GenericApplicationContext context = new GenericApplicationContext();
		context.setEnvironment(new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		});
		new RenamedVariables().initialize(context);
	}

}
