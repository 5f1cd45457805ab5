package com.example.mtls.server;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Base64;
import java.util.List;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.example.mtls.RawConnection;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import com.example.mtls.shop.ShopApplication;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.firewall.RequestRejectedHandler;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A service that was there before, with the dependency and the lines of YAML added, over
 * real connections: what it had goes on, for callers that are admitted and for nobody
 * else.
 */
class ExistingServiceTests {

	private static TestService shop;

	@BeforeAll
	static void start() {
		shop = TestService.of(ShopApplication.class, "--mtls.callers[0].name=web",
				"--mtls.callers[0].roles=orders,ROLE_MANAGER,ROLE_AUDITOR", "--mtls.callers[1].name=bare",
				"--mtls.callers[1].roles=nothing", "--server.http2.enabled=true",
				"--server.forward-headers-strategy=native");
	}

	@AfterAll
	static void stop() {
		shop.close();
	}

	/**
	 * In each chain, in none, ignored, static, unknown, the error page, and asynchronous.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "/orders", "/orders/open", "/orders/cancelled", "/orders/audited", "/catalogue/pens",
			"/nowhere", "/ignored/pens", "/people/me", "/login", "/logout", "/error", "/", "/index.html",
			"/no-such-thing", "/later/callable", "/later/future", "/later/deferred", "/later/mono", "/later/sse",
			"/later/stream", "/later/failing", "/actuator", "/actuator/health" })
	void whoIsNotAdmittedReachesNothing(String path) {
		TestClient.Answer answer = shop.client("stranger").get(path);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.body().get("reason").asString()).isEqualTo("unknown-caller");
	}

	@ParameterizedTest
	@CsvSource({ "/orders, 200, 200", "/orders/open, 200, 403", "/orders/cancelled, 200, 403",
			"/orders/audited, 200, 403", "/catalogue/pens, 200, 200", "/later/callable, 200, 200" })
	void whatARoleMayDoIsTheHostsBusiness(String path, int web, int bare) {
		assertThat(shop.client("web").get(path).status()).isEqualTo(web);
		assertThat(shop.client("bare").get(path).status()).isEqualTo(bare);
	}

	@ParameterizedTest
	@CsvSource({ "/orders, for web", "/catalogue/pens, for web", "/nowhere, for nobody in particular",
			"/ignored/pens, for nobody in particular", "/later/callable, for web", "/later/future, for web",
			"/later/deferred, for web", "/later/mono, for web", "/later/sse, for web", "/later/stream, for web" })
	void theCallerIsKnownWhereverThereIsAChain(String path, String text) {
		assertThat(shop.client("web").get(path).response().body()).contains(text);
	}

	@Test
	void whenAsynchronousAnswerFailsThenErrorIsThatOfTheHost() {
		TestClient.Answer answer = shop.client("web").get("/later/failing");
		assertThat(answer.status()).isEqualTo(500);
		assertThat(answer.body().get("path").asString()).isEqualTo("/later/failing");
	}

	@Test
	void usersLogInAsBeforeAndOnlyThroughACaller() {
		String basic = "Basic " + Base64.getEncoder().encodeToString("clerk:secret".getBytes());
		TestClient web = shop.client("web");
		assertThat(web.send(web.request("/people/me").header("Authorization", basic).GET()).response().body())
			.isEqualTo("for clerk");
		assertThat(web.get("/people/me").status()).as("a caller is no clerk").isEqualTo(403);
		assertThat(web.get("/login").response().body()).contains("Please sign in");
		TestClient stranger = shop.client("stranger");
		assertThat(stranger.send(stranger.request("/people/me").header("Authorization", basic).GET()).status())
			.isEqualTo(403);
		assertThat(shop.bean(UserDetailsService.class)).isInstanceOf(InMemoryUserDetailsManager.class);
	}

	@Test
	void noBeanOfAGeneralTypeIsForcedOnTheHost() {
		for (Class<?> type : List.of(AuthenticationManager.class, RequestRejectedHandler.class,
				java.util.concurrent.Executor.class, java.time.Clock.class)) {
			assertThat(shop.beanNames(type)).as(type.getName())
				.allMatch((name) -> !name.startsWith("mtls") || name.equals("mtlsClock"));
		}
		assertThat(shop.beanNames(org.springframework.scheduling.config.ScheduledTaskHolder.class)).isEmpty();
	}

	/** Two requests at once on one connection, one of a stranger on another. */
	@Test
	void whenHttp2IsOnThenAdmissionHolds() throws Exception {
		assertThat(http2("web")).satisfies((answer) -> {
			assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.body()).isEqualTo("for web");
		});
		assertThat(http2("stranger")).satisfies((answer) -> {
			assertThat(answer.version()).isEqualTo(HttpClient.Version.HTTP_2);
			assertThat(answer.statusCode()).isEqualTo(403);
			assertThat(answer.body()).contains("unknown-caller");
		});
	}

	private static HttpResponse<String> http2(String name) throws Exception {
		return HttpClient.newBuilder()
			.sslContext(TestClient.sslContext(shop.ca().client(name), shop.ca().certificate()))
			.version(HttpClient.Version.HTTP_2)
			.build()
			.send(HttpRequest.newBuilder(URI.create("https://localhost:" + shop.port() + "/orders")).build(),
					BodyHandlers.ofString());
	}

	/** The host believes headers, about addresses and not about who is calling. */
	@Test
	void whenHeadersAreBelievedThenTheLogHasTheRealAddress() {
		AuditLines lines = new AuditLines();
		AuditLines.forget(shop.bean(RefusalLog.class));
		lines.listen();
		try {
			TestClient stranger = shop.client("stranger");
			stranger.send(stranger.request("/orders").header("X-Forwarded-For", "203.0.113.7").GET());
			assertThat(List.copyOf(lines.list)).extracting(ILoggingEvent::getFormattedMessage)
				.singleElement()
				.asString()
				.startsWith("peer=127.0.0.1 ");
		}
		finally {
			lines.end();
		}
	}

	@Test
	void whenUpgradeToAnotherProtocolIsAskedForThenAdmissionHolds() {
		try (RawConnection stranger = RawConnection
			.open(TestClient.sslContext(shop.ca().client("stranger"), shop.ca().certificate()), shop.port())) {
			assertThat(stranger
				.exchange("GET /orders HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
						+ "Upgrade: websocket\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
						+ "Sec-WebSocket-Version: 13\r\n\r\n")
				.status()).isEqualTo(403);
		}
	}

	/** What cannot be read leads to the host's error page, for who is admitted. */
	@ParameterizedTest
	@ValueSource(strings = { "TRACE /orders HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET /orders%2f HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"GET /orders HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n" })
	void whenRequestIsMalformedThenStrangerGetsNoPageOfTheHost(String request) {
		try (RawConnection stranger = RawConnection
			.open(TestClient.sslContext(shop.ca().client("stranger"), shop.ca().certificate()), shop.port())) {
			RawConnection.Answer answer = stranger.exchange(request);
			assertThat(answer.status()).isIn(400, 403, 405);
			assertThat(answer.body()).satisfiesAnyOf((body) -> assertThat(body).isEmpty(),
					(body) -> assertThat(body).contains("unknown-caller"));
		}
	}

}
