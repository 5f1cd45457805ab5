package com.example.todoclient.web;

import com.example.todoclient.TestCa;
import com.example.todoclient.TestClientApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class ManagementPortTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		client = TestClientApplication.start("https://localhost:1", CA, CA.client("todo-client"),
				"--PAGE_HOSTS=todos.example");
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

	@ParameterizedTest
	@CsvSource({ "/actuator/env", "/actuator/heapdump", "/actuator/beans", "/actuator/loggers", "/actuator/configprops",
			"/actuator/shutdown", "/actuator/mappings", "/api/todos", "/api/tls", "/", "/index.html" })
	void nothingElseIsThere(String path) {
		client.http(client.managementPort()).get().uri(path).exchange().expectStatus().isNotFound().expectBody();
	}

}
