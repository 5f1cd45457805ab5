package com.example.mtls.material;

import java.util.Map;

import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The variables of a host are its own.
 */
class DoorVariablesTests {

	private static final String CERTIFICATE = "spring.ssl.bundle.pem.mtls.keystore.certificate";

	@Test
	void whenVariableIsOfTheHostThenReadAsBefore() {
		StandardEnvironment host = environment(Map.of("BLANK", " ", "GREETING", "hello ${NAME}", "NAME", "you"));
		assertThat(host.getProperty("BLANK")).isEqualTo(" ");
		assertThat(host.resolvePlaceholders("${GREETING}")).isEqualTo("hello you");
	}

	@Test
	void whenVariableFillsThePropertiesOfTheDoorThenBlankIsNotSetAndASecretIsTakenLiterally() {
		StandardEnvironment host = environment(Map.of("ORDERS_CRT", "", "orders_pass", "open${sesame}", "LISTS", " ",
				"MTLS_CALLERS_0_NAME", "", "SPRING_SSL_BUNDLE_PEM_MTLS_KEYSTORE_PRIVATEKEY", "a${b:c}"));
		assertThat(host.getProperty(CERTIFICATE)).isEqualTo("/tls/tls.crt");
		assertThat(host.resolvePlaceholders("${orders_pass}")).isEqualTo("open${sesame}");
		assertThat(host.getProperty("mtls.crl")).isEmpty();
		assertThat(host.getProperty("MTLS_CALLERS_0_NAME")).isEmpty();
		assertThat(host.resolvePlaceholders("${SPRING_SSL_BUNDLE_PEM_MTLS_KEYSTORE_PRIVATEKEY}")).isEqualTo("a${b:c}");
	}

	/** As in an application that has all of its variables read so. */
	@Test
	void whenReadTwiceThenAsOnce() {
		StandardEnvironment host = environment(Map.of("orders_pass", "open${sesame}"));
		new DoorVariables().postProcessEnvironment(host, new SpringApplication());
		assertThat(host.resolvePlaceholders("${orders_pass}")).isEqualTo("open${sesame}");
	}

	private static StandardEnvironment environment(Map<String, Object> variables) {
		StandardEnvironment environment = new StandardEnvironment() {

			@Override
			public Map<String, Object> getSystemEnvironment() {
				return variables;
			}

		};
		environment.getPropertySources()
			.addLast(new MapPropertySource("application.yml",
					Map.of(CERTIFICATE, "${ORDERS_CRT:/tls/tls.crt}",
							"spring.ssl.bundle.pem.mtls.keystore.private-key-password", "${orders_pass:}", "mtls.crl",
							"${LISTS:}")));
		new DoorVariables().postProcessEnvironment(environment, new SpringApplication());
		return environment;
	}

}
