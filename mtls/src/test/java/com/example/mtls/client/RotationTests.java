package com.example.mtls.client;

import java.lang.ref.WeakReference;
import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * New certificates, and time that passes, on connections that are open or resumed.
 */
class RotationTests {

	private static final Duration HOUR = Duration.ofHours(1);

	private static final TestCa CA = TestCa.create("test-ca");

	private final Issued first = CA.client("todo-client");

	private final Issued second = CA.client("todo-client");

	private FakeService service;

	private TestConnection connection;

	@BeforeEach
	void start() {
		this.service = FakeService.start(CA.server(), CA.certificate());
		this.connection = new TestConnection(this.service.url(), CA, this.first, TestConnection::oneConnection);
	}

	@AfterEach
	void stop() {
		this.connection.close();
		this.service.close();
	}

	@Test
	void callToAnotherAddressIsNotMade() {
		try (FakeService other = FakeService.start(CA.server(), CA.certificate()).json(200, "")) {
			for (String url : List.of(other.url(), other.url().replace("https:", "http:"),
					this.service.url().replace("https:", "http:"), this.service.url().replace("://", "://a@"))) {
				CallFailure failure = catchThrowableOfType(CallFailure.class,
						() -> this.connection.get(url + "/session"));
				assertThat(failure.detail()).contains("We call nobody but " + this.service.url());
			}
			assertThat(other.server().getRequestCount()).isZero();
			assertThat(this.service.server().getRequestCount()).isZero();
		}
	}

	@Test
	void nextCallPresentsTheNewCertificate() {
		this.service.json(200, "").json(200, "").json(200, "");
		this.connection.get("/");
		this.connection.get("/");
		this.connection.rotate(this.second, CA);
		this.connection.get("/");
		assertThat(serial(this.service.taken())).isEqualTo(serial(this.first));
		RecordedRequest again = this.service.taken();
		assertThat(again.getExchangeIndex()).as("the connection was kept").isEqualTo(1);
		assertThat(serial(again)).isEqualTo(serial(this.first));
		assertThat(serial(this.service.taken())).isEqualTo(serial(this.second));
	}

	@Test
	void callInFlightEndsOnTheOldConnection() throws Exception {
		CountDownLatch held = new CountDownLatch(1);
		this.service.always((request) -> {
			if (request.getUrl().encodedPath().equals("/held")) {
				await(held);
			}
			return new MockResponse.Builder().body(serial(request).toString()).build();
		});
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first)) {
			CompletableFuture<String> inFlight = future(connection, "/held");
			this.service.taken();
			connection.rotate(this.second, CA);
			assertThat(connection.get("/")).isEqualTo(serial(this.second).toString());
			assertThat(connection.connections().open()).isEqualTo(2);
			held.countDown();
			assertThat(inFlight.get(30, TimeUnit.SECONDS)).isEqualTo(serial(this.first).toString());
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connection.connections().open() == 1);
			assertThat(connection.get("/")).isEqualTo(serial(this.second).toString());
		}
	}

	@Test
	void answerThatIsStillArrivingEndsOnTheOldConnection() {
		String body = "0123456789".repeat(20);
		this.service
			.always((request) -> new MockResponse.Builder().body(body).throttleBody(50, 100, MILLISECONDS).build());
		CompletableFuture<String> inFlight = new CompletableFuture<>();
		CurrentTls.Material old = this.connection.connections().current();
		this.connection.client()
			.get()
			.uri("/")
			.exchangeToFlux((response) -> response.bodyToFlux(DataBuffer.class))
			.map((part) -> {
				if (this.connection.connections().current() == old) {
					this.connection.rotate(this.second, CA);
				}
				String text = part.toString(UTF_8);
				DataBufferUtils.release(part);
				return text;
			})
			.collect(Collectors.joining())
			.subscribe(inFlight::complete, inFlight::completeExceptionally);
		assertThat(inFlight).succeedsWithin(Duration.ofSeconds(30)).isEqualTo(body);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> this.connection.connections().open() == 0);
	}

	/** In one pool it waits for a place, not for a connection of its time. */
	@Test
	void callThatWaitsForAConnectionGetsANewOne() throws Exception {
		CountDownLatch held = new CountDownLatch(1);
		this.service.always((request) -> {
			await(held);
			return new MockResponse.Builder().body(serial(request).toString()).build();
		});
		CompletableFuture<String> holds = future(this.connection, "/");
		this.service.taken();
		CompletableFuture<String> waits = future(this.connection, "/");
		this.connection.rotate(this.second, CA);
		held.countDown();
		assertThat(holds.get(30, TimeUnit.SECONDS)).isEqualTo(serial(this.first).toString());
		assertThat(waits.get(30, TimeUnit.SECONDS)).isEqualTo(serial(this.second).toString());
	}

	@Test
	void callThatDoesNotEndLosesItsConnectionAfterTheRetireTimeout() {
		this.service.always((request) -> new MockResponse.Builder().body("x".repeat(10_000))
			.throttleBody(1, 100, MILLISECONDS)
			.build());
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> withTimes(settings, HOUR, HOUR, Duration.ofMillis(200)))) {
			CompletableFuture<String> endless = future(connection, "/");
			this.service.taken();
			connection.rotate(this.second, CA);
			assertThat(endless).failsWithin(Duration.ofSeconds(30));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connection.connections().open() == 0);
		}
	}

	@Test
	void connectionIsReplacedAtTheEndOfItsLife() {
		this.service.always((request) -> new MockResponse.Builder().body("" + request.getConnectionIndex()).build());
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> withTimes(settings, HOUR, Duration.ofMillis(200), HOUR))) {
			String first = connection.get("/");
			Awaitility.await()
				.atMost(Duration.ofSeconds(30))
				.until(() -> connection.get("/"), (index) -> !index.equals(first));
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connection.connections().open() <= 1);
		}
	}

	@Test
	void connectionIsClosedAfterItsIdleTime() {
		this.service.json(200, "");
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> withTimes(settings, Duration.ofMillis(100), HOUR, HOUR))) {
			connection.get("/");
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connection.connections().open() == 0);
		}
	}

	@Test
	void nothingIsLeftOfWhatWasReplaced() {
		this.service.always((request) -> new MockResponse.Builder().build());
		List<WeakReference<CurrentTls.Material>> replaced = new ArrayList<>();
		try (TestConnection connection = new TestConnection(this.service.url(), CA, this.first,
				(settings) -> withTimes(settings, HOUR, HOUR, Duration.ofMillis(200)))) {
			long threads = 0;
			for (int i = 0; i < 24; i++) {
				connection.get("/");
				replaced.add(new WeakReference<>(connection.connections().current()));
				connection.rotate((i % 2 == 0) ? this.second : this.first, CA);
				if (i == 12) {
					threads = clientThreads();
				}
			}
			assertThat(clientThreads()).isLessThanOrEqualTo(threads);
			Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> {
				System.gc();
				return replaced.stream().allMatch((reference) -> reference.get() == null);
			});
		}
	}

	private static long clientThreads() {
		return Thread.getAllStackTraces()
			.keySet()
			.stream()
			.filter((thread) -> !thread.getName().matches("(MockWebServer|OkHttp|Okio).*"))
			.count();
	}

	@Test
	void noCallFailsWhileCertificatesRotate() throws Exception {
		int calls = 200;
		for (int i = 0; i < calls; i++) {
			this.service.json(200, "ok");
		}
		List<CompletableFuture<String>> answers = new ArrayList<>();
		try (TestConnection many = new TestConnection(this.service.url(), CA, this.first)) {
			for (int i = 0; i < calls; i++) {
				answers.add(many.client()
					.get()
					.uri("/")
					.exchangeToMono((response) -> response.bodyToMono(String.class))
					.toFuture());
				if (i % 8 == 7) {
					answers.get(i).get(30, TimeUnit.SECONDS);
				}
				if (i % 20 == 0) {
					many.rotate((i % 40 == 0) ? this.second : this.first, CA);
				}
			}
			for (CompletableFuture<String> each : answers) {
				assertThat(each.get(30, TimeUnit.SECONDS)).isEqualTo("ok");
			}
		}
	}

	@Test
	void connectionsOfAReplacedCertificateAreClosed() {
		this.service.json(200, "").json(200, "");
		this.connection.get("/");
		Connections connections = this.connection.connections();
		assertThat(connections.open()).isOne();
		this.connection.rotate(this.second, CA);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(() -> connections.open() == 0);
		this.connection.get("/");
		assertThat(connections.open()).isOne();
	}

	@Test
	void caThatIsNoLongerTrustedEndsOpenConnections() {
		TestCa other = TestCa.create("other-ca");
		this.service.json(200, "").json(200, "");
		this.connection.get("/");
		this.connection.rotate(other.client("todo-client"), other);
		assertThat(failure().reason()).isEqualTo(Reason.SERVER_CERTIFICATE_UNTRUSTED);
	}

	@Test
	void secondConnectionResumesTheSession() {
		this.service.answer(new MockResponse.Builder().setHeader("Connection", "close")).json(200, "");
		this.connection.get("/");
		assertThat(this.connection.calls().latestHandshake().resumed()).isFalse();
		this.connection.get("/");
		assertThat(this.service.taken().getConnectionIndex()).isNotEqualTo(this.service.taken().getConnectionIndex());
		assertThat(this.connection.calls().latestHandshake().resumed()).isTrue();
	}

	@Test
	void serverCertificateThatExpiresEndsOpenConnectionsAndResumedSessions() {
		Instant soon = Instant.now().plus(Duration.ofHours(1));
		Issued shortLived = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.validity(Instant.now().minusSeconds(60), soon)
			.issue();
		try (FakeService service = FakeService.start(shortLived, CA.certificate());
				TestConnection connection = new TestConnection(service.url(), CA, this.first,
						TestConnection::oneConnection)) {
			service.json(200, "").answer(new MockResponse.Builder().setHeader("Connection", "close")).json(200, "");
			connection.get("/");
			connection.pass(Duration.ofHours(2));
			CallFailure onOpenConnection = catchThrowableOfType(CallFailure.class, () -> connection.get("/"));
			assertThat(onOpenConnection.reason()).isEqualTo(Reason.SERVER_CERTIFICATE_EXPIRED);
			assertThat(service.server().getRequestCount()).isOne();
			connection.pass(Duration.ofHours(-2));
			connection.get("/");
			connection.pass(Duration.ofHours(2));
			CallFailure onResumedSession = catchThrowableOfType(CallFailure.class, () -> connection.get("/"));
			assertThat(onResumedSession.reason()).isEqualTo(Reason.SERVER_CERTIFICATE_EXPIRED);
			assertThat(service.server().getRequestCount()).isEqualTo(2);
		}
	}

	@Test
	void openConnectionOfAnExpiredServerCertificateIsReplacedWithoutAFailure() {
		AtomicReference<Issued> presented = new AtomicReference<>(CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.validity(Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofHours(1)))
			.issue());
		try (FakeService service = FakeService.start(presented::get, CA.certificate());
				TestConnection connection = new TestConnection(service.url(), CA, this.first,
						TestConnection::oneConnection)) {
			service.json(200, "").json(200, "");
			connection.get("/");
			presented.set(CA.server());
			connection.pass(Duration.ofHours(2));
			connection.get("/");
			assertThat(connection.calls().latestHandshake().server().get(0)).isEqualTo(presented.get().certificate());
		}
	}

	@Test
	void callAfterTheEndFailsInsteadOfLookingForAConnection() {
		this.connection.close();
		assertThat(CompletableFuture.supplyAsync(() -> this.connection.get("/"))).failsWithin(Duration.ofSeconds(30))
			.withThrowableOfType(ExecutionException.class)
			.withCauseInstanceOf(CallFailure.class);
	}

	private static CompletableFuture<String> future(TestConnection connection, String path) {
		return connection.client()
			.get()
			.uri(path)
			.exchangeToMono((response) -> response.bodyToMono(String.class))
			.toFuture();
	}

	private static void await(CountDownLatch latch) {
		try {
			assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static ClientSettings withTimes(ClientSettings settings, Duration idle, Duration life, Duration retire) {
		ClientSettings.Pool pool = settings.pool();
		return new ClientSettings(settings.handshakeTimeout(), settings.callTimeout(), settings.maxResponseSize(),
				new ClientSettings.Pool(1, pool.maxWaiting(), pool.waitTimeout(), idle, life, retire),
				settings.retry());
	}

	private CallFailure failure() {
		return catchThrowableOfType(CallFailure.class, () -> this.connection.get("/"));
	}

	private static BigInteger serial(Issued issued) {
		return issued.certificate().getSerialNumber();
	}

	private static BigInteger serial(RecordedRequest request) {
		return ((X509Certificate) request.getHandshake().peerCertificates().get(0)).getSerialNumber();
	}

}
