package com.example.mtls.material;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * The commands by which {@link ForeignFormat} has something converted, run as they are
 * printed.
 */
class ConversionsTests {

	private static final String PASSWORD = "changeit";

	@TempDir
	Path dir;

	private final TestCa ca = TestCa.create("test-ca");

	private final Issued server = this.ca.server();

	private final X509Certificate certificate = this.server.certificate();

	private final PrivateKey key = this.server.key();

	@BeforeEach
	void issue() {
		TestCa.write(file("server.crt"), this.server.certificatePem());
		TestCa.write(file("server.key"), this.server.keyPem());
		TestCa.write(file("ca.crt"), this.ca.certificatePem());
		TestCa.write(file("ca.key"), this.ca.keyPem());
	}

	@ParameterizedTest
	@ValueSource(strings = { "PKCS12", "JKS", "JCEKS" })
	void keystore(String type) throws Exception {
		KeyStore store = KeyStore.getInstance(type);
		store.load(null, null);
		store.setKeyEntry("server", this.key, PASSWORD.toCharArray(), new Certificate[] { this.certificate });
		try (var out = Files.newOutputStream(file("server.store"))) {
			store.store(out, PASSWORD.toCharArray());
		}
		convert("server.store", this::certificates);
		assertThat(certificates("server.store.pem")).containsExactly(this.certificate);
		convert("server.store", this::privateKey);
		assertThat(privateKey("server.store.pem")).isEqualTo(this.key);
		if (type.equals("PKCS12")) {
			TestCa.write(file("pkcs12"), TestCa.pem(new PemObject("PKCS12", Files.readAllBytes(file("server.store")))));
			convert("pkcs12", this::privateKey);
			assertThat(privateKey("pkcs12.pem")).isEqualTo(this.key);
		}
	}

	@Test
	void der() throws Exception {
		Files.write(file("der"), this.certificate.getEncoded());
		convert("der", this::certificates);
		assertThat(certificates("der.pem")).containsExactly(this.certificate);
		Files.write(file("der"), this.key.getEncoded());
		convert("der", this::privateKey);
		assertThat(privateKey("der.pem")).isEqualTo(this.key);
		Instant now = Instant.now();
		X509CRL list = this.ca.revoke(now, now.plusSeconds(60), this.certificate);
		Files.write(file("der"), list.getEncoded());
		convert("der", this::revocationLists);
		assertThat(revocationLists("der.pem")).containsExactly(list);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PEM", "DER" })
	void pkcs7(String form) throws Exception {
		shell("openssl crl2pkcs7 -nocrl -certfile server.crt -certfile ca.crt -out server.p7b -outform " + form);
		convert("server.p7b", this::certificates);
		assertThat(certificates("server.p7b.pem")).hasSize(2).contains(this.certificate);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rsa", "ecdsa" })
	void openSsh(String type) throws Exception {
		shell("ssh-keygen -q -t " + type + " -N '' -f id");
		convert("id", this::privateKey);
		assertThat(privateKey("id")).isNotNull();
	}

	@Test
	void signingRequest() throws Exception {
		shell("openssl req -new -key server.key -subj /CN=localhost -addext subjectAltName=DNS:localhost -out server.csr");
		convert("server.csr", this::certificates);
		X509Certificate signed = certificates("server.csr.crt").get(0);
		signed.verify(this.ca.certificate().getPublicKey());
		assertThat(signed.getSubjectAlternativeNames()).hasSize(1);
	}

	private List<X509Certificate> certificates(String file) {
		return PemReader.certificates(setting(PemKind.CERTIFICATE, file));
	}

	private PrivateKey privateKey(String file) {
		return PemReader.privateKey(setting(PemKind.PRIVATE_KEY, file),
				new MaterialSettings.Password("KEY_PASSWORD", null));
	}

	private List<X509CRL> revocationLists(String file) {
		return PemReader.revocationLists(setting(PemKind.REVOCATION_LIST, file));
	}

	private PemSetting setting(PemKind kind, String file) {
		return TestTls.setting("SETTING", kind, file(file).toString());
	}

	/** Takes the command from the message, and types it. */
	private void convert(String file, Consumer<String> reading) throws Exception {
		SettingException ex = catchThrowableOfType(SettingException.class, () -> reading.accept(file));
		Set<Path> before = files();
		shell(ex.cure()
			.substring(ex.cure().lastIndexOf(": ") + 2)
			.replace("FILE", file)
			// Answers, where there is no terminal to type them.
			.replace("openssl pkcs12", "openssl pkcs12 -passin pass:" + PASSWORD)
			.replace("ssh-keygen -p", "ssh-keygen -q -P '' -N '' -p"));
		for (Path made : files()) {
			boolean secret = made.toString().endsWith(".p12")
					|| Files.readString(made, StandardCharsets.ISO_8859_1).contains("PRIVATE KEY");
			if (secret && !before.contains(made)) {
				assertThat(Files.getPosixFilePermissions(made)).as(made.toString())
					.containsExactlyInAnyOrder(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
			}
		}
	}

	private Set<Path> files() throws IOException {
		try (Stream<Path> files = Files.list(this.dir)) {
			return files.filter((file) -> !file.endsWith("shell.log") && !file.endsWith("answers"))
				.collect(Collectors.toSet());
		}
	}

	private void shell(String command) throws Exception {
		String tool = command.replace("(umask 077 && ", "").split(" ")[0];
		if (run("command -v " + tool) != 0) {
			if ("true".equals(System.getenv("CI"))) {
				fail("CI needs the command " + tool);
			}
			abort("Skipped: there is no command " + tool + " here");
		}
		assertThat(run(command)).as(() -> command + "\n" + log()).isZero();
	}

	private int run(String command) throws IOException, InterruptedException {
		ProcessBuilder builder = new ProcessBuilder("sh", "-c", command).directory(this.dir.toFile())
			.redirectInput(Files.writeString(file("answers"), (PASSWORD + "\n").repeat(3)).toFile())
			.redirectErrorStream(true)
			.redirectOutput(file("shell.log").toFile());
		builder.environment()
			.merge("PATH", Path.of(System.getProperty("java.home"), "bin").toString(), (path, bin) -> bin + ":" + path);
		return builder.start().waitFor();
	}

	private String log() {
		try {
			return Files.readString(file("shell.log"));
		}
		catch (IOException ex) {
			return ex.toString();
		}
	}

	private Path file(String name) {
		return this.dir.resolve(name);
	}

}
