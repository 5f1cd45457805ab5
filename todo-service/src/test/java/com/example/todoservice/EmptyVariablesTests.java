package com.example.todoservice;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A variable that is set to nothing opens no door.
 */
class EmptyVariablesTests {

	/** Trust above all: without it the JDK would trust every public CA. */
	@ParameterizedTest
	@ValueSource(strings = { "", " ", "\t" })
	void whenSetToNothingThenDefaultApplies(String nothing) {
		StandardEnvironment environment = environment(Map.of("CA_CERT_FILE_PATH", nothing, "SERVER_PORT", nothing));
		assertThat(environment.resolvePlaceholders("${CA_CERT_FILE_PATH:/tls/ca.crt}")).isEqualTo("/tls/ca.crt");
		assertThat(environment.getProperty("server.port")).isNull();
	}

	@Test
	void whenSetToSomethingThenThatApplies() {
		StandardEnvironment environment = environment(
				Map.of("CA_CERT_FILE_PATH", "/mine/ca.crt", "SERVER_PORT", "9443"));
		assertThat(environment.resolvePlaceholders("${CA_CERT_FILE_PATH:/tls/ca.crt}")).isEqualTo("/mine/ca.crt");
		assertThat(environment.getProperty("server.port")).isEqualTo("9443");
	}

	/** The default of this one admits somebody. */
	@ParameterizedTest
	@ValueSource(strings = { "TODO_CALLERS", "TODO_CALLERS_0_NAME", "TODO_CALLERS_0_ROLES", "todo_callers_0_name" })
	void whenAllowListIsSetToNothingThenItStaysThat(String variable) {
		assertThat(environment(Map.of(variable, "")).getProperty(variable)).isEmpty();
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		};
		new EmptyVariables().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
