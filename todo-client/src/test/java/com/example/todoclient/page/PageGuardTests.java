package com.example.todoclient.page;

import java.net.Socket;
import java.net.URI;
import java.time.Duration;

import com.example.mtls.TestCa;
import com.example.mtls.client.FakeService;
import com.example.todoclient.TestClientApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.http.HttpMethod;
import org.springframework.test.web.reactive.server.WebTestClient.RequestBodySpec;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

@ExtendWith(OutputCaptureExtension.class)
class PageGuardTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static FakeService service;

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		service = FakeService.start(CA.server(), CA.certificate());
		client = TestClientApplication.start(service.url(), CA, CA.client("todo-client"));
	}

	@AfterAll
	static void stop() {
		client.close();
		service.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "/", "/app.js", "/style.css", "/nope", "/api/nope", "/api/todos/1" })
	void everyAnswerForbidsForeignContent(String path) {
		client.http()
			.get()
			.uri(path)
			.exchange()
			.expectHeader()
			.value("Content-Security-Policy",
					(policy) -> assertThat(policy).startsWith("default-src 'none';")
						.contains("frame-ancestors 'none'")
						.doesNotContain("unsafe"))
			.expectHeader()
			.valueEquals("X-Content-Type-Options", "nosniff")
			.expectHeader()
			.valueEquals("Referrer-Policy", "no-referrer")
			.expectHeader()
			.valueEquals("Cross-Origin-Resource-Policy", "same-origin")
			.expectHeader()
			.valueEquals("Cache-Control", path.startsWith("/api") ? "no-store" : "no-cache")
			.expectBody();
	}

	@ParameterizedTest(name = "{0} {1} {2} {3} {4}")
	@CsvSource(nullValues = "-", value = {
			// method, path, Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, refused
			"GET, /api/nope, same-origin, cors, empty, false", "POST, /api/nope, same-origin, cors, empty, false",
			"GET, /, none, navigate, document, false", "GET, /, cross-site, navigate, document, false",
			"GET, /, cross-site, navigate, iframe, true", "GET, /, cross-site, no-cors, image, true",
			"GET, /app.js, cross-site, no-cors, script, true", "GET, /api/nope, cross-site, cors, empty, true",
			"GET, /api/nope, cross-site, navigate, document, true",
			"GET, /%61pi/nope, cross-site, navigate, document, true", "GET, /api/nope, same-site, cors, empty, true",
			"POST, /api/nope, cross-site, no-cors, empty, true", "POST, /, cross-site, navigate, document, true",
			"DELETE, /api/nope, same-site, cors, empty, true", "POST, /api/nope, CROSS-SITE, cors, empty, true",
			"POST, /api/nope, -, -, -, false" })
	void requestOfAnotherSiteIsRefused(String method, String path, String site, String mode, String destination,
			boolean refused) {
		RequestBodySpec request = client.http()
			.method(HttpMethod.valueOf(method))
			.uri((base) -> URI.create(base.build() + path));
		if (site != null) {
			request.header("Sec-Fetch-Site", site).header("Sec-Fetch-Mode", mode).header("Sec-Fetch-Dest", destination);
		}
		expect(request, refused ? "cross-site" : null);
	}

	@ParameterizedTest(name = "{0} from {1}")
	@CsvSource(nullValues = "-",
			value = { "POST, -, false", "POST, http://localhost:PORT, false", "POST, https://localhost:PORT, false",
					"POST, http://localhost, true", "POST, http://localhost:1, true",
					"POST, https://evil.example, true", "POST, null, true", "DELETE, https://evil.example, true",
					"PUT, http://localhost:PORT.evil.example, true", "GET, https://evil.example, false" })
	void withoutFetchMetadataTheOriginDecides(String method, String origin, boolean refused) {
		RequestBodySpec request = client.http().method(HttpMethod.valueOf(method)).uri("/api/nope");
		if (origin != null) {
			request.header("Origin", origin.replace("PORT", String.valueOf(client.port())));
		}
		expect(request, refused ? "cross-site" : null);
	}

	@ParameterizedTest(name = "{0}")
	@CsvSource({ "localhost, false", "localhost:8080, false", "LOCALHOST:1, false", "127.0.0.1:8080, false",
			"[::1]:8080, false", "evil.example, true", "evil.example:8080, true", "localhost.evil.example, true",
			"127.0.0.1.evil.example, true", "todo-client:8080, true" })
	void onLoopbackOnlyLoopbackHostsAreKnown(String host, boolean refused) {
		expect(client.http().method(HttpMethod.GET).uri("/api/nope").header("Host", host),
				refused ? "unknown-host" : null);
	}

	@ParameterizedTest
	@ValueSource(strings = { "/nope", "/api/nope", "/actuator", "/actuator/health", "/api/todos/1", "/app.js.map" })
	void unknownPathIsAProblem(String path) {
		client.http()
			.get()
			.uri(path)
			.exchange()
			.expectStatus()
			.is4xxClientError()
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody()
			.jsonPath("$.type")
			.isEqualTo(path.equals("/api/todos/1") ? "tag:example.com,2026:todo-mtls/bad-request"
					: "tag:example.com,2026:todo-mtls/not-found")
			.jsonPath("$.reason")
			.exists()
			.jsonPath("$.trace")
			.doesNotExist();
	}

	@Test
	void unknownPathIsAProblemWhateverIsAsked() {
		client.http()
			.get()
			.uri("/api/nope")
			.header("Accept", "text/plain")
			.exchange()
			.expectStatus()
			.isNotFound()
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody()
			.jsonPath("$.reason")
			.isEqualTo("not-found");
	}

	@Test
	void malformedBodyIsNoErrorOfOurs(CapturedOutput output) throws Exception {
		service.json(201, "{}");
		try (Socket socket = new Socket("localhost", client.port())) {
			socket.getOutputStream()
				.write("POST /api/todos HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n{\"title\":\"x\"}XX"
					.getBytes(US_ASCII));
			assertThat(new String(socket.getInputStream().readNBytes(12), US_ASCII)).isEqualTo("HTTP/1.1 400");
		}
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(output.getOut()).doesNotContain("ERROR"));
	}

	/** Half a body is kept in memory until its other half arrives. */
	@Test
	void bodyThatDoesNotArriveEndsTheConnection() throws Exception {
		try (Socket socket = new Socket("localhost", client.port())) {
			socket.setSoTimeout(60_000);
			socket.getOutputStream()
				.write("POST /api/todos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{".getBytes(US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), US_ASCII)).startsWith("HTTP/1.1 408");
		}
	}

	@Test
	void callerWhoHangsUpIsNoErrorOfOurs(CapturedOutput output) throws Exception {
		try (Socket socket = new Socket("localhost", client.port())) {
			socket.getOutputStream()
				.write("POST /api/todos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 99\r\n\r\n{".getBytes(US_ASCII));
			socket.getOutputStream().flush();
			Thread.sleep(200);
		}
		Awaitility.await()
			.during(Duration.ofSeconds(1))
			.untilAsserted(() -> assertThat(output.getOut()).doesNotContain("ERROR"));
	}

	@Test
	void wrongMethodIsAProblem() {
		client.http()
			.patch()
			.uri("/api/todos")
			.exchange()
			.expectStatus()
			.isEqualTo(405)
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody();
	}

	private static void expect(RequestBodySpec request, String reason) {
		var answer = request.exchange();
		if (reason == null) {
			answer.expectStatus().value((status) -> assertThat(status).isNotEqualTo(403));
			answer.expectBody();
		}
		else {
			answer.expectStatus()
				.isForbidden()
				.expectHeader()
				.contentType("application/problem+json")
				.expectBody()
				.jsonPath("$.type")
				.isEqualTo("tag:example.com,2026:todo-mtls/" + reason)
				.jsonPath("$.reason")
				.isEqualTo(reason);
		}
	}

}
