package com.example.mtls.material;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Material as people really have it, in real handshakes with the running service.
 */
@ExtendWith(OutputCaptureExtension.class)
class FieldMaterialTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final TestCa PARTNER = TestCa.create("partner-ca");

	private static final TestCa RETIRED = TestCa.root("retired-ca").expired().asCa();

	@TempDir
	Path folder;

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void startWhenKeysAreRsassaPssThenBothSidesAreServed(String protocol) throws Exception {
		Issued server = CA.leaf()
			.commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.keyPair(rsassaPss())
			.issue();
		Issued client = CA.leaf()
			.commonName("todo-client")
			.purposes(KeyPurposeId.id_kp_clientAuth)
			.keyPair(rsassaPss())
			.issue();
		try (TestService service = TestService.start(CA, server, database("pss"))) {
			TestClient caller = new TestClient("https://localhost:" + service.port(), client, CA.certificate(),
					protocol);
			assertThat(caller.get("/session").body().path("protocol").asString()).isEqualTo(protocol);
		}
	}

	@Test
	void startWhenCurveIsUnknownToJavaThenNamed(CapturedOutput output) throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
		generator.initialize(new ECGenParameterSpec("secp256k1"));
		Issued server = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.keyPair(generator.generateKeyPair())
			.issue();
		assertThatExceptionOfType(RuntimeException.class)
			.isThrownBy(() -> TestService.start(CA, server, database("k1")).close());
		assertThat(output.getOut()).contains("CERT_FILE_PATH (",
				"has an EC key on the curve secp256k1, which Java does not have");
	}

	@Test
	void startWhenMarkersOfTwoCasAreGluedThenCallersOfBothAreServed() {
		write(CA.server(), CA.certificatePem().strip() + PARTNER.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("glued"))) {
			assertThat(service.client("todo-client").get("/session").status()).isEqualTo(200);
			assertThat(service.client(PARTNER.client("todo-client")).get("/session").status()).isEqualTo(200);
		}
	}

	@Test
	void startWhenATrustedCaHasExpiredThenWarnsAndItAdmitsNobody(CapturedOutput output) {
		write(CA.server(), RETIRED.certificatePem() + CA.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("retired"))) {
			assertThat(output.getOut()).containsOnlyOnce("has expired and is left out: subject \"CN=retired-ca\"");
			assertThat(service.client("todo-client").get("/session").status()).isEqualTo(200);
			assertRefused(service);
		}
	}

	@Test
	void reloadWhenATrustedCaHasExpiredThenWarnsAndItAdmitsNobody(CapturedOutput output) {
		write(CA.server(), CA.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("reload"))) {
			TestClient caller = service.client("todo-client");
			assertThat(caller.get("/session").status()).isEqualTo(200);
			TestCa.write(this.folder.resolve("ca.crt"), CA.certificatePem() + RETIRED.certificatePem());
			await().until(() -> output.getOut().contains("has expired and is left out: subject \"CN=retired-ca\""));
			assertThat(caller.get("/session").status()).isEqualTo(200);
			assertRefused(service);
		}
	}

	@Test
	void startWhenATrustedCaIsTooWeakThenWarnsAndItAdmitsNobody(CapturedOutput output) {
		TestCa weak = TestCa.root("weak-ca").keyPair(TestCa.rsa(1024)).asCa();
		TestCa md5 = TestCa.root("md5-ca").keyPair(TestCa.rsa(2048)).signature("MD5withRSA").asCa();
		write(CA.server(), weak.certificatePem() + CA.certificatePem() + md5.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("weak"))) {
			assertThat(output.getOut()).containsOnlyOnce(
					"cannot be used (its RSA key has 1024 bits, 2048 are the least) and is left out: subject \"CN=weak-ca\"")
				.containsOnlyOnce(
						"cannot be used (it is signed with MD5withRSA, which Java takes no more) and is left out: "
								+ "subject \"CN=md5-ca\"");
			assertThat(service.client("todo-client").get("/session").status()).isEqualTo(200);
			for (TestCa ca : List.of(weak, md5)) {
				assertThatExceptionOfType(UncheckedIOException.class)
					.isThrownBy(() -> service.client(ca.client("todo-client")).get("/session"));
			}
		}
	}

	/** The largest that is not refused at start is taken in a handshake, too. */
	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void startWhenACertificateIsAsLargeAsItMayBeThenServed(String protocol) {
		write(large("localhost"), CA.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("large-server"))) {
			TestClient caller = new TestClient("https://localhost:" + service.port(), CA.client("todo-client"),
					CA.certificate(), protocol);
			assertThat(caller.get("/session").status()).isEqualTo(200);
		}
		write(CA.server(), CA.certificatePem());
		try (TestService service = TestService.start(this.folder, CA, database("large-client"))) {
			TestClient caller = new TestClient("https://localhost:" + service.port(), large("todo-client"),
					CA.certificate(), protocol);
			assertThat(caller.get("/session").status()).isEqualTo(200);
		}
	}

	/** As near to 31 KiB in a handshake as signatures let it be. */
	private static Issued large(String commonName) {
		GeneralName localhost = new GeneralName(GeneralName.dNSName, "localhost");
		GeneralName other = new GeneralName(GeneralName.uniformResourceIdentifier, "urn:" + "x".repeat(31_330));
		Issued issued = CA.leaf().commonName(commonName).names(localhost, other).issue();
		assertThat(CertificateText.encoded(issued.certificate()).length).isBetween((31 << 10) - 100, (31 << 10) - 9);
		return issued;
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.3", "TLSv1.2" })
	void handshakeWhenTheTrustedCaHasAnotherKeyIdentifierThenSaid(String protocol, CapturedOutput output) {
		TestCa ca = TestCa.root("renewed-ca")
			.extension(Extension.subjectKeyIdentifier, false, new byte[] { 4, 2, 7, 7 })
			.asCa();
		Issued caller = ca.leaf()
			.commonName("todo-client")
			.extension(Extension.authorityKeyIdentifier, false, new byte[] { 48, 4, (byte) 0x80, 2, 1, 1 })
			.issue();
		write(ca.server(), ca.certificatePem());
		try (TestService service = TestService.start(this.folder, ca, database("identifiers"))) {
			TestClient client = new TestClient("https://localhost:" + service.port(), caller, ca.certificate(),
					protocol);
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> client.get("/session"));
			await().until(() -> output.getOut().contains("reason=untrusted"));
			assertThat(output.getOut()).contains("its identifiers differ: its authorityKeyIdentifier names the key "
					+ "identifier 01:01, and that certificate of the CA has 07:07");
		}
	}

	private static void assertRefused(TestService service) {
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> service.client(RETIRED.client("todo-client")).get("/session"));
	}

	private void write(Issued server, String trusted) {
		TestCa.write(this.folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(this.folder.resolve("server.key"), server.keyPem());
		TestCa.write(this.folder.resolve("ca.crt"), trusted);
	}

	private static String database(String name) {
		return "--spring.datasource.url=jdbc:h2:mem:field-" + name;
	}

	private static KeyPair rsassaPss() throws GeneralSecurityException {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
		generator.initialize(2048);
		return generator.generateKeyPair();
	}

}
