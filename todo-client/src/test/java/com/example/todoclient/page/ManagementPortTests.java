package com.example.todoclient.page;

import java.time.Duration;
import java.time.Instant;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateText;
import com.example.todoclient.TestClientApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementPortTests {

	private static final TestCa CA = TestCa.create("test-ca");

	/** A coming expiry must not turn a probe. */
	private static final Issued EXPIRING = CA.leaf()
		.commonName("todo-client")
		.validity(Instant.now().minus(Duration.ofDays(89)), Instant.now().plus(Duration.ofHours(1)))
		.issue();

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		client = TestClientApplication.start("https://localhost:1", CA, EXPIRING, "--PAGE_HOSTS=todos.example");
	}

	@AfterAll
	static void stop() {
		client.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness" })
	void probesAnswerUnderAnyHostThoughTheServiceIsDown(String path) {
		client.http(client.managementPort())
			.get()
			.uri(path)
			.header("Host", "10.1.2.3:8082")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP");
	}

	@Test
	void infoShowsTheCertificateAndMetricsItsExpiry() {
		client.http(client.managementPort())
			.get()
			.uri("/actuator/info")
			.exchange()
			.expectBody()
			.jsonPath("$.ssl.bundles[0].certificateChains[0].certificates[0].subject")
			.isEqualTo("CN=todo-client");
		client.http(client.managementPort())
			.get()
			.uri("/actuator/prometheus")
			.exchange()
			.expectBody(String.class)
			.value((metrics) -> assertThat(metrics).contains("ssl_chain_expiry_seconds{"));
	}

	@Test
	void brokenFilesAreShownWhileReadinessStaysUp() {
		assertReload("0.0", "ok");
		TestClientApplication.write(client.folder(), CA, new Issued(EXPIRING.chain(), CA.client("x").key(), null));
		assertReload("1.0", "refused, see the log");
		TestClientApplication.write(client.folder(), CA, EXPIRING);
		assertReload("0.0", "ok");
	}

	private static void assertReload(String gauge, String detail) {
		Awaitility.await()
			.atMost(Duration.ofSeconds(60))
			.until(() -> client.http(client.managementPort())
				.get()
				.uri("/actuator/prometheus")
				.exchange()
				.returnResult(String.class)
				.getResponseBody()
				.collectList()
				.block(Duration.ofSeconds(30))
				.toString(), (metrics) -> metrics.contains("tls_reload_refused " + gauge));
		client.http(client.managementPort())
			.get()
			.uri("/actuator/health/readiness")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody()
			.jsonPath("$.status")
			.isEqualTo("UP")
			.jsonPath("$.components.tls.details.reload")
			.isEqualTo(detail)
			.jsonPath("$.components.tls.details.serialNumber")
			.isEqualTo(CertificateText.serialNumber(EXPIRING.certificate().getSerialNumber()));
	}

	@ParameterizedTest
	@CsvSource({ "/actuator/env", "/actuator/heapdump", "/actuator/beans", "/actuator/loggers", "/actuator/configprops",
			"/actuator/shutdown", "/actuator/mappings", "/api/todos", "/api/tls", "/", "/index.html" })
	void nothingElseIsThere(String path) {
		client.http(client.managementPort()).get().uri(path).exchange().expectStatus().isNotFound().expectBody();
	}

}
