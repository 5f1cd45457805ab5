package com.example.todoclient.connection;

import java.math.BigInteger;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

import com.example.todoclient.FakeService;
import com.example.todoclient.TestCa;
import com.example.todoclient.TestCa.Issued;
import com.example.todoclient.connection.CallFailure.Reason;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.awaitility.Awaitility;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * New certificates, and time that passes, on connections that are open or resumed.
 */
class RotationTests {

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
		this.service.answer(new MockResponse.Builder().body("old").headersDelay(1, TimeUnit.SECONDS)).json(200, "new");
		CompletableFuture<String> inFlight = CompletableFuture.supplyAsync(() -> this.connection.get("/"));
		assertThat(serial(this.service.taken())).isEqualTo(serial(this.first));
		ServiceConnections old = this.connection.connector().current();
		this.connection.rotate(this.second, CA);
		assertThat(old.isClosed()).isFalse();
		assertThat(this.connection.get("/")).isEqualTo("new");
		assertThat(serial(this.service.taken())).isEqualTo(serial(this.second));
		assertThat(inFlight.get(30, TimeUnit.SECONDS)).isEqualTo("old");
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(old::isClosed);
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
		RotatingConnector connector = this.connection.connector();
		ServiceConnections old = connector.current();
		assertThat(old.isClosed()).isFalse();
		this.connection.rotate(this.second, CA);
		Awaitility.await().atMost(Duration.ofSeconds(30)).until(old::isClosed);
		this.connection.get("/");
		assertThat(connector.current().isClosed()).isFalse();
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
		assertThat(this.connection.connector().latestHandshake().resumed()).isFalse();
		this.connection.get("/");
		assertThat(this.service.taken().getConnectionIndex()).isNotEqualTo(this.service.taken().getConnectionIndex());
		assertThat(this.connection.connector().latestHandshake().resumed()).isTrue();
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
			assertThat(connection.connector().latestHandshake().server().leaf())
				.isEqualTo(presented.get().certificate());
		}
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
