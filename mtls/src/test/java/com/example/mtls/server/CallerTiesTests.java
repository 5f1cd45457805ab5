package com.example.mtls.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

import javax.net.ssl.SSLContext;

import com.example.mtls.RawConnection;
import com.example.mtls.RawConnection.Answer;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Two CAs are trusted, ours and a partner's, and each can issue any name. A caller may be
 * tied to one by the fingerprint of its certificate.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallerTiesTests {

	private static final Issued ourRoot = TestCa.root("our-ca").issue();

	private static final TestCa ours = ourRoot.asCa();

	/** Its subject is its owner's choice. */
	private static final TestCa partner = TestCa.create("our-ca");

	private static final String NOT_TIED = "CAs are trusted, and each of them can issue a certificate that is admitted as";

	@TempDir
	Path folder;

	private TestService service;

	@AfterEach
	void stop() {
		if (this.service != null) {
			this.service.close();
		}
	}

	@Test
	void whenCallerIsTiedThenTheSameNameOfAnotherCaIsNot(CapturedOutput output) {
		start(trust(ours, partner), "openssl", ours);
		assertThat(session(ours.client("todo-client")).status()).isEqualTo(200);
		Answer refused = session(partner.client("todo-client"));
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.body())
			.contains("\"reason\":\"unknown-caller\"", "\"name\":\"todo-client\"", "comes from another one",
					fingerprint(partner))
			.doesNotContain(fingerprint(ours));
		// Who is not tied may come from each.
		assertThat(session(ours.client("reader")).status()).isEqualTo(200);
		assertThat(session(partner.client("reader")).status()).isEqualTo(200);
		assertThat(output.getOut()).containsOnlyOnce("2 " + NOT_TIED + " \"reader\".")
			.containsOnlyOnce("subject \"CN=our-ca\", valid until " + ours.certificate().getNotAfter().toInstant()
					+ ", SHA-256 fingerprint " + fingerprint(ours))
			.doesNotContain("is tied to a CA that is not trusted");
	}

	/** On an open connection, as all that is checked for each request. */
	@Test
	void whenTheCaIsTakenOutOfTheTrustedOnesThenNobodyIsAdmittedAndTheLogWarns(CapturedOutput output) {
		TestCa renewed = renewed();
		start(trust(renewed, partner, ours), "hex", ours);
		try (RawConnection kept = RawConnection.open(context(ours.client("todo-client")), this.service.port())) {
			assertThat(kept.get("/session").status()).isEqualTo(200);
			replaceTrust(renewed, partner);
			await().atMost(Duration.ofSeconds(30)).until(() -> kept.get("/session").status() != 200);
			// The key is trusted still, by a certificate that the caller is not tied to.
			assertThat(kept.get("/session").body()).contains("unknown-caller", fingerprint(renewed));
			await().atMost(Duration.ofSeconds(30))
				.untilAsserted(() -> assertThat(output.getOut())
					.containsOnlyOnce("The caller \"todo-client\" is tied to a "
							+ "CA that is not trusted now, so none of its certificates is admitted: SHA-256 fingerprint "
							+ fingerprint(ours)));
			replaceTrust(renewed, partner, ours);
			await().atMost(Duration.ofSeconds(30)).until(() -> kept.get("/session").status() == 200);
		}
	}

	@Test
	void whenCaIsRenewedThenEitherOfItsCertificatesWillDo() {
		TestCa renewed = renewed();
		start(trust(ours, renewed), "openssl", renewed);
		// Which of the two the JDK takes is its own affair.
		assertThat(session(ours.client("todo-client")).status()).isEqualTo(200);
		assertThat(session(renewed.client("todo-client")).status()).isEqualTo(200);
	}

	@Test
	void whenOurCaIsReplacedThenBothCountWhileBothAreNamed() {
		TestCa next = TestCa.create("our-ca");
		start(trust(ours, next, partner), "openssl", ours, next);
		assertThat(session(ours.client("todo-client")).status()).isEqualTo(200);
		assertThat(session(next.client("todo-client")).status()).isEqualTo(200);
		assertThat(session(partner.client("todo-client")).status()).isEqualTo(403);
	}

	/** By way of the intermediate that we have signed there is a path to us too. */
	@Test
	void whenPathsLeadToSeveralCasThenOneToTheRightCaIsEnough() {
		Issued issuing = partner.leaf().commonName("issuing-ca").ca(0).issue();
		Issued crossSigned = ours.leaf().commonName("issuing-ca").ca(0).keyPair(issuing.keyPair()).issue();
		Issued caller = issuing.asCa().client("todo-client");
		start(trust(partner, ours), "openssl", ours);
		assertThat(session(caller.withChain(issuing.certificate())).status()).isEqualTo(403);
		assertThat(session(caller.withChain(issuing.certificate(), crossSigned.certificate())).status()).isEqualTo(200);
		assertThat(session(caller.withChain(crossSigned.certificate(), issuing.certificate())).status()).isEqualTo(200);
	}

	@Test
	void whenCallerIsTiedToAnIntermediateOnTheWayThenOnlyIfThatIsTrusted(CapturedOutput output) {
		TestCa issuing = ours.leaf().commonName("issuing-ca").ca(0).asCa();
		Issued caller = issuing.client("todo-client").withChain(issuing.certificate());
		start(trust(ours), "hex", issuing);
		assertThat(session(caller).status()).isEqualTo(403);
		assertThat(output.getOut()).contains("is tied to a CA that is not trusted now").doesNotContain(NOT_TIED);
		replaceTrust(ours, issuing);
		await().atMost(Duration.ofSeconds(30)).until(() -> session(caller).status() == 200);
		await().atMost(Duration.ofSeconds(30)).until(() -> output.getOut().contains("2 " + NOT_TIED));
		assertThat(session(ours.client("todo-client")).status()).isEqualTo(403);
	}

	@Test
	void whenTheTieIsSetToNothingThenItDoesNotStart() {
		assertThatExceptionOfType(RuntimeException.class).isThrownBy(() -> start(trust(ours), "--mtls.callers[0].ca="))
			.havingRootCause()
			.withMessage("MTLS_CALLERS_0_CA is set to nothing, so it is not clear which CA the caller is tied to");
	}

	private void start(String trusted, String form, TestCa... ties) {
		String value = Arrays.stream(ties)
			.map((ca) -> form.equals("hex") ? fingerprint(ca).replace(":", "").toLowerCase(Locale.ROOT)
					: "sha256 Fingerprint=" + fingerprint(ca))
			.collect(Collectors.joining(","));
		start(trusted, "--mtls.callers[0].ca=" + value);
	}

	private void start(String trusted, String tie) {
		Issued server = ours.server();
		TestCa.write(this.folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(this.folder.resolve("server.key"), server.keyPem());
		TestCa.write(this.folder.resolve("ca.crt"), trusted);
		this.service = TestService.start(this.folder, ours, "--mtls.callers[0].name=todo-client",
				"--mtls.callers[0].roles=read,write", tie, "--mtls.callers[1].name=reader",
				"--mtls.callers[1].roles=read");
	}

	private static String trust(TestCa... cas) {
		return Arrays.stream(cas).map(TestCa::certificatePem).collect(Collectors.joining());
	}

	private void replaceTrust(TestCa... cas) {
		try {
			Files.move(TestCa.write(this.folder.resolve("ca.crt.next"), trust(cas)), this.folder.resolve("ca.crt"),
					StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Another certificate of the same key and subject. */
	private static TestCa renewed() {
		return TestCa.root("our-ca").keyPair(ourRoot.keyPair()).asCa();
	}

	private Answer session(Issued caller) {
		try (RawConnection connection = RawConnection.open(context(caller), this.service.port())) {
			return connection.get("/session");
		}
	}

	private static SSLContext context(Issued caller) {
		return TestClient.sslContext(caller, ours.certificate());
	}

	private static String fingerprint(TestCa ca) {
		return Fingerprint.of(ca.certificate()).toString();
	}

}
