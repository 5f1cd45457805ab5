package com.example.todoservice.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import com.example.todoservice.TestCa;
import com.example.todoservice.TestCa.Issued;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How files change in the world, and what must not be taken.
 */
@ExtendWith(OutputCaptureExtension.class)
class CurrentTlsTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@TempDir
	Path folder;

	private final MutableClock clock = new MutableClock();

	private final List<SslBundle> updates = new ArrayList<>();

	private final Issued first = CA.server();

	private CurrentTls tls;

	@BeforeEach
	void load() {
		write(this.folder, this.first);
		TestCa.write(this.folder.resolve("ca.crt"), CA.certificatePem());
		start(this.folder);
	}

	private void start(Path folder) {
		DefaultSslBundleRegistry registry = new DefaultSslBundleRegistry();
		this.tls = new CurrentTls(TestTls.settings(folder), this.clock);
		this.tls.registerBundles(registry);
		registry.addBundleUpdateHandler(CurrentTls.BUNDLE, this.updates::add);
	}

	@Test
	void lookWhenNothingChangesThenNothingHappens() {
		TestTls.look(this.tls);
		assertThat(this.updates).isEmpty();
		assertUsed(this.first);
	}

	@Test
	void lookWhenRewrittenInPlaceThenTakenOverAndOver() {
		for (int i = 1; i <= 5; i++) {
			Issued next = CA.server();
			write(this.folder, next);
			TestTls.look(this.tls);
			assertUsed(next);
			assertThat(this.updates).hasSize(i);
		}
	}

	@Test
	void lookWhenRenamedOverThenTakenOverAndOver() throws IOException {
		for (int i = 1; i <= 5; i++) {
			Issued next = CA.server();
			Path aside = Files.createDirectory(this.folder.resolve("next" + i));
			write(aside, next);
			for (String name : List.of("server.crt", "server.key")) {
				Files.move(aside.resolve(name), this.folder.resolve(name), StandardCopyOption.ATOMIC_MOVE,
						StandardCopyOption.REPLACE_EXISTING);
			}
			TestTls.look(this.tls);
			assertUsed(next);
			assertThat(this.updates).hasSize(i);
		}
	}

	/** A mounted secret: the files are links into ..data, which is a link itself. */
	@Test
	void lookWhenKubernetesSwapsItsLinkThenTakenOverAndOver() throws IOException {
		Path mount = Files.createDirectory(this.folder.resolve("mount"));
		swap(mount, 0, this.first);
		for (String name : List.of("server.crt", "server.key", "ca.crt")) {
			Files.createSymbolicLink(mount.resolve(name), Path.of("..data", name));
		}
		start(mount);
		for (int i = 1; i <= 5; i++) {
			Issued next = CA.server();
			swap(mount, i, next);
			TestTls.look(this.tls);
			assertUsed(next);
			assertThat(this.updates).hasSize(i);
		}
	}

	private static void swap(Path mount, int version, Issued issued) throws IOException {
		Path data = Files.createDirectory(mount.resolve("..version" + version));
		write(data, issued);
		TestCa.write(data.resolve("ca.crt"), CA.certificatePem());
		Files.createSymbolicLink(mount.resolve("..tmp"), data.getFileName());
		Files.move(mount.resolve("..tmp"), mount.resolve("..data"), StandardCopyOption.ATOMIC_MOVE,
				StandardCopyOption.REPLACE_EXISTING);
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
	void lookWhenNewCertificateIsUntrustedThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		write(this.folder, TestCa.create("other").server());
		assertRefused(output, "CERT_FILE_PATH", "is not among the trusted CAs");
	}

	@Test
	void lookWhenTrustIsEmptyThenTheOldOneGoesOnAndOneLineSaysWhy(CapturedOutput output) {
		TestCa.write(this.folder.resolve("ca.crt"), "");
		assertRefused(output, "CA_CERT_FILE_PATH", "is an empty file");
	}

	/** The machine that issues is often a little ahead. */
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
		this.clock.ahead(Duration.ofDays(20));
		TestTls.look(this.tls);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in 10 day(s) or less");
		this.clock.ahead(Duration.ofDays(21).plusMinutes(1));
		TestTls.look(this.tls);
		assertThat(output.getOut()).containsOnlyOnce("Our certificate expires in 9 day(s) or less");
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
