package com.example.todoclient.pair;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Builder;
import com.example.mtls.TestCa.Issued;
import com.example.todoclient.TodoClientApplication;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.SpringApplication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Every way in which a service cannot start because of a setting: what it says in the
 * block APPLICATION FAILED TO START, at either end.
 */
class StartRefusalsIT {

	private static final String PASSWORD = "open-sesame";

	private static final TestCa CA = TestCa.create("test-ca");

	private static final TestCa OTHER_CA = TestCa.create("other-ca");

	private static final Issued INTERMEDIATE = CA.leaf().commonName("intermediate").ca(0).issue();

	private static Transcript transcript;

	@TempDir
	private static Path jars;

	private static JarInProcess service;

	@TempDir
	private Path folder;

	@BeforeAll
	static void unpack() {
		PairProcesses.assumeSiblings();
		transcript = new Transcript("refusals-at-start.txt");
		service = JarInProcess.of(PairProcesses.SERVICE_JAR, jars.resolve("service"));
	}

	@AfterAll
	static void close() throws IOException {
		if (service != null) {
			service.close();
		}
	}

	/** The two ends, and what differs between them. */
	private enum Side {

		SERVICE("server", KeyPurposeId.id_kp_serverAuth), CLIENT("client", KeyPurposeId.id_kp_clientAuth);

		private final String name;

		private final KeyPurposeId purpose;

		Side(String name, KeyPurposeId purpose) {
			this.name = name;
			this.purpose = purpose;
		}

		/** A certificate for this end, about which something can be made odd. */
		Builder leaf(TestCa ca) {
			Builder leaf = ca.leaf().purposes(this.purpose);
			return (this == SERVICE)
					? leaf.commonName("localhost").names(new GeneralName(GeneralName.dNSName, "localhost"))
					: leaf.commonName("todo-client");
		}

	}

	/** The settings of one end. They are good until a situation changes them. */
	private static final class Setup {

		private final Side side;

		private final Path folder;

		private final Map<String, String> settings = new LinkedHashMap<>();

		private final Issued issued;

		Setup(Side side, Path folder) {
			this.side = side;
			this.folder = folder;
			this.issued = side.leaf(CA).issue();
			issued(this.issued);
			write("CA_CERT_FILE_PATH", "ca.crt", CA.certificatePem());
			this.settings.put("server.port", "0");
			this.settings.put("management.server.port", "0");
			this.settings.put("spring.main.register-shutdown-hook", "false");
			this.settings.put("spring.datasource.url", "jdbc:h2:file:" + folder.resolve("todos"));
		}

		Setup issued(Issued issued) {
			return certificate(issued.certificatePem()).key(issued.keyPem());
		}

		Setup certificate(String pem) {
			return write("CERT_FILE_PATH", this.side.name + ".crt", pem);
		}

		Setup key(String pem) {
			return write("KEY_FILE_PATH", this.side.name + ".key", pem);
		}

		Setup trust(String pem) {
			return write("CA_CERT_FILE_PATH", "ca.crt", pem);
		}

		Setup list(String pem) {
			return write("CRL_FILE_PATH", "ca.crl", pem);
		}

		private Setup write(String variable, String name, String text) {
			return set(variable, TestCa.write(this.folder.resolve(name), text).toString());
		}

		Setup set(String setting, String value) {
			this.settings.put(setting, value);
			return this;
		}

		List<String> arguments() {
			return this.settings.entrySet()
				.stream()
				.map((each) -> "--" + each.getKey() + "=" + each.getValue())
				.toList();
		}

	}

	/**
	 * A situation: what is wrong, which setting the message begins with, why, and the
	 * cure.
	 */
	private record Situation(String name, List<Side> sides, Consumer<Setup> change, String what, String why,
			String cure) {

		Situation(String name, Consumer<Setup> change, String what, String why, String cure) {
			this(name, List.of(Side.values()), change, what, why, cure);
		}

		Situation only(Side side) {
			return new Situation(this.name, List.of(side), this.change, this.what, this.why, this.cure);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Situation> situations() {
		return Stream.of(files(), kinds(), pairs(), certificates(), lists(), others()).flatMap(List::stream);
	}

	private static List<Situation> files() {
		return List.of(
				certificate("certificate missing", (setup) -> setup.set("CERT_FILE_PATH", "/nowhere/tls.crt"),
						"does not exist", "Mount the file there, or set CERT_FILE_PATH to where it is"),
				key("key missing", (setup) -> setup.set("KEY_FILE_PATH", "/nowhere/tls.key"), "does not exist",
						"Mount the file there, or set KEY_FILE_PATH to where it is"),
				trust("trusted CAs missing", (setup) -> setup.set("CA_CERT_FILE_PATH", "/nowhere/ca.crt"),
						"does not exist", "Mount the file there, or set CA_CERT_FILE_PATH to where it is"),
				// Whoever runs the tests may be root, who may read every file, but not
				// follow this link.
				key("key unreadable", (setup) -> setup.set("KEY_FILE_PATH", endlessLink(setup.folder)),
						"cannot be read: Too many levels of symbolic links", "Look at the file"),
				certificate("certificate a directory", (setup) -> setup.set("CERT_FILE_PATH", setup.folder.toString()),
						"is a directory",
						"Docker makes an empty directory where the file it should mount does not exist"),
				certificate("certificate empty", (setup) -> setup.certificate(""), "is an empty file",
						"A secret that was mounted but never filled looks like this"),
				key("key empty", (setup) -> setup.key(" \n"), "is an empty file",
						"A secret that was mounted but never filled looks like this"),
				trust("trusted CAs empty", (setup) -> setup.trust(""), "is an empty file",
						"A secret that was mounted but never filled looks like this"));
	}

	private static List<Situation> kinds() {
		return List.of(
				certificate("certificate some text", (setup) -> setup.certificate("Dear colleague, here it is."),
						"is not PEM", "Give the file that starts with -----BEGIN"),
				certificate("certificate DER", StartRefusalsIT::der, "is not PEM: it is a certificate in DER",
						"Convert it: openssl x509 -inform DER"),
				key("key cut off", (setup) -> setup.key(setup.issued.keyPem().substring(0, 100)), "is cut off",
						"Copy the file again, whole"),
				certificate("certificate damaged",
						(setup) -> setup
							.certificate(setup.issued.certificatePem().replaceFirst("-----\n.{8}", "-----\n")),
						"holds a damaged certificate", "Copy the file again, whole"),
				certificate("key where the certificate belongs", (setup) -> setup.certificate(setup.issued.keyPem()),
						"holds a private key where a certificate belongs",
						"Give the file that starts with -----BEGIN CERTIFICATE-----"),
				key("certificate where the key belongs", (setup) -> setup.key(setup.issued.certificatePem()),
						"holds a certificate where a private key belongs",
						"Give the file that starts with -----BEGIN PRIVATE KEY-----"),
				trust("key where the CA belongs", (setup) -> setup.trust(setup.issued.keyPem()),
						"holds a private key where a certificate belongs",
						"Give the file that starts with -----BEGIN CERTIFICATE-----"),
				key("encrypted key without a password", (setup) -> setup.key(encrypted(setup.issued.key(), PASSWORD)),
						"is encrypted, and KEY_PASSWORD is not set", "Set KEY_PASSWORD to its password"),
				key("encrypted key with a wrong password",
						(setup) -> setup.key(encrypted(setup.issued.key(), PASSWORD)).set("KEY_PASSWORD", "wrong-one"),
						"cannot be decrypted with KEY_PASSWORD", "Correct KEY_PASSWORD"),
				key("key encrypted the old way",
						(setup) -> setup.key(encryptedTheOldWay(TestCa.rsa(2048).getPrivate()))
							.set("KEY_PASSWORD", PASSWORD),
						"is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED)", "openssl pkcs8 -topk8"),
				key("key of OpenSSH", (setup) -> setup.key(labelled("OPENSSH PRIVATE KEY")),
						"holds a private key in the format of OpenSSH", "ssh-keygen -p -m PKCS8"),
				key("DSA key", (setup) -> setup.key(labelled("DSA PRIVATE KEY")), "holds a DSA key",
						"Issue a key and a certificate for TLS"));
	}

	private static List<Situation> pairs() {
		return List.of(
				key("key of another certificate", (setup) -> setup.key(setup.side.leaf(CA).issue().keyPem()),
						"does not belong to the certificate in CERT_FILE_PATH",
						"Give the key and the certificate that were issued together"),
				certificate("chain in the wrong order",
						(setup) -> setup.issued(below(setup).withChain(CA.certificate(), INTERMEDIATE.certificate())),
						"holds a chain in the wrong order", "cat leaf.crt intermediate.crt > chain.crt"));
	}

	private static List<Situation> certificates() {
		Instant now = Instant.now();
		return List.of(
				certificate("expired", (setup) -> setup.issued(setup.side.leaf(CA).expired().issue()),
						"cannot be used: it expired at", "Issue a new one: java -jar certs/target/certs.jar"),
				certificate("not yet valid",
						(setup) -> setup.issued(setup.side.leaf(CA)
							.validity(now.plus(Duration.ofHours(3)), now.plus(Duration.ofHours(6)))
							.issue()),
						"cannot be used: it is valid only from", "Set the clock of this machine, or wait"),
				certificate("a client's certificate at the server", (setup) -> setup.issued(CA.client("todo-client")),
						"its ExtendedKeyUsage does not allow serverAuth",
						"Issue one for this end: java -jar certs/target/certs.jar server --host NAME")
					.only(Side.SERVICE),
				certificate("a server's certificate at the client", (setup) -> setup.issued(CA.server()),
						"its ExtendedKeyUsage does not allow clientAuth",
						"Issue one for this end: java -jar certs/target/certs.jar client --cn NAME")
					.only(Side.CLIENT),
				certificate("the CA's own certificate",
						(setup) -> setup.issued(setup.side.leaf(CA)
							.ca(null)
							.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
							.issue()),
						"cannot be used: it is a CA certificate", "Give the leaf certificate, not the CA's"),
				certificate("RSA key of 1024 bits",
						(setup) -> setup.issued(setup.side.leaf(CA).keyPair(TestCa.rsa(1024)).issue()),
						"its RSA key has 1024 bits", "EC P-256 or RSA 3072"),
				certificate("signed with SHA-1",
						(setup) -> setup.issued(setup.side.leaf(CA).signature("SHA1withECDSA").issue()),
						"it is signed with SHA1withECDSA, which can be forged", "Issue a new one"),
				certificate("server certificate without a SAN",
						(setup) -> setup.issued(setup.side.leaf(CA).names().issue()), "names no host: it has no SAN",
						"certs.jar server --host NAME")
					.only(Side.SERVICE),
				trust("a leaf among the trusted CAs",
						(setup) -> setup.trust(CA.certificatePem() + setup.issued.certificatePem()),
						"holds a certificate that is not a CA's", "Put only CA certificates there"),
				trust("an expired CA as the only trusted one",
						(setup) -> setup.trust(TestCa.root("old-ca").expired().issue().certificatePem()),
						"holds no CA certificate that is valid now", "that issues for the other side now"));
	}

	private static List<Situation> lists() {
		Instant now = Instant.now();
		return List.of(
				list("revocation list missing", (setup) -> setup.set("CRL_FILE_PATH", "/nowhere/ca.crl"),
						"does not exist", "Mount the file there, or set CRL_FILE_PATH to where it is"),
				list("certificate where the revocation list belongs", (setup) -> setup.list(CA.certificatePem()),
						"holds a certificate where a revocation list belongs",
						"the ca.crl that \"certs revoke\" writes"),
				list("revocation list of another CA", (setup) -> setup.list(OTHER_CA.revoke()),
						"holds a revocation list that no trusted CA has signed", "Give the list of the CA"),
				list("revocation list too old",
						(setup) -> setup
							.list(TestCa.pem(CA.revoke(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(2))))),
						"holds a revocation list that is too old",
						"Write a new one: java -jar certs/target/certs.jar crl"));
	}

	private static List<Situation> others() {
		return List.of(
				other(Side.SERVICE, "caller listed twice", "MTLS_CALLERS_1_NAME (todo-client)",
						"is on the allow-list twice", "Keep one row for each caller",
						(setup) -> caller(caller(setup, 0, "todo-client", "read"), 1, "todo-client", "write")),
				other(Side.SERVICE, "caller without a name", "MTLS_CALLERS_0_NAME", "is missing or blank",
						"Set it to the CN of the caller's certificate", (setup) -> caller(setup, 0, "", "read")),
				other(Side.SERVICE, "caller whom no certificate can name", "MTLS_CALLERS_0_NAME",
						"can match no certificate: it has 65 characters, not 1 to 64", "Correct it",
						(setup) -> caller(setup, 0, "n".repeat(65), "read")),
				other(Side.SERVICE, "caller with an unknown role", "MTLS_CALLERS_0_ROLES (admin)", "is not a role",
						"Set it to read, write, or read,write", (setup) -> caller(setup, 0, "todo-client", "admin")),
				other(Side.SERVICE, "caller without a role", "MTLS_CALLERS_0_ROLES", "is missing, so that",
						"Set it to read, write, or read,write", (setup) -> caller(setup, 0, "todo-client", "")),
				other(Side.CLIENT, "plain http", "TODO_SERVICE_URL (http://todo-service:8080)",
						"does not start with https://", "Choreo shows a project URL with http://",
						(setup) -> setup.set("TODO_SERVICE_URL", "http://todo-service:8080")),
				other(Side.CLIENT, "URL with a path", "TODO_SERVICE_URL (https://todo-service:8443/todos)",
						"has more than a host and a port", "End it there",
						(setup) -> setup.set("TODO_SERVICE_URL", "https://todo-service:8443/todos")),
				other(Side.CLIENT, "URL without a host", "TODO_SERVICE_URL (https://todo_service:8443)",
						"names no host, or one with characters that host names do not have",
						"https://todo-service:8443",
						(setup) -> setup.set("TODO_SERVICE_URL", "https://todo_service:8443")),
				other(Side.CLIENT, "password in the URL", "TODO_SERVICE_URL",
						"has a user or a password before the host", "Take it out: the certificate says who we are",
						(setup) -> setup.set("TODO_SERVICE_URL", "https://me:" + PASSWORD + "@todo-service:8443")));
	}

	@ParameterizedTest
	@MethodSource("situations")
	void startWhenSettingIsWrongThenOneBlockSaysWhatWhyAndCure(Situation situation) {
		transcript.situation(situation.name());
		for (Side side : situation.sides()) {
			Path place = this.folder.resolve(side.name);
			assertThat(place.toFile().mkdir()).isTrue();
			Setup setup = new Setup(side, place);
			situation.change().accept(setup);
			String block = block(start(setup));
			transcript.said("todo-" + side.toString().toLowerCase(java.util.Locale.ROOT), block);
			assertThat(block).startsWith(situation.what())
				.contains(situation.why(), situation.cure())
				.doesNotContain(PASSWORD, "wrong-one", setup.issued.keyPem().substring(30, 90));
		}
	}

	/** Everything that is written, of which the block must be the end. */
	private static String start(Setup setup) {
		try (Console console = new Console()) {
			assertThatThrownBy(() -> {
				if (setup.side == Side.SERVICE) {
					service.start("com.example.todoservice.TodoServiceApplication", setup.arguments()).close();
				}
				else {
					new SpringApplication(TodoClientApplication.class).run(setup.arguments().toArray(String[]::new))
						.close();
				}
			});
			return console.text();
		}
	}

	/** The description and the action, without what frames them. */
	private static String block(String output) {
		assertThat(output).containsOnlyOnce("APPLICATION FAILED TO START").doesNotContain("\tat ", " WARN ");
		return output.substring(output.indexOf("Description:") + "Description:".length())
			.replace("Action:\n\n", "")
			.strip();
	}

	@Test
	void processEndsWithItsExitCodeAndNoStackTrace() throws Exception {
		assertThat(run(PairProcesses.SERVICE_JAR)).isEqualTo(1);
		assertThat(run(PairProcesses.CLIENT_JAR)).isEqualTo(1);
		assertThat(run(PairProcesses.CLIENT_JAR, "--task")).isEqualTo(2);
	}

	private int run(Path jar, String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(PairProcesses.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", jar.toString()));
		command.addAll(List.of(arguments));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(PairProcesses.variables(this.folder, "none"));
		Path output = this.folder.resolve("output.log");
		Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
			assertThat(block(Files.readString(output))).startsWith("CERT_FILE_PATH (").contains("does not exist");
			return process.exitValue();
		}
		finally {
			process.destroyForcibly();
		}
	}

	@Test
	void startWhenPortIsInUseThenNamesIt() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			String port = String.valueOf(taken.getLocalPort());
			Setup setup = new Setup(Side.CLIENT, this.folder).set("server.port", port);
			assertThat(block(start(setup))).contains("Port " + port + " was already in use.");
		}
	}

	private static Situation certificate(String name, Consumer<Setup> change, String why, String cure) {
		return new Situation(name, change, "CERT_FILE_PATH (", why, cure);
	}

	private static Situation key(String name, Consumer<Setup> change, String why, String cure) {
		return new Situation(name, change, "KEY_FILE_PATH (", why, cure);
	}

	private static Situation trust(String name, Consumer<Setup> change, String why, String cure) {
		return new Situation(name, change, "CA_CERT_FILE_PATH (", why, cure);
	}

	private static Situation list(String name, Consumer<Setup> change, String why, String cure) {
		return new Situation(name, change, "CRL_FILE_PATH (", why, cure).only(Side.SERVICE);
	}

	private static Situation other(Side side, String name, String what, String why, String cure,
			Consumer<Setup> change) {
		return new Situation(name, List.of(side), change, what, why, cure);
	}

	private static Setup caller(Setup setup, int row, String name, String roles) {
		return setup.set("mtls.callers[" + row + "].name", name).set("mtls.callers[" + row + "].roles", roles);
	}

	private static Issued below(Setup setup) {
		return setup.side.leaf(INTERMEDIATE.asCa()).issue();
	}

	private static void der(Setup setup) {
		try {
			X509Certificate certificate = setup.issued.certificate();
			Files.write(setup.folder.resolve(setup.side.name + ".crt"), certificate.getEncoded());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String endlessLink(Path folder) {
		try {
			return Files.createSymbolicLink(folder.resolve("link"), Path.of("link")).toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String labelled(String label) {
		return TestCa.pem(new PemObject(label, new byte[] { 1, 2, 3 }));
	}

	private static String encrypted(PrivateKey key, String password) {
		try {
			return TestCa.pem(new JcaPKCS8Generator(key,
					new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
						.setProvider(new BouncyCastleProvider())
						.setPRF(PKCS8Generator.PRF_HMACSHA256)
						.setPassword(password.toCharArray())
						.build())
				.generate());
		}
		catch (OperatorCreationException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** "Proc-Type: 4,ENCRYPTED", as openssl wrote it for long. */
	private static String encryptedTheOldWay(PrivateKey key) {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			writer.writeObject(new JcaMiscPEMGenerator(key,
					new JcePEMEncryptorBuilder("AES-128-CBC").setProvider(new BouncyCastleProvider())
						.build(PASSWORD.toCharArray())));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return text.toString();
	}

}
