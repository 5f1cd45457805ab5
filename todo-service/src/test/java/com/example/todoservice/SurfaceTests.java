package com.example.todoservice;

import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

import com.example.mtls.RawConnection;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What answers on each port, and what nobody is told.
 */
@ExtendWith(OutputCaptureExtension.class)
class SurfaceTests {

	private static final TestService service = TestService.shared();

	/** What other set-ups of the same libraries would serve. */
	private static final String ELSEWHERE = "/, /index.html, /favicon.ico, /robots.txt, /error, /login, /logout, "
			+ "/h2-console, /swagger-ui.html, /swagger-ui/index.html, /v3/api-docs, /openapi.yaml, /webjars/x, "
			+ "/application.yml, /META-INF/MANIFEST.MF, /WEB-INF/web.xml, /manager/html, /docs/, /env, /metrics, "
			+ "/actuator, /actuator/env, /actuator/beans, /actuator/configprops, /actuator/conditions, "
			+ "/actuator/heapdump, /actuator/threaddump, /actuator/loggers, /actuator/mappings, /actuator/flyway, "
			+ "/actuator/shutdown, /actuator/scheduledtasks, /actuator/sbom, /actuator/caches, /actuator/httpexchanges, "
			+ "/actuator/startup, /actuator/metrics, /actuator/health/db, /actuator/health/ssl, /actuator/health/tls, "
			+ "/actuator/health/diskSpace, /actuator/health/ping";

	private final TestClient caller = service.client("todo-client");

	@Test
	void onTheServicePortOnlyTheApiAnswers() {
		assertThat(this.caller.get("/session").status()).isEqualTo(200);
		for (String path : ELSEWHERE.split(", ")) {
			Answer answer = this.caller.get(path);
			assertThat(answer.status()).as(path).isEqualTo(404);
			ProblemAssert.assertProblem(answer.response(), answer.body());
		}
		for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
				"/actuator/info", "/actuator/prometheus")) {
			assertThat(this.caller.get(path).status()).as(path).isEqualTo(404);
		}
	}

	/** A prober has no certificate; nor has anyone else who finds this port. */
	@Test
	void onTheManagementPortOnlyHealthInfoAndMetricsAnswer() throws Exception {
		for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
				"/actuator/info", "/actuator/prometheus")) {
			HttpResponse<String> answer = management("GET", path);
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			if (!path.endsWith("/prometheus")) {
				ProblemAssert.assertSilent(answer);
			}
		}
		for (String path : (ELSEWHERE + ", /session").split(", ")) {
			HttpResponse<String> answer = management("GET", path);
			assertThat(answer.statusCode()).as(path).isIn(403, 404);
			ProblemAssert.assertSilent(answer);
		}
		for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "TRACE")) {
			for (String path : List.of("/actuator/health", "/actuator/info", "/actuator/prometheus",
					"/actuator/health/liveness")) {
				HttpResponse<String> answer = management(method, path);
				assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(405);
				ProblemAssert.assertSilent(answer);
			}
		}
	}

	/** As if SERVER_PORT and MANAGEMENT_SERVER_PORT were the same. */
	@Test
	void whenManagementSharesTheServicePortThenOnlyAdmittedCallersAreTold() {
		try (TestService shared = TestService.start("--management.server.port=", "--management.server.ssl.enabled=")) {
			assertThat(shared.client("todo-client").get("/actuator/health").status()).isEqualTo(200);
			for (String path : List.of("/actuator/health", "/actuator/health/readiness", "/actuator/info",
					"/actuator/prometheus")) {
				Answer stranger = shared.client("stranger").get(path);
				assertThat(stranger.status()).as(path).isEqualTo(403);
				assertThat(stranger.body().get("reason").asString()).as(path).isEqualTo("unknown-caller");
			}
		}
	}

	@ParameterizedTest
	@CsvSource({ "--management.endpoints.web.base-path=/manage, /manage", "--management.endpoints.web.base-path=/, ''",
			"--management.server.base-path=/deep, /deep/actuator" })
	void whenManagementHasAnotherPathThenProbesAnswerThere(String argument, String path) throws Exception {
		try (TestService elsewhere = TestService.start(argument)) {
			for (String endpoint : List.of("/health/liveness", "/health/readiness", "/info", "/prometheus")) {
				assertThat(management(elsewhere, path + endpoint)).as(endpoint).isEqualTo(200);
			}
			assertThat(management(elsewhere, path + "/env")).isNotEqualTo(200);
			assertThat(management(elsewhere, "/session")).isIn(403, 404);
			assertThat(elsewhere.client("todo-client").get(path + "/health").status()).isEqualTo(404);
			assertThat(elsewhere.client("stranger").get(path + "/health").status()).isEqualTo(403);
		}
	}

	private static int management(TestService service, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + service.managementPort() + path)).build(),
					BodyHandlers.discarding())
			.statusCode();
	}

	/** Told apart, and in words: too long is not malformed. */
	@Test
	void whenRequestIsTooLargeThenSaysSo() {
		assertTooLarge("GET /" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "uri-too-long",
				"The request line has more than 8192 bytes.");
		assertTooLarge("GET /session?" + "after=x&".repeat(1_500) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414,
				"uri-too-long", "The request line has more than 8192 bytes.");
		assertTooLarge("GET /session HTTP/1.1\r\nHost: localhost\r\nCookie: " + "x".repeat(9_000) + "\r\n\r\n", 431,
				"request-header-fields-too-large",
				"The request line and the headers together have more than 8192 bytes.");
		assertTooLarge("GET /session HTTP/1.1\r\nHost: localhost\r\n" + "X-Much: y\r\n".repeat(5_000) + "\r\n", 431,
				"request-header-fields-too-large", "headers.");
		assertTooLarge("GET /session HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n", 431,
				"request-header-fields-too-large", "The request has more than 100 headers.");
	}

	private void assertTooLarge(String request, int status, String reason, String detail) {
		try (RawConnection connection = RawConnection.open(
				TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()),
				service.port())) {
			RawConnection.Answer answer = connection.exchange(request);
			assertThat(answer.status()).isEqualTo(status);
			JsonNode problem = JsonMapper.shared().readTree(answer.body());
			assertThat(problem.get("reason").asString()).isEqualTo(reason);
			assertThat(problem.get("detail").asString()).endsWith(detail);
			ProblemAssert.assertProblem(problem, status);
		}
	}

	/**
	 * Which application server, on which machine, with which settings, is no one's
	 * business.
	 */
	@Test
	void metricsAndInfoTellNothingOfTheMachine() throws Exception {
		String info = management("GET", "/actuator/info").body();
		assertThat(info).doesNotContain("java.", "os.", "vendor", "password", "PRIVATE KEY");
		assertThat(management("GET", "/actuator/health").body())
			.isEqualTo("{\"groups\":[\"liveness\",\"readiness\"],\"status\":\"UP\"}");
		assertThat(management("GET", "/actuator/health/liveness").body()).isEqualTo("{\"status\":\"UP\"}");
	}

	/** The name of a path, and of nobody: neither port counts what it does not know. */
	@Test
	void whateverIsAskedForMetricsDoNotGrow() throws Exception {
		for (int i = 0; i < 5; i++) {
			this.caller.get("/nothing/" + i + "/here");
			management("GET", "/nothing/" + i + "/here");
		}
		assertThat(management("GET", "/actuator/prometheus").body()).doesNotContain("/nothing/");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = { "GET|/nothing||404|not-found", "POST|/session||405|method-not-allowed" })
	void whenRequestIsWrongThenProblemDocumentSaysWhy(String method, String path, String body, int status,
			String reason) {
		Answer answer = this.caller.send(this.caller.request(path)
			.header("Content-Type", "application/json")
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody()));
		assertThat(answer.status()).isEqualTo(status);
		ProblemAssert.assertProblem(answer.response(), answer.body());
		assertThat(answer.body().get("reason").asString()).isEqualTo(reason);
	}

	/**
	 * Refused by Tomcat, by Spring Security's firewall or by a filter: one form for all.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "GET /session% HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /session;x HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /<script> HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /session/[x] HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /session HTTP/1.1\r\n\r\n",
			"GET /session HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /session HTTP/1.1\r\nHost: @\r\n\r\n",
			"GET /session HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n",
			"TRACE /session HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"CONNECT /session HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /session HTTP/3.0\r\nHost: localhost\r\n\r\n",
			"\u0000\u0001\u0002\r\n\r\n", "GET /session HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
			"GET /session HTTP/1.1\r\nHost: localhost\r\nExpect: 1\r\n\r\n" })
	void whenRequestIsMalformedThenProblemDocument(String request) {
		try (RawConnection connection = RawConnection.open(
				TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()),
				service.port())) {
			RawConnection.Answer answer = connection.exchange(request);
			assertThat(answer.status()).isBetween(400, 505).isNotEqualTo(500);
			assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
			ProblemAssert.assertProblem(JsonMapper.shared().readTree(answer.body()), answer.status());
			ProblemAssert.assertSilent(answer.headers(), answer.body());
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "GET /actuator% HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /actuator HTTP/1.1\r\n\r\n",
			"CONNECT / HTTP/1.1\r\nHost: localhost\r\n\r\n", "nonsense\r\n\r\n" })
	void whenRequestToTheManagementPortIsMalformedThenProblemDocument(String request) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", service.managementPort());
				InputStream in = socket.getInputStream()) {
			socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
			socket.shutdownOutput();
			String answer = new String(in.readAllBytes(), StandardCharsets.UTF_8);
			assertThat(answer).contains("Content-Type: application/problem+json", "\"reason\":").doesNotContain("<");
			ProblemAssert.assertSilent(Map.of(), answer);
		}
	}

	/** Our own failure, told to nobody but our log, and there once in a minute. */
	@Test
	void whenServiceFailsAgainAndAgainThenNoDetailLeavesAndTheLogHasItOnce(CapturedOutput output) {
		this.caller.get("/fail");
		this.caller.get("/fail");
		assertThat(output.getOut().split("Unexpected error", -1)).hasSizeLessThanOrEqualTo(2);
		Answer answer = this.caller.get("/fail");
		assertThat(answer.status()).isEqualTo(500);
		ProblemAssert.assertProblem(answer.response(), answer.body());
		assertThat(answer.response().body()).doesNotContain("4711");
	}

	private static HttpResponse<String> management(String method, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.managementPort() + path))
				.method(method, BodyPublishers.noBody())
				.build(), BodyHandlers.ofString());
	}

}
