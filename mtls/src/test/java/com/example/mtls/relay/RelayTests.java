package com.example.mtls.relay;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.Test;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** A service that is called and calls. */
class RelayTests {

	private static final String[] OTHERS = { "--mtls.callers[0].name=relay", "--mtls.callers[0].roles=read" };

	@Test
	void whenAServiceCallsTwoOthersThenEachKnowsWhoIsCalling() {
		TestCa ca = TestCa.create("test-ca");
		Issued relay = ca.leaf()
			.commonName("relay")
			.purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.issue();
		try (TestService first = TestService.start(ca, ca.server(), OTHERS);
				TestService second = TestService.start(ca, ca.server(), OTHERS);
				ConfigurableApplicationContext context = start("--server.port=0", "--management.server.port=0",
						"--CERT_FILE_PATH=" + relay.certificatePem(), "--KEY_FILE_PATH=" + relay.keyPem(),
						"--CA_CERT_FILE_PATH=" + ca.certificatePem(), url("blocking", first), bundle("blocking"),
						url("reactive", second), bundle("reactive"))) {
			Answer admitted = client(context, ca, "todo-client").get("/names");

			assertThat(admitted.status()).isEqualTo(200);
			assertThat(admitted.body()).extracting((name) -> name.asString())
				.containsExactly("todo-client", "relay", "relay");
			assertThat(client(context, ca, "stranger").get("/names").status()).isEqualTo(403);
		}
	}

	/** With the door on the class path only, it is what it was: Boot asks for a login. */
	@Test
	void whenNothingIsConfiguredThenStartsAsBefore() throws Exception {
		try (ConfigurableApplicationContext context = start("--spring.config.location=optional:classpath:/nowhere/",
				"--server.port=0")) {
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + port(context) + "/names")).build(),
						BodyHandlers.ofString());

			assertThat(answer.statusCode()).isEqualTo(401);
			assertThat(answer.headers().firstValue("WWW-Authenticate"))
				.hasValueSatisfying((login) -> assertThat(login).startsWith("Basic"));
		}
	}

	private static ConfigurableApplicationContext start(String... arguments) {
		SpringApplication application = new SpringApplication(RelayApplication.class);
		application.setRegisterShutdownHook(false);
		return application.run(arguments);
	}

	private static String url(String group, TestService service) {
		return "--spring.http.serviceclient." + group + ".base-url=https://localhost:" + service.port();
	}

	private static String bundle(String group) {
		return "--spring.http.serviceclient." + group + ".ssl.bundle=mtls";
	}

	private static TestClient client(ConfigurableApplicationContext context, TestCa ca, String name) {
		return new TestClient("https://localhost:" + port(context), ca.client(name), ca.certificate());
	}

	private static int port(ConfigurableApplicationContext context) {
		return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

}
