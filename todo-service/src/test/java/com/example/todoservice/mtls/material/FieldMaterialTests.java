package com.example.todoservice.mtls.material;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;

import com.example.todoservice.TestCa;
import com.example.todoservice.TestCa.Issued;
import com.example.todoservice.TestClient;
import com.example.todoservice.TestService;
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
