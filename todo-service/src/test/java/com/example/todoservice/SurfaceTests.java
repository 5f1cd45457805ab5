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
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import com.example.mtls.RawConnection;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What answers on each port, and what nobody is told.
 */
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
		assertThat(this.caller.get("/todos").status()).isEqualTo(200);
		for (String path : ELSEWHERE.split(", ")) {
			Answer answer = this.caller.get(path);
			assertThat(answer.status()).as(path).isEqualTo(404);
			assertProblem(answer.response(), answer.body());
		}
		for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
				"/actuator/info", "/actuator/prometheus")) {
			assertThat(this.caller.get(path).status()).as(path).isEqualTo(404);
		}
	}

	@Test
	void onlyTheApiIsMapped() {
		RequestMappingHandlerMapping mapping = service.bean(RequestMappingHandlerMapping.class);
		assertThat(mapping.getHandlerMethods().keySet().stream().flatMap((each) -> each.getPatternValues().stream()))
			.containsOnly("/todos", "/todos/{id}", "/session", "/error", "/fail");
	}

	/** A prober has no certificate; nor has anyone else who finds this port. */
	@Test
	void onTheManagementPortOnlyHealthInfoAndMetricsAnswer() throws Exception {
		for (String path : List.of("/actuator/health", "/actuator/health/liveness", "/actuator/health/readiness",
				"/actuator/info", "/actuator/prometheus")) {
			HttpResponse<String> answer = management("GET", path);
			assertThat(answer.statusCode()).as(path).isEqualTo(200);
			if (!path.endsWith("/prometheus")) {
				assertSilent(answer);
			}
		}
		for (String path : (ELSEWHERE + ", /todos, /session").split(", ")) {
			HttpResponse<String> answer = management("GET", path);
			assertThat(answer.statusCode()).as(path).isIn(403, 404);
			assertSilent(answer);
		}
		for (String method : List.of("POST", "PUT", "PATCH", "DELETE", "TRACE")) {
			for (String path : List.of("/actuator/health", "/actuator/info", "/actuator/prometheus",
					"/actuator/health/liveness")) {
				HttpResponse<String> answer = management(method, path);
				assertThat(answer.statusCode()).as(method + " " + path).isEqualTo(405);
				assertSilent(answer);
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
			assertThat(management(elsewhere, "/todos")).isIn(403, 404);
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
		assertTooLarge("GET /todos?" + "after=x&".repeat(1_500) + " HTTP/1.1\r\nHost: localhost\r\n\r\n", 414,
				"uri-too-long", "The request line has more than 8192 bytes.");
		assertTooLarge("GET /todos HTTP/1.1\r\nHost: localhost\r\nCookie: " + "x".repeat(9_000) + "\r\n\r\n", 431,
				"request-header-fields-too-large",
				"The request line and the headers together have more than 8192 bytes.");
		assertTooLarge("GET /todos HTTP/1.1\r\nHost: localhost\r\n" + "X-Much: y\r\n".repeat(5_000) + "\r\n", 431,
				"request-header-fields-too-large", "headers.");
		assertTooLarge("GET /todos HTTP/1.1\r\nHost: localhost\r\n" + "X: y\r\n".repeat(200) + "\r\n", 431,
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
			assertProblem(problem, status);
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
	@CsvSource(delimiter = '|',
			value = { "GET|/nothing||404|not-found", "POST|/session||405|method-not-allowed",
					"PATCH|/todos|{}|405|method-not-allowed", "GET|/todos/7||400|invalid-request",
					"GET|/todos/00000000-0000-0000-0000-000000000000||404|todo-not-found",
					"GET|/todos?limit=0||400|invalid-request", "GET|/todos?limit=x||400|invalid-request",
					"GET|/todos?after=x||400|invalid-request", "POST|/todos|{|400|invalid-request",
					"POST|/todos|{}|400|invalid-request", "POST|/todos|[1]|400|invalid-request",
					"POST|/todos|{\"title\":\"x\",\"owner\":\"y\"}|400|invalid-request" })
	void whenRequestIsWrongThenProblemDocumentSaysWhy(String method, String path, String body, int status,
			String reason) {
		Answer answer = this.caller.send(this.caller.request(path)
			.header("Content-Type", "application/json")
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody()));
		assertThat(answer.status()).isEqualTo(status);
		assertProblem(answer.response(), answer.body());
		assertThat(answer.body().get("reason").asString()).isEqualTo(reason);
	}

	@Test
	void whenMediaTypeIsWrongThenProblemDocumentSaysWhy() {
		Answer sent = this.caller.send(this.caller.request("/todos")
			.header("Content-Type", "application/xml")
			.POST(BodyPublishers.ofString("<title>x</title>")));
		assertThat(sent.status()).isEqualTo(415);
		assertProblem(sent.response(), sent.body());
		Answer wanted = this.caller.send(this.caller.request("/todos").header("Accept", "text/html").GET());
		assertThat(wanted.status()).isEqualTo(406);
		assertProblem(wanted.response(), wanted.body());
		Answer large = this.caller.post("/todos", "{\"title\":\"" + "x".repeat(70_000) + "\"}");
		assertThat(large.status()).isEqualTo(413);
		assertProblem(large.response(), large.body());
	}

	/**
	 * Refused by Tomcat, by Spring Security's firewall or by a filter: one form for all.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "GET /todos% HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /todos;x HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /<script> HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /todos/[x] HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /todos HTTP/1.1\r\n\r\n",
			"DELETE /todos/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: localhost\r\nIf-Match: \"\u0080\"\r\n\r\n",
			"GET /todos HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", "GET /todos HTTP/1.1\r\nHost: @\r\n\r\n",
			"GET /todos HTTP/1.1\r\nHost: localhost\r\nX : y\r\n\r\n",
			"TRACE /todos HTTP/1.1\r\nHost: localhost\r\n\r\n", "CONNECT /todos HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /todos HTTP/3.0\r\nHost: localhost\r\n\r\n", "\u0000\u0001\u0002\r\n\r\n",
			"GET /todos HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n",
			"GET /todos HTTP/1.1\r\nHost: localhost\r\nExpect: 1\r\n\r\n" })
	void whenRequestIsMalformedThenProblemDocument(String request) {
		try (RawConnection connection = RawConnection.open(
				TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()),
				service.port())) {
			RawConnection.Answer answer = connection.exchange(request);
			assertThat(answer.status()).isBetween(400, 505).isNotEqualTo(500);
			assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
			assertProblem(JsonMapper.shared().readTree(answer.body()), answer.status());
			assertSilent(answer.headers(), answer.body());
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
			assertSilent(Map.of(), answer);
		}
	}

	/** Our own failure, told to nobody but our log. */
	@Test
	void whenServiceFailsThenNoDetailLeaves() {
		Answer answer = this.caller.get("/fail");
		assertThat(answer.status()).isEqualTo(500);
		assertProblem(answer.response(), answer.body());
		assertThat(answer.response().body()).doesNotContain("4711");
	}

	private static HttpResponse<String> management(String method, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + service.managementPort() + path))
				.method(method, BodyPublishers.noBody())
				.build(), BodyHandlers.ofString());
	}

	private static void assertProblem(HttpResponse<String> response, JsonNode body) {
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
		assertProblem(body, response.statusCode());
		assertSilent(response);
	}

	private static void assertProblem(JsonNode body, int status) {
		assertThat(body.get("status").asInt()).isEqualTo(status);
		assertThat(body.get("title").asString()).isNotBlank();
		assertThat(body.get("detail").asString()).isNotBlank();
		assertThat(body.get("type").asString())
			.isEqualTo("tag:example.com,2026:todo-mtls/" + body.get("reason").asString());
		assertThat(body.get("reason").asString()).matches("[a-z]+(-[a-z]+)*");
	}

	private static void assertSilent(HttpResponse<String> response) {
		Map<String, String> headers = new TreeMap<>();
		response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
		assertSilent(headers, response.body());
	}

	private static void assertSilent(Map<String, String> headers, String body) {
		assertThat(headers).doesNotContainKeys("server", "x-powered-by", "x-application-context", "set-cookie", "via");
		assertThat(body.toLowerCase(Locale.ROOT)).doesNotContain("exception", "\tat ", "org.springframework",
				"org.apache", "java.", "tomcat/", "whitelabel", "<html");
	}

}
