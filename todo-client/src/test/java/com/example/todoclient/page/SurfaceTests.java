package com.example.todoclient.page;

import java.util.List;
import java.util.Locale;

import com.example.mtls.TestCa;
import com.example.todoclient.TestClientApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.EntityExchangeResult;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What answers on each port, and what nobody is told.
 */
class SurfaceTests {

	private static final List<String> MANAGEMENT = List.of("/actuator/health", "/actuator/health/liveness",
			"/actuator/health/readiness", "/actuator/info", "/actuator/prometheus");

	private static final List<String> PAGE = List.of("/", "/index.html", "/app.js", "/style.css", "/icon.svg");

	/** What other set-ups of the same libraries would serve. */
	private static final List<String> ELSEWHERE = List.of("/favicon.ico", "/error", "/login", "/logout", "/webjars/x",
			"/api", "/api/session", "/session", "/todos", "/static/app.js", "/application.yml", "/META-INF/MANIFEST.MF",
			"/../application.yml", "/%2e%2e/application.yml", "/..%2fapplication.yml", "/.git/config", "/actuator",
			"/actuator/", "/actuator/env", "/actuator/beans", "/actuator/configprops", "/actuator/heapdump",
			"/actuator/threaddump", "/actuator/loggers", "/actuator/mappings", "/actuator/shutdown", "/actuator/sbom",
			"/actuator/metrics", "/actuator/httpexchanges", "/actuator/scheduledtasks", "/actuator/health/ssl",
			"/actuator/health/diskSpace");

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		TestCa ca = TestCa.create("test-ca");
		client = TestClientApplication.start("https://localhost:1", ca, ca.client("todo-client"),
				"--spring.main.cloud-platform=kubernetes");
	}

	@AfterAll
	static void stop() {
		client.close();
	}

	@Test
	void onThePagesPortOnlyThePageAndItsApiAnswer() {
		PAGE.forEach((path) -> assertThat(status(client.port(), HttpMethod.GET, path)).as(path).isEqualTo(200));
		List.of("/api/todos", "/api/tls")
			.forEach((path) -> assertThat(status(client.port(), HttpMethod.GET, path)).as(path).isIn(200, 502));
		ELSEWHERE.forEach((path) -> assertThat(status(client.port(), HttpMethod.GET, path)).as(path).isIn(400, 404));
		MANAGEMENT.forEach((path) -> assertThat(status(client.port(), HttpMethod.GET, path)).as(path).isEqualTo(404));
	}

	@Test
	void onTheManagementPortOnlyHealthInfoAndMetricsAnswer() {
		int port = client.managementPort();
		MANAGEMENT.forEach((path) -> assertThat(status(port, HttpMethod.GET, path)).as(path).isEqualTo(200));
		ELSEWHERE.forEach((path) -> assertThat(status(port, HttpMethod.GET, path)).as(path).isIn(400, 404));
		PAGE.forEach((path) -> assertThat(status(port, HttpMethod.GET, path)).as(path).isEqualTo(404));
		for (HttpMethod method : List.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.TRACE)) {
			MANAGEMENT.forEach((path) -> assertThat(status(port, method, path)).as(method + " " + path).isEqualTo(405));
		}
	}

	@Test
	void whenMethodIsOddThenRefused() {
		for (HttpMethod method : List.of(HttpMethod.TRACE, HttpMethod.POST, HttpMethod.valueOf("PROPFIND"),
				HttpMethod.valueOf("get"))) {
			assertThat(status(client.port(), method, "/")).as(method.name()).isIn(400, 404, 405, 501);
		}
	}

	/** Even where Boot would believe it unasked: behind Kubernetes. */
	@Test
	void whenForwardedHeadersNameAnotherHostThenTheHostStillCounts() {
		client.http()
			.get()
			.uri("/api/tls")
			.header("Host", "evil.example")
			.header("X-Forwarded-Host", "localhost")
			.header("Forwarded", "host=localhost")
			.exchange()
			.expectStatus()
			.isForbidden();
	}

	private static int status(int port, HttpMethod method, String path) {
		EntityExchangeResult<String> answer = client.http(port)
			.method(method)
			.uri((builder) -> java.net.URI.create("http://localhost:" + port + path))
			.exchange()
			.expectBody(String.class)
			.returnResult();
		assertThat(answer.getResponseHeaders().headerNames()).as(path)
			.noneMatch((name) -> List.of("server", "x-powered-by", "set-cookie", "via")
				.contains(name.toLowerCase(Locale.ROOT)));
		String body = (answer.getResponseBody() != null) ? answer.getResponseBody().toLowerCase(Locale.ROOT) : "";
		if (!path.endsWith("/prometheus")) {
			assertThat(body).as(path)
				.doesNotContain("exception", "\tat ", "org.springframework", "reactor.", "whitelabel");
		}
		return answer.getStatus().value();
	}

}
