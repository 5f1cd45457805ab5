package com.example.mtls.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;

import javax.net.ssl.SSLContext;

import com.example.mtls.RawConnection;
import com.example.mtls.RawConnection.Answer;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import com.example.mtls.material.MutableClock;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * What was right at the handshake and is wrong now: an open connection and a resumed
 * session lose access with their next request, and nobody else does.
 * <p>
 * Who may call, and what for, cannot change here: the allow-list is read at start.
 */
public class LostAccessTests {

	/** Trusted all the time: the server's, and that of the caller nothing happens to. */
	private static final TestCa ours = TestCa.create("our-ca");

	/** The one that callers lose access with. */
	private static final TestCa theirs = TestCa.create("their-ca");

	/** Trusted too, and the first to expire. */
	private static final TestCa shortLived = theirs.leaf()
		.commonName("short-lived-ca")
		.ca(0)
		.validity(Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofHours(1)))
		.asCa();

	private static TestService service;

	private RawConnection bystander;

	@BeforeAll
	static void start() throws IOException {
		Path folder = Files.createTempDirectory("lost-access");
		Issued server = ours.server();
		TestCa.write(folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(folder.resolve("server.key"), server.keyPem());
		TestCa.write(folder.resolve("ca.crt"), trustedPem());
		TestCa.write(folder.resolve("ca.crl"), ours.revoke() + theirs.revoke() + shortLived.revoke());
		service = TestService.start(folder, ours, "--mtls.crl=" + folder.resolve("ca.crl"),
				"--spring.main.sources=" + MutableClock.Configuration.class.getName());
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@BeforeEach
	void connectTheBystander() {
		this.bystander = RawConnection.open(context(ours.client("todo-client")), service.port());
		assertThat(this.bystander.get("/session").status()).isEqualTo(200);
	}

	@AfterEach
	void theBystanderWasServedAllTheTimeOnOneConnection() {
		service.bean(MutableClock.class).ahead(Duration.ZERO);
		assertThat(this.bystander.get("/session").status()).isEqualTo(200);
		this.bystander.close();
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenCertificateExpiresThenRefused(String protocol) {
		Issued caller = theirs.leaf()
			.commonName("todo-client")
			.purposes(KeyPurposeId.id_kp_clientAuth)
			.validity(Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofHours(1)))
			.issue();
		losesAccess(caller, protocol, () -> service.bean(MutableClock.class).ahead(Duration.ofHours(2)),
				"certificate-refused", "It expired at");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenCaAboveItExpiresThenRefused(String protocol) {
		Issued caller = shortLived.client("todo-client");
		losesAccess(caller, protocol, () -> service.bean(MutableClock.class).ahead(Duration.ofHours(2)),
				"certificate-refused", "It expired at");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenCertificateIsRevokedThenRefused(String protocol) {
		Issued caller = theirs.client("todo-client");
		losesAccess(caller, protocol,
				() -> replace("ca.crl", ours.revoke() + theirs.revoke(caller.certificate()) + shortLived.revoke()),
				"revoked", "was revoked at");
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenCaIsNoLongerTrustedThenRefused(String protocol) {
		Issued caller = theirs.client("todo-client");
		try (RawConnection kept = admitted(context(caller), protocol)) {
			replace("ca.crt", ours.certificatePem());
			awaitRefusal(kept, "certificate-refused", "is not among the trusted CAs");
		}
		finally {
			replace("ca.crt", trustedPem());
			await().atMost(Duration.ofSeconds(30)).until(() -> isServed(context(caller), protocol));
		}
	}

	/**
	 * Sessions do not outlive the trust they were made under, so a resumption turns into
	 * a full handshake, and that fails.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenCaIsNoLongerTrustedThenSessionIsNotResumed(String protocol) {
		Issued caller = theirs.client("todo-client");
		SSLContext context = context(caller);
		admitted(context, protocol).close();
		try {
			replace("ca.crt", ours.certificatePem());
			await().atMost(Duration.ofSeconds(30)).until(() -> !isServed(context(caller), protocol));
			assertThat(isServed(context, protocol)).isFalse();
		}
		finally {
			replace("ca.crt", trustedPem());
			await().atMost(Duration.ofSeconds(30)).until(() -> isServed(context(caller), protocol));
		}
	}

	/** Nobody knows what was revoked since then: fail closed, and open again. */
	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void whenRevocationListRunsOutThenNobodyIsAdmittedUntilItIsReplaced(String protocol) {
		Issued caller = theirs.client("todo-client");
		SSLContext context = context(caller);
		try (RawConnection kept = admitted(context, protocol)) {
			service.bean(MutableClock.class).ahead(Duration.ofDays(2));
			assertRefused(kept.get("/session"), 503, "revocation-unknown", "should have been replaced");
			try (RawConnection resumed = RawConnection.open(context, service.port(), protocol)) {
				assertThat(resumed.isResumed()).isTrue();
				assertRefused(resumed.get("/session"), 503, "revocation-unknown", "should have been replaced");
			}
		}
		service.bean(MutableClock.class).ahead(Duration.ZERO);
		assertThat(isServed(context, protocol)).isTrue();
	}

	/** Admits a caller, changes something, and looks at both ways of coming back. */
	private static void losesAccess(Issued caller, String protocol, Runnable change, String reason, String why) {
		SSLContext context = context(caller);
		try (RawConnection kept = admitted(context, protocol)) {
			try (RawConnection resumed = RawConnection.open(context, service.port(), protocol)) {
				assertThat(resumed.isResumed()).as("a session can be resumed at all").isTrue();
				assertThat(resumed.get("/session").status()).isEqualTo(200);
			}
			change.run();
			awaitRefusal(kept, reason, why);
			try (RawConnection resumed = RawConnection.open(context, service.port(), protocol)) {
				assertThat(resumed.isResumed()).isTrue();
				assertRefused(resumed.get("/session"), 403, reason, why);
			}
			assertRefused(kept.get("/elsewhere"), 403, reason, why);
		}
	}

	private static RawConnection admitted(SSLContext context, String protocol) {
		RawConnection connection = RawConnection.open(context, service.port(), protocol);
		assertThat(connection.isResumed()).isFalse();
		for (int i = 0; i < 3; i++) {
			assertThat(connection.get("/session").status()).isEqualTo(200);
		}
		return connection;
	}

	/** Files are looked at again and again, so a change takes a moment to be seen. */
	private static void awaitRefusal(RawConnection kept, String reason, String why) {
		Answer[] answer = new Answer[1];
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			answer[0] = kept.get("/session");
			return answer[0].status() != 200;
		});
		assertRefused(answer[0], 403, reason, why);
	}

	private static void assertRefused(Answer answer, int status, String reason, String why) {
		assertThat(answer.status()).as("%s", answer).isEqualTo(status);
		assertThat(answer.body()).contains("\"reason\":\"" + reason + "\"").contains(why);
	}

	private static boolean isServed(SSLContext context, String protocol) {
		try (RawConnection connection = RawConnection.open(context, service.port(), protocol)) {
			return connection.get("/session").status() == 200;
		}
		catch (UncheckedIOException ex) {
			return false;
		}
	}

	private static String trustedPem() {
		return ours.certificatePem() + theirs.certificatePem() + shortLived.certificatePem();
	}

	private static SSLContext context(Issued certificate) {
		return TestClient.sslContext(certificate, ours.certificate());
	}

	private static void replace(String name, String text) {
		try {
			Path next = TestCa.write(service.folder().resolve(name + ".next"), text);
			Files.move(next, service.folder().resolve(name), StandardCopyOption.ATOMIC_MOVE,
					StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
