package com.example.certs.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;

import com.example.certs.Cli;
import com.example.certs.problem.CertsException;
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

	private X509Certificate certificate;

	private PrivateKey key;

	@BeforeEach
	void issue() {
		Cli.ok("dev", "--dir", this.dir);
		this.certificate = PemFile.read(file("server.crt")).certificate();
		this.key = PemFile.read(file("server.key")).privateKey();
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
		PemFile given = PemFile.read(file("server.store"));
		convert(given::certificates);
		assertThat(PemFile.read(file("server.store.pem")).certificates()).containsExactly(this.certificate);
		convert(given::privateKey);
		assertThat(PemFile.read(file("server.store.pem")).privateKey()).isEqualTo(this.key);
	}

	@Test
	void der() throws Exception {
		Files.write(file("der"), this.certificate.getEncoded());
		convert(PemFile.read(file("der"))::certificates);
		assertThat(PemFile.read(file("der.pem")).certificate()).isEqualTo(this.certificate);
		Files.write(file("der"), this.key.getEncoded());
		convert(PemFile.read(file("der"))::privateKey);
		assertThat(PemFile.read(file("der.pem")).privateKey()).isEqualTo(this.key);
		Cli.ok("crl", "--dir", this.dir);
		byte[] list = PemFile.read(file("ca.crl")).revocationList().getEncoded();
		Files.write(file("der"), list);
		convert(PemFile.read(file("der"))::revocationList);
		assertThat(PemFile.read(file("der.pem")).revocationList().getEncoded()).isEqualTo(list);
	}

	@ParameterizedTest
	@ValueSource(strings = { "PEM", "DER" })
	void pkcs7(String form) throws Exception {
		shell("openssl crl2pkcs7 -nocrl -certfile server.crt -certfile ca.crt -out server.p7b -outform " + form);
		convert(PemFile.read(file("server.p7b"))::certificates);
		assertThat(PemFile.read(file("server.p7b.pem")).certificates()).hasSize(2).contains(this.certificate);
	}

	@ParameterizedTest
	@ValueSource(strings = { "rsa", "ecdsa" })
	void openSsh(String type) throws Exception {
		shell("ssh-keygen -q -t " + type + " -N '' -f id");
		convert(PemFile.read(file("id"))::privateKey);
		assertThat(PemFile.read(file("id")).privateKey()).isNotNull();
	}

	@Test
	void signingRequest() throws Exception {
		shell("openssl req -new -key server.key -subj /CN=localhost -addext subjectAltName=DNS:localhost -out server.csr");
		convert(PemFile.read(file("server.csr"))::certificates);
		X509Certificate signed = PemFile.read(file("server.csr.crt")).certificate();
		signed.verify(PemFile.read(file("ca.crt")).certificate().getPublicKey());
		assertThat(signed.getSubjectAlternativeNames()).hasSize(1);
	}

	private interface Reading {

		Object read();

	}

	/** Takes the command from the message, and types it. */
	private void convert(Reading reading) throws Exception {
		CertsException ex = catchThrowableOfType(CertsException.class, reading::read);
		String file = ex.getMessage().substring(0, ex.getMessage().indexOf(' '));
		shell(ex.cure()
			.substring(ex.cure().lastIndexOf(": ") + 2)
			.replace("FILE", file)
			// Answers, where there is no terminal to type them.
			.replace("openssl pkcs12", "openssl pkcs12 -passin pass:" + PASSWORD)
			.replace("ssh-keygen -p", "ssh-keygen -q -P '' -N '' -p"));
	}

	private void shell(String command) throws Exception {
		String tool = command.split(" ")[0];
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
