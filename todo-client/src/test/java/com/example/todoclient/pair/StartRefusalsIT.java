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

import com.example.todoclient.TestCa;
import com.example.todoclient.TestCa.Builder;
import com.example.todoclient.TestCa.Issued;
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
 * block APPLICATION FAILED TO START, at either end, and what {@code certs verify} says
 * beforehand.
 */
class StartRefusalsIT {

	private static final String PASSWORD = "open-sesame";

	private static final TestCa CA = TestCa.create("test-ca");

	private static final TestCa OTHER_CA = TestCa.create("other-ca");

	private static final Issued INTERMEDIATE = CA.leaf().commonName("intermediate").ca(0).issue();

	private static final Transcript transcript = new Transcript("refusals-at-start.txt");

	@TempDir
	private static Path jars;

	private static JarInProcess service;

	private static JarInProcess certs;

	@TempDir
	private Path folder;

	@BeforeAll
	static void unpack() {
		PairProcesses.assumeSiblings();
		service = JarInProcess.of(PairProcesses.SERVICE_JAR, jars.resolve("service"));
		certs = JarInProcess.of(PairProcesses.CERTS_JAR, jars.resolve("certs"));
	}

	@AfterAll
	static void close() throws IOException {
		if (service != null) {
			service.close();
			certs.close();
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

		List<String> verify() {
			List<String> arguments = new ArrayList<>(
					List.of("verify", "--as", this.side.name, "--cert", this.settings.get("CERT_FILE_PATH"), "--key",
							this.settings.get("KEY_FILE_PATH"), "--ca", this.settings.get("CA_CERT_FILE_PATH")));
			if (this.settings.containsKey("CRL_FILE_PATH")) {
				arguments.addAll(List.of("--crl", this.settings.get("CRL_FILE_PATH")));
			}
			if (this.settings.containsKey("KEY_PASSWORD")) {
				Path file = TestCa.write(this.folder.resolve("password"), this.settings.get("KEY_PASSWORD"));
				arguments.addAll(List.of("--key-password-file", file.toString()));
			}
			return arguments;
		}

	}

	/**
	 * A situation: what is wrong, which setting the message begins with, why, the cure,
	 * and what {@code certs verify} finds and advises, if it looks at this.
	 */
	private record Situation(String name, List<Side> sides, Consumer<Setup> change, String what, String why,
			String cure, String finding, String advice) {

		Situation(String name, Consumer<Setup> change, String what, String why, String cure, String finding,
				String advice) {
			this(name, List.of(Side.values()), change, what, why, cure, finding, advice);
		}

		Situation only(Side side) {
			return new Situation(this.name, List.of(side), this.change, this.what, this.why, this.cure, this.finding,
					this.advice);
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
						"does not exist", "Mount the file there, or set CERT_FILE_PATH to where it is",
						"/nowhere/tls.crt does not exist", "Check the path, or issue the file"),
				key("key missing", (setup) -> setup.set("KEY_FILE_PATH", "/nowhere/tls.key"), "does not exist",
						"Mount the file there, or set KEY_FILE_PATH to where it is", "/nowhere/tls.key does not exist",
						"Check the path, or issue the file"),
				trust("trusted CAs missing", (setup) -> setup.set("CA_CERT_FILE_PATH", "/nowhere/ca.crt"),
						"does not exist", "Mount the file there, or set CA_CERT_FILE_PATH to where it is",
						"/nowhere/ca.crt does not exist", "Check the path, or issue the file"),
				// Whoever runs the tests may be root, who may read every file, but not
				// follow this link.
				key("key unreadable", (setup) -> setup.set("KEY_FILE_PATH", endlessLink(setup.folder)),
						"cannot be read by the user we run as, UID ", "Let that user read the file: chown it",
						"cannot be read", "Check the file"),
				certificate("certificate a directory", (setup) -> setup.set("CERT_FILE_PATH", setup.folder.toString()),
						"is a directory",
						"Docker makes an empty directory where the file it should mount does not exist",
						"is a directory", "Give the file in it"),
				certificate("certificate empty", (setup) -> setup.certificate(""), "is an empty file",
						"A secret that was mounted but never filled looks like this", "is empty",
						"Put the PEM text into it"),
				key("key empty", (setup) -> setup.key(" \n"), "is an empty file",
						"A secret that was mounted but never filled looks like this", "is empty",
						"Put the PEM text into it"),
				trust("trusted CAs empty", (setup) -> setup.trust(""), "is an empty file",
						"A secret that was mounted but never filled looks like this", "is empty",
						"Put the PEM text into it"));
	}

	private static List<Situation> kinds() {
		return List.of(
				certificate("certificate some text", (setup) -> setup.certificate("Dear colleague, here it is."),
						"is not PEM", "Give the file that starts with -----BEGIN", "is not PEM", "Give a PEM file"),
				certificate("certificate DER", StartRefusalsIT::der, "is not PEM",
						"It looks like DER. Convert it: openssl x509 -inform DER", "is not PEM",
						"It looks like DER or PKCS#12; convert it: openssl x509 -inform der"),
				key("key cut off", (setup) -> setup.key(setup.issued.keyPem().substring(0, 100)), "is cut off",
						"Copy the file again, whole", "is damaged", "Copy the file again"),
				certificate("certificate damaged",
						(setup) -> setup
							.certificate(setup.issued.certificatePem().replaceFirst("-----\n.{8}", "-----\n")),
						"holds a damaged certificate", "Copy the file again, whole", "is damaged",
						"Copy the file again"),
				certificate("key where the certificate belongs", (setup) -> setup.certificate(setup.issued.keyPem()),
						"holds a private key where a certificate belongs",
						"Give the file that starts with -----BEGIN CERTIFICATE-----",
						"holds no certificate, but PRIVATE KEY",
						"Check that certificate, key and CA files are not interchanged"),
				key("certificate where the key belongs", (setup) -> setup.key(setup.issued.certificatePem()),
						"holds a certificate where a private key belongs",
						"Give the file that starts with -----BEGIN PRIVATE KEY-----",
						"holds no private key of a supported format, but CERTIFICATE",
						"Check that certificate, key and CA files are not interchanged"),
				trust("key where the CA belongs", (setup) -> setup.trust(setup.issued.keyPem()),
						"holds a private key where a certificate belongs",
						"Give the file that starts with -----BEGIN CERTIFICATE-----",
						"holds no certificate, but PRIVATE KEY",
						"Check that certificate, key and CA files are not interchanged"),
				key("encrypted key without a password", (setup) -> setup.key(encrypted(setup.issued.key(), PASSWORD)),
						"is encrypted, and KEY_PASSWORD is not set", "Set KEY_PASSWORD to its password",
						"is encrypted and no password was given", "Set KEY_PASSWORD"),
				key("encrypted key with a wrong password",
						(setup) -> setup.key(encrypted(setup.issued.key(), PASSWORD)).set("KEY_PASSWORD", "wrong-one"),
						"cannot be decrypted with KEY_PASSWORD", "Correct KEY_PASSWORD", "cannot be decrypted",
						"Check the password"),
				key("key encrypted the old way",
						(setup) -> setup.key(encryptedTheOldWay(TestCa.rsa(2048).getPrivate()))
							.set("KEY_PASSWORD", PASSWORD),
						"is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED)", "openssl pkcs8 -topk8",
						"is encrypted in the old OpenSSL way", "openssl pkcs8 -topk8"),
				key("key of OpenSSH", (setup) -> setup.key(labelled("OPENSSH PRIVATE KEY")),
						"is in the format of OpenSSH", "ssh-keygen -p -m PKCS8",
						"holds no private key of a supported format, but OPENSSH PRIVATE KEY",
						"ssh-keygen -p -m PKCS8"),
				key("DSA key", (setup) -> setup.key(labelled("DSA PRIVATE KEY")), "is a DSA key",
						"Issue a certificate with an EC or RSA key",
						"holds no private key of a supported format, but DSA PRIVATE KEY", "EC or RSA key"));
	}

	private static List<Situation> pairs() {
		return List.of(key("key of another certificate", (setup) -> setup.key(setup.side.leaf(CA).issue().keyPem()),
				"does not belong to the certificate in CERT_FILE_PATH",
				"Give the key and the certificate that were issued together",
				"it does not belong to the first certificate of the chain", "Use the key that was issued with it"),
				certificate("chain in the wrong order",
						(setup) -> setup.issued(below(setup).withChain(CA.certificate(), INTERMEDIATE.certificate())),
						"holds a chain in the wrong order", "cat leaf.crt intermediate.crt > chain.crt",
						"was not issued by the one after it", "Put the leaf first"),
				certificate("intermediate missing", (setup) -> setup.issued(below(setup)),
						"its issuer \"CN=intermediate\" is not among the trusted CAs",
						"If an intermediate CA issued it, append that CA's certificate to CERT_FILE_PATH",
						"issued by CN=intermediate, which is not trusted", "append a missing intermediate"),
				certificate("issued by another CA", (setup) -> setup.trust(OTHER_CA.certificatePem()),
						"its issuer \"CN=test-ca\" is not among the trusted CAs",
						"Give the certificate and the CA that belong together",
						"issued by CN=test-ca, which is not trusted; trusted: CN=other-ca",
						"Add the issuer's CA certificate to the trust file"),
				certificate("issued by a CA that was made anew",
						(setup) -> setup.trust(TestCa.create("test-ca").certificatePem()),
						"it was signed by another CA that has the same name as the trusted one",
						"Give the certificate and the CA that belong together",
						"issued by another CA that is also called CN=test-ca", "Issue again with the trusted CA"));
	}

	private static List<Situation> certificates() {
		Instant now = Instant.now();
		return List.of(
				certificate("expired", (setup) -> setup.issued(setup.side.leaf(CA).expired().issue()),
						"cannot be used: it expired at", "Issue a new one: java -jar certs/target/certs.jar",
						"expired on", "if the date is right, this machine's clock is wrong"),
				certificate("not yet valid",
						(setup) -> setup.issued(setup.side.leaf(CA)
							.validity(now.plus(Duration.ofHours(3)), now.plus(Duration.ofHours(6)))
							.issue()),
						"cannot be used: it is valid only from", "Set the clock of this machine, or wait",
						"is not valid before", "if the date is right, this machine's clock is wrong"),
				certificate("a client's certificate at the server", (setup) -> setup.issued(CA.client("todo-client")),
						"its ExtendedKeyUsage does not allow serverAuth",
						"Issue one for this end: java -jar certs/target/certs.jar server --host NAME",
						"it is not for a server", "certs server --host NAME")
					.only(Side.SERVICE),
				certificate("a server's certificate at the client", (setup) -> setup.issued(CA.server()),
						"its ExtendedKeyUsage does not allow clientAuth",
						"Issue one for this end: java -jar certs/target/certs.jar client --cn NAME",
						"it is not for a client", "certs client --cn NAME")
					.only(Side.CLIENT),
				certificate("the CA's own certificate",
						(setup) -> setup.issued(setup.side.leaf(CA)
							.ca(null)
							.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
							.issue()),
						"cannot be used: it is a CA certificate", "Give the leaf certificate, not the CA's",
						"this is a CA certificate (CA:TRUE)", "Issue a new one"),
				certificate("RSA key of 1024 bits",
						(setup) -> setup.issued(setup.side.leaf(CA).keyPair(TestCa.rsa(1024)).issue()),
						"its RSA key has 1024 bits", "EC P-256 or RSA 3072", "an RSA key of 1024 bits",
						"Issue a new one"),
				certificate("signed with SHA-1",
						(setup) -> setup.issued(setup.side.leaf(CA).signature("SHA1withECDSA").issue()),
						"it is signed with SHA1withECDSA, which can be forged", "Issue a new one",
						"is signed with SHA1withECDSA, which can be forged", "Issue it again with SHA-256 or better"),
				certificate("server certificate without a SAN",
						(setup) -> setup.issued(setup.side.leaf(CA).names().issue()), "names no host: it has no SAN",
						"certs.jar server --host NAME", "it has no subject alternative name",
						"certs server --host NAME")
					.only(Side.SERVICE),
				trust("a leaf among the trusted CAs",
						(setup) -> setup.trust(CA.certificatePem() + setup.issued.certificatePem()),
						"holds a certificate that is not a CA's", "Put only CA certificates there",
						"is not a CA certificate, and only those can be trusted", "Take it out of the trust file"),
				trust("an expired CA among the trusted CAs",
						(setup) -> setup
							.trust(CA.certificatePem() + TestCa.root("old-ca").expired().issue().certificatePem()),
						"holds a CA certificate that cannot be used: it expired at", "Take it out of the file",
						"CN=old-ca expired on", "Take it out of the trust file"));
	}

	private static List<Situation> lists() {
		Instant now = Instant.now();
		return List.of(
				list("revocation list missing", (setup) -> setup.set("CRL_FILE_PATH", "/nowhere/ca.crl"),
						"does not exist", "Mount the file there, or set CRL_FILE_PATH to where it is",
						"/nowhere/ca.crl does not exist", "Check the path"),
				list("certificate where the revocation list belongs", (setup) -> setup.list(CA.certificatePem()),
						"holds no revocation list", "Give the file that \"certs revoke\" writes",
						"holds no revocation list, but CERTIFICATE", "are not interchanged"),
				list("revocation list of another CA", (setup) -> setup.list(OTHER_CA.revoke()),
						"holds a revocation list that no trusted CA has signed", "Give the list of the CA",
						"is not signed by a trusted CA", "Use the list that the trusted CA has signed"),
				list("revocation list too old",
						(setup) -> setup
							.list(TestCa.pem(CA.revoke(now.minus(Duration.ofDays(9)), now.minus(Duration.ofDays(2))))),
						"holds a revocation list that is too old",
						"Write a new one: java -jar certs/target/certs.jar crl", "the list is stale",
						"Sign it again: certs crl"));
	}

	private static List<Situation> others() {
		return List.of(
				other(Side.SERVICE, "caller listed twice", "TODO_CALLERS_1_NAME (todo-client)",
						"is on the allow-list twice", "Keep one row for each caller",
						(setup) -> caller(caller(setup, 0, "todo-client", "read"), 1, "todo-client", "write")),
				other(Side.SERVICE, "caller without a name", "TODO_CALLERS_0_NAME", "is missing or blank",
						"Set it to the CN of the caller's certificate", (setup) -> caller(setup, 0, "", "read")),
				other(Side.SERVICE, "caller whom no certificate can name", "TODO_CALLERS_0_NAME",
						"can match no certificate: it has 65 characters, not 1 to 64", "Correct it",
						(setup) -> caller(setup, 0, "n".repeat(65), "read")),
				other(Side.SERVICE, "caller with an unknown role", "TODO_CALLERS_0_ROLES (admin)", "is not a role",
						"Set it to read, write, or read,write", (setup) -> caller(setup, 0, "todo-client", "admin")),
				other(Side.SERVICE, "caller without a role", "TODO_CALLERS_0_ROLES", "is missing, so that",
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
			verify(situation, setup);
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

	private static void verify(Situation situation, Setup setup) {
		if (situation.finding() == null) {
			return;
		}
		JarInProcess.Output output = certs.command(setup.verify());
		String finding = output.text()
			.lines()
			.dropWhile((line) -> !line.startsWith("  FAIL") || !line.contains(situation.finding()))
			.limit(2)
			.reduce("", (before, line) -> before + line + "\n");
		transcript.said("certs verify", finding);
		assertThat(finding).as(output.text()).contains(situation.finding()).contains("cure: ", situation.advice());
		assertThat(output.exitCode()).isEqualTo(1);
		assertThat(output.text()).doesNotContain(PASSWORD, "wrong-one");
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
	void startWhenPortIsInUseThenNamesItsVariable() throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			String port = String.valueOf(taken.getLocalPort());
			Setup setup = new Setup(Side.CLIENT, this.folder).set("server.port", port);
			assertThat(block(start(setup))).startsWith("SERVER_PORT (" + port + ") is in use")
				.contains("set SERVER_PORT to a free port");
		}
	}

	private static Situation certificate(String name, Consumer<Setup> change, String why, String cure, String finding,
			String advice) {
		return new Situation(name, change, "CERT_FILE_PATH (", why, cure, finding, advice);
	}

	private static Situation key(String name, Consumer<Setup> change, String why, String cure, String finding,
			String advice) {
		return new Situation(name, change, "KEY_FILE_PATH (", why, cure, finding, advice);
	}

	private static Situation trust(String name, Consumer<Setup> change, String why, String cure, String finding,
			String advice) {
		return new Situation(name, change, "CA_CERT_FILE_PATH (", why, cure, finding, advice);
	}

	private static Situation list(String name, Consumer<Setup> change, String why, String cure, String finding,
			String advice) {
		return new Situation(name, change, "CRL_FILE_PATH (", why, cure, finding, advice).only(Side.SERVICE);
	}

	private static Situation other(Side side, String name, String what, String why, String cure,
			Consumer<Setup> change) {
		return new Situation(name, List.of(side), change, what, why, cure, null, null);
	}

	private static Setup caller(Setup setup, int row, String name, String roles) {
		return setup.set("todo.callers[" + row + "].name", name).set("todo.callers[" + row + "].roles", roles);
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
