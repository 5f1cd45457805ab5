package com.example.mtls;

import java.util.Map;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A variable that is set to nothing opens no door.
 */
class EnvironmentVariablesTests {

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
	@ValueSource(strings = { "MTLS_CALLERS", "MTLS_CALLERS_0_NAME", "MTLS_CALLERS_0_ROLES", "mtls_callers_0_name" })
	void whenAllowListIsSetToNothingThenItStaysThat(String variable) {
		assertThat(environment(Map.of(variable, "")).getProperty(variable)).isEmpty();
	}

	/** Spring would complain that there is no such property, and repeat the value. */
	@ParameterizedTest
	@ValueSource(strings = { "KEY_PASSWORD", "KEY_FILE_PATH", "SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_PASSWORD" })
	void whenASecretHasAPlaceholderThenItIsTakenLiterally(String variable) {
		StandardEnvironment environment = environment(Map.of(variable, "open${sesame}and${more:x}"));
		assertThat(environment.getProperty(variable)).isEqualTo("open${sesame}and${more:x}");
		assertThat(environment.resolveRequiredPlaceholders("${" + variable + ":}"))
			.isEqualTo("open${sesame}and${more:x}");
		environment.getPropertySources()
			.addLast(new MapPropertySource("application.yml", Map.of("bundle.value", "${" + variable + ":}")));
		ConfigurationPropertySources.attach(environment);
		assertThat(Binder.get(environment).bind("bundle.value", String.class).get())
			.isEqualTo("open${sesame}and${more:x}");
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		};
		new EnvironmentVariables() {

			@Override
			protected boolean isLiteral(String variable) {
				return variable.matches(".*(PASSWORD|_FILE_PATH|DATASOURCE).*");
			}

		}.postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
