package com.example.mtls.material;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How files change in the world, and what must not be taken.
 */
@ExtendWith(OutputCaptureExtension.class)
class CurrentMaterialTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@TempDir
	Path folder;

	private final MutableClock clock = new MutableClock();

	private final List<SslBundle> updates = new ArrayList<>();

	private final Issued first = CA.server();

	private CurrentMaterial tls;

	@BeforeEach
	void load() {
		write(this.folder, this.first);
		TestCa.write(this.folder.resolve("ca.crt"), CA.certificatePem());
		start(this.folder);
	}

	private void start(Path folder) {
		start(TestTls.settings(Purpose.SERVER, folder));
	}

	private void start(PemSslBundleProperties settings) {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		this.tls = TestTls.load(settings, Purpose.SERVER, this.clock, registry);
		registry.addBundleUpdateHandler(CurrentMaterial.BUNDLE, this.updates::add);
	}

	@Test
	void lookWhenNothingChangesThenNothingHappens() {
		TestTls.look(this.tls);
		assertThat(this.updates).isEmpty();
		assertUsed(this.first);
	}

	@ParameterizedTest
	@EnumSource
	void lookWhenReplacedThenTakenOverAndOver(Replacement replacement, @TempDir Path root) {
		replacement.write(root, TestTls.files(Purpose.SERVER, this.first, CA));
		start(replacement.folder(root));
		assertUsed(this.first);
		for (int i = 1; i <= 5; i++) {
			Issued next = CA.server();
			replacement.write(root, TestTls.files(Purpose.SERVER, next, CA));
			TestTls.look(this.tls);
			assertUsed(next);
			assertThat(this.updates).hasSize(i);
		}
	}

	/** There is nothing to look at, and that is no error. */
	@Test
	void lookWhenMaterialIsTextThenItStays(CapturedOutput output) {
		start(TestTls.settings(this.first.certificatePem(), this.first.keyPem(), CA.certificatePem()));
		write(this.folder, CA.server());
		TestTls.look(this.tls);
		assertUsed(this.first);
		assertThat(this.updates).isEmpty();
		assertThat(this.tls.state().refusal()).isNull();
		assertThat(output.getOut()).doesNotContain("WARN", "ERROR");
	}

	@Test
	void lookWhenStillBeingWrittenThenWaitsWithoutAWord(CapturedOutput output) {
		Issued next = CA.server();
		TestCa.write(this.folder.resolve("server.crt"), next.certificatePem().substring(0, 200));
		this.tls.look();
		TestCa.write(this.folder.resolve("server.crt"), next.certificatePem());
		this.tls.look();
		TestCa.write(this.folder.resolve("server.key"), next.keyPem());
		this.tls.look();
		assertUsed(this.first);
		this.tls.look();
		assertUsed(next);
		assertThat(output.getOut()).doesNotContain("is not used");
	}

	@Test
	void lookWhenHalfAFileStaysThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		TestCa.write(this.folder.resolve("server.crt"), this.first.certificatePem().substring(0, 200));
		assertRefused(output, "CERT_FILE_PATH", "is cut off");
	}

	@Test
	void lookWhenFileIsGoneThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) throws IOException {
		Files.delete(this.folder.resolve("server.key"));
		assertRefused(output, "KEY_FILE_PATH", "does not exist");
	}

	@Test
	void lookWhenPairDoesNotMatchThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		TestCa.write(this.folder.resolve("server.key"), CA.server().keyPem());
		assertRefused(output, "KEY_FILE_PATH", "does not belong to the certificate");
	}

	@Test
	void lookWhenNewCertificateIsOfAnotherCaThenTakenAndOneLineSaysWhichCa(CapturedOutput output) {
		Issued next = TestCa.create("other").server();
		write(this.folder, next);
		TestTls.look(this.tls);
		assertUsed(next);
		assertThat(output.getOut())
			.containsOnlyOnce("Our certificate comes from the CA \"CN=other\", which is not among those of")
			.doesNotContain("WARN");
	}

	@Test
	void lookWhenCaIsCrossSignedThenNoOtherCaIsNamed(CapturedOutput output) {
		Issued root = TestCa.root("cross-ca").issue();
		Issued next = root.asCa().server();
		TestCa.write(this.folder.resolve("ca.crt"), root.certificatePem());
		write(this.folder, next.withChain(MaterialTests.crossSigned(root)));
		TestTls.look(this.tls);
		assertUsed(next);
		assertThat(output.getOut()).doesNotContain("Our certificate comes from the CA");
	}

	@Test
	void lookWhenATrustedCaHasExpiredThenLeftOutWithAWarning(CapturedOutput output) {
		TestCa.write(this.folder.resolve("ca.crt"),
				CA.certificatePem() + TestCa.root("old-ca").expired().issue().certificatePem());
		TestTls.look(this.tls);
		assertThat(this.tls.state().material().authorities()).containsExactly(CA.certificate());
		assertThat(output.getOut()).containsOnlyOnce(
				"CA_CERT_FILE_PATH holds a CA certificate that has expired and is left out: subject \"CN=old-ca\"");
	}

	@Test
	void lookWhenNewCertificateHasExpiredThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		write(this.folder, CA.leaf().commonName("localhost").expired().issue());
		assertRefused(output, "CERT_FILE_PATH", "it expired");
	}

	@Test
	void lookWhenTrustIsEmptyThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		TestCa.write(this.folder.resolve("ca.crt"), "");
		assertRefused(output, "CA_CERT_FILE_PATH", "is an empty file");
	}

	/** The machine that issues is often a little ahead. */
	@Test
	void lookWhenWhoUsesItCannotThenAllGoOnWithTheOldOneAndItIsTriedOnce(CapturedOutput output) {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		this.tls = TestTls.load(TestTls.settings(Purpose.SERVER, this.folder), Purpose.SERVER, this.clock, registry);
		registry.addBundleUpdateHandler(CurrentMaterial.BUNDLE, this.updates::add);
		registry.addBundleUpdateHandler(CurrentMaterial.BUNDLE, (bundle) -> {
			if (this.updates.size() == 1) {
				throw new IllegalStateException("no room");
			}
		});
		write(this.folder, CA.server());
		for (int i = 0; i < 6; i++) {
			this.tls.look();
		}
		assertThat(this.tls.state().material().leaf()).isEqualTo(this.first.certificate());
		assertThat(this.tls.state().refusal()).isEqualTo("it could not be applied: no room.");
		assertThat(this.updates).hasSize(2)
			.last()
			.satisfies((bundle) -> assertThat(certificate(bundle)).isEqualTo(this.first.certificate()));
		assertThat(output.getOut()).containsOnlyOnce("New TLS material is not used: it could not be applied: no room.");
	}

	private static Certificate certificate(SslBundle bundle) throws Exception {
		return bundle.getStores().getKeyStore().getCertificate(CurrentMaterial.BUNDLE);
	}

	@Test
	void lookWhenNewCertificateIsNotYetValidThenTakenOnceItIs(CapturedOutput output) {
		Issued next = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.validity(Instant.now().plusSeconds(600), Instant.now().plus(Duration.ofDays(30)))
			.issue();
		write(this.folder, next);
		assertRefusedUntilGood(output, "it is valid only from");
		this.clock.ahead(Duration.ofSeconds(1_200));
		TestTls.look(this.tls);
		assertUsed(next);
		assertThat(this.tls.state().refusal()).isNull();
	}

	@Test
	void lookWhenCertificateComesCloseToItsEndThenWarnsOnceADay(CapturedOutput output) {
		this.clock.ahead(Duration.ofDays(15));
		TestTls.look(this.tls);
		assertThat(output.getOut()).doesNotContain("expires in");
		this.clock.ahead(Duration.ofDays(20));
		TestTls.look(this.tls);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in 10 day(s) or less");
		this.clock.ahead(Duration.ofDays(21).plusMinutes(1));
		TestTls.look(this.tls);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in 9 day(s) or less");
	}

	@Test
	void startWhenCertificateIsCloseToItsEndThenWarns(CapturedOutput output) {
		this.clock.ahead(Duration.ofDays(17));
		start(this.folder);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in 13 day(s) or less");
		TestTls.look(this.tls);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in");
	}

	@Test
	void startWhenACaIsCloseToItsEndThenWarnsOfItToo(CapturedOutput output) {
		Instant end = Instant.now().plus(Duration.ofDays(3));
		TestCa ending = TestCa.root("ending-ca").validity(Instant.now().minusSeconds(60), end).asCa();
		TestCa.write(this.folder.resolve("ca.crt"), TestCa.pem(CA.certificate(), ending.certificate()));
		start(this.folder);
		assertThat(output.getOut()).containsOnlyOnce("expires in")
			.contains("The CA certificate expires in 3 day(s) or less subject \"CN=ending-ca\"")
			.contains("Trust its successor in time");
	}

	private void assertRefused(CapturedOutput output, String variable, String why) {
		assertRefusedUntilGood(output, why);
		assertThat(output.getOut()).contains("New TLS material is not used: " + variable);
		Issued next = CA.server();
		write(this.folder, next);
		TestCa.write(this.folder.resolve("ca.crt"), CA.certificatePem());
		TestTls.look(this.tls);
		assertUsed(next);
		assertThat(this.tls.state().refusal()).isNull();
	}

	private void assertRefusedUntilGood(CapturedOutput output, String why) {
		for (int i = 0; i < 3; i++) {
			TestTls.look(this.tls);
		}
		assertUsed(this.first);
		assertThat(this.updates).isEmpty();
		assertThat(this.tls.state().refusal()).contains(why);
		assertThat(output.getOut()).containsOnlyOnce("New TLS material is not used").contains(why);
	}

	private void assertUsed(Issued issued) {
		assertThat(this.tls.state().material().leaf()).isEqualTo(issued.certificate());
	}

	private static void write(Path folder, Issued issued) {
		TestCa.write(folder.resolve("server.crt"), issued.certificatePem());
		TestCa.write(folder.resolve("server.key"), issued.keyPem());
	}

}
