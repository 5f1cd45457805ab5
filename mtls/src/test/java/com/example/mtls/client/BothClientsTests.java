package com.example.mtls.client;

import java.io.InputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.http.MediaType;
import org.springframework.web.client.RestClient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * What holds for the calls of a WebClient holds for those of a RestClient.
 */
class BothClientsTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private final Issued first = CA.client("todo-client");

	private final Issued second = CA.client("todo-client");

	private FakeService service;

	enum Kind {

		REACTIVE, BLOCKING;

		String get(TestConnection connection, String path) {
			return (this == REACTIVE) ? connection.get(path)
					: connection.blocking().get().uri(path).retrieve().body(String.class);
		}

	}

	@BeforeEach
	void start() {
		this.service = FakeService.start(CA.server(), CA.certificate());
	}

	@AfterEach
	void stop() {
		this.service.close();
	}

	@ParameterizedTest
	@EnumSource
	void noCallFailsInTenRotationsUnderLoad(Kind kind) throws Exception {
		this.service.always((request) -> new MockResponse.Builder().body("ok").build());
		ExecutorService callers = Executors.newFixedThreadPool(8);
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> TestConnection.withPool(settings, 4, 100, Duration.ofSeconds(30)))) {
			for (int rotation = 0; rotation < 10; rotation++) {
				List<Future<String>> answers = new ArrayList<>();
				for (int i = 0; i < 100; i++) {
					answers.add(callers.submit((Callable<String>) () -> kind.get(connection, "/")));
				}
				answers.get(20).get(30, TimeUnit.SECONDS);
				connection.rotate((rotation % 2 == 0) ? this.second : this.first, CA);
				for (Future<String> answer : answers) {
					assertThat(answer.get(60, TimeUnit.SECONDS)).isEqualTo("ok");
				}
			}
			assertThat(connection.connections().current().number()).isEqualTo(10);
			assertThat(connection.connections().open()).isLessThanOrEqualTo(8);
		}
		finally {
			callers.shutdownNow();
		}
	}

	/** Longer and larger than any call is by default. */
	@ParameterizedTest
	@EnumSource
	void streamIsNotCutUnlessALimitIsSet(Kind kind) {
		this.service.answer(new MockResponse.Builder().setHeader("Content-Type", "application/octet-stream")
			.chunkedBody(new Buffer().write(new byte[200_000]), 1000)
			.throttleBody(20_000, 50, TimeUnit.MILLISECONDS));
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> new ClientSettings(settings.handshakeTimeout(), null, null, settings.pool(),
						settings.retry()))) {
			assertThat(kind.get(connection, "/")).hasSize(200_000);
		}
	}

	@Test
	void blockingStreamIsReadAsItArrivesAndClosedWithoutItsEnd() {
		this.service.answer(new MockResponse.Builder().setHeader("Content-Type", MediaType.TEXT_EVENT_STREAM_VALUE)
			.chunkedBody("data: 1\n\n".repeat(100_000), 9)
			.throttleBody(9, 200, TimeUnit.MILLISECONDS));
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			String begin = connection.blocking().get().uri("/").exchange((request, response) -> {
				try (InputStream body = response.getBody()) {
					return new String(body.readNBytes(9));
				}
			});
			assertThat(begin).isEqualTo("data: 1\n\n");
		}
	}

	@ParameterizedTest
	@EnumSource
	void bodyThatBreaksOffIsAFailure(Kind kind) {
		this.service
			.answer(new MockResponse.Builder().body("x".repeat(10_000)).onResponseBody(new SocketEffect.CloseSocket()));
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			CallFailure failure = catchThrowableOfType(CallFailure.class, () -> kind.get(connection, "/"));
			assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_LOST);
		}
	}

	@ParameterizedTest
	@EnumSource
	void bodyThatIsTooLargeIsAFailure(Kind kind) {
		this.service.answer(new MockResponse.Builder().body("x".repeat(65 * 1024)));
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			CallFailure failure = catchThrowableOfType(CallFailure.class, () -> kind.get(connection, "/"));
			assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TOO_LARGE);
		}
	}

	@ParameterizedTest
	@EnumSource
	void blockingBodyIsSent(Form form) {
		this.service.always((request) -> new MockResponse.Builder()
			.body((request.getBody() != null) ? request.getBody().utf8() : "")
			.build());
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			RestClient.RequestBodySpec request = connection.blocking().post().uri("/");
			assertThat(form.body.apply(request).retrieve().body(String.class)).isEqualTo(form.sent);
		}
	}

	enum Form {

		TEXT((request) -> request.contentType(MediaType.TEXT_PLAIN).body("text"), "text"),
		JSON((request) -> request.contentType(MediaType.APPLICATION_JSON).body(List.of("a")), "[\"a\"]"),
		STREAM((request) -> request.body((out) -> out.write(new byte[] { 'b', 'c' })), "bc"),
		NONE((request) -> request, null);

		private final Function<RestClient.RequestBodySpec, RestClient.RequestBodySpec> body;

		private final String sent;

		Form(Function<RestClient.RequestBodySpec, RestClient.RequestBodySpec> body, String sent) {
			this.body = body;
			this.sent = sent;
		}

	}

	@Test
	void blockingCallWithoutABodyKeepsItsConnection() {
		this.service.always((request) -> new MockResponse.Builder().body("" + request.getConnectionIndex()).build());
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			connection.blocking().get().uri("/").retrieve().toBodilessEntity();
			connection.blocking().get().uri("/").retrieve().toBodilessEntity();
			assertThat(this.service.taken().getConnectionIndex()).isEqualTo(this.service.taken().getConnectionIndex());
		}
	}

}
