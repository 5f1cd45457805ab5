package com.example.todoservice.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestService;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.Driver;
import org.postgresql.util.PSQLException;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A real PostgreSQL with TLS, and what is said at start when a certificate, a file, a
 * parameter or a rule is wrong. What its rules say is in the names of its databases.
 */
@ExtendWith(OutputCaptureExtension.class)
class PostgresTlsTests {

	private static final String PASSWORD = "open-sesame";

	private static final String RULES = """
			host postgres postgres all trust
			hostssl tls_only all all trust
			hostssl password all all scram-sha-256
			hostssl certificate all all cert
			hostssl certificate_and_password all all scram-sha-256 clientcert=verify-full
			hostnossl plain_only all all trust
			""";

	private static final List<String> DATABASES = List.of("tls_only", "password", "certificate",
			"certificate_and_password", "plain_only", "unknown");

	@TempDir
	private static Path folder;

	private static TestPostgres postgres;

	/** Of the same CA, and its certificate has expired. */
	private static TestPostgres expired;

	@BeforeAll
	static void start() throws IOException {
		TestCa ca = TestCa.create("database-ca");
		TestCa other = TestCa.create("other-ca");
		TestCa.write(folder.resolve("ca.crt"), ca.certificatePem());
		TestCa.write(folder.resolve("other.crt"), other.certificatePem());
		TestCa.write(folder.resolve("junk"), "junk");
		TestCa.write(folder.resolve("rules"), RULES);
		write("client", ca.client("todos"));
		write("stranger", other.client("todos"));
		write("partner", ca.client("partner"));
		write("late", ca.leaf().commonName("todos").purposes(KeyPurposeId.id_kp_clientAuth).expired().issue());
		Files.copy(folder.resolve("client.pk8"), folder.resolve("open.pk8"));
		Files.setPosixFilePermissions(folder.resolve("open.pk8"), PosixFilePermissions.fromString("rw-r--r--"));
		postgres = start("server", server(ca).issue());
		DATABASES.forEach((name) -> postgres.execute("create database " + name));
		postgres.execute("create role todos login superuser password '" + PASSWORD + "'");
		postgres.execute("create role guest login");
		expired = start("expired", server(ca).expired().issue());
	}

	private static TestCa.Builder server(TestCa ca) {
		return ca.leaf()
			.commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"));
	}

	private static TestPostgres start(String name, Issued server) throws IOException {
		write(name, server);
		return TestPostgres.start(Map.of("ssl", "on", "ssl_cert_file", path(name + ".crt"), "ssl_key_file",
				path(name + ".key"), "ssl_ca_file", path("ca.crt"), "hba_file", path("rules")));
	}

	/** Certificate, key as PEM, and key as the driver wants it. */
	private static void write(String name, Issued issued) throws IOException {
		TestCa.write(folder.resolve(name + ".crt"), issued.certificatePem());
		TestCa.write(folder.resolve(name + ".key"), issued.keyPem());
		Files.write(folder.resolve(name + ".pk8"), issued.key().getEncoded());
		for (String key : List.of(name + ".key", name + ".pk8")) {
			Files.setPosixFilePermissions(folder.resolve(key), PosixFilePermissions.fromString("rw-------"));
		}
	}

	private static String path(String file) {
		return folder.resolve(file).toString();
	}

	@AfterAll
	static void end() {
		postgres.close();
		expired.close();
	}

	/** Parameters of a URL, and what is said about them. */
	private record Problem(String database, String parameters, String why, String cure) {
	}

	private static String verified(String root, String... more) {
		return "sslmode=verify-full&sslrootcert=" + path(root)
				+ Stream.of(more).map("&"::concat).reduce("", String::concat);
	}

	private static String client(String certificate, String key) {
		return verified("ca.crt", "sslcert=" + path(certificate), "sslkey=" + path(key));
	}

	static Stream<Problem> problems() {
		return Stream.of(
				new Problem("tls_only", verified("other.crt"),
						"leads to a server whose certificate comes from no CA in sslrootcert (" + path("other.crt")
								+ ")",
						"Put the root CA of the server's certificate there"),
				new Problem("tls_only", verified("none.crt"),
						"has an sslrootcert (" + path("none.crt") + ") that does not exist",
						"Set sslrootcert to the PEM file with the CA"),
				new Problem("tls_only", "sslmode=verify-full", ".postgresql/root.crt) that does not exist",
						"Set sslrootcert to the PEM file with the CA"),
				new Problem("tls_only", verified(""), "has an sslrootcert (" + folder + ") that is a directory",
						"Set sslrootcert to the PEM file with the CA"),
				new Problem("tls_only", verified("junk"),
						"has an sslrootcert (" + path("junk") + ") that holds no certificate that can be read",
						"Set sslrootcert to the PEM file with the CA"),
				new Problem("tls_only", "sslmode=verify_full", "has an sslmode that does not exist",
						"Set one of disable, allow, prefer, require, verify-ca, verify-full."),
				new Problem("tls_only", "sslmode=disable",
						"has no rule in its pg_hba.conf for us at 127.0.0.1 without TLS",
						"Replace sslmode=disable by sslmode=verify-full&sslrootcert=FILE"),
				new Problem("unknown", verified("ca.crt"),
						"has no rule in its pg_hba.conf for us at 127.0.0.1 with TLS",
						"Add a rule for our user, database and address"),
				new Problem("plain_only", verified("ca.crt"),
						"has no rule in its pg_hba.conf for us at 127.0.0.1 with TLS", "Add a rule for our user"),
				new Problem("password", verified("ca.crt", "password="),
						"leads to a server that asks for a password, and we have none",
						"Set SPRING_DATASOURCE_PASSWORD."),
				new Problem("password", verified("ca.crt", "password=wrong" + PASSWORD), "refuses our user or password",
						"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD."),
				new Problem("certificate", verified("ca.crt"), "asks for a client certificate, and we have none",
						"Add sslcert=FILE and sslkey=FILE to the URL"),
				new Problem("certificate", client("client.crt", "client.key"),
						"has an sslkey (" + path("client.key")
								+ ") that is PEM that the PostgreSQL driver does not read",
						"Convert it to PKCS #8 in DER, which nobody else may read: (umask 077; openssl pkcs8"),
				new Problem("certificate", client("client.crt", "open.pk8"),
						"has an sslkey (" + path("open.pk8") + ") that can be read by others",
						"Leave it to its owner: chmod 600"),
				new Problem("certificate", client("client.crt", "none.pk8"),
						"has an sslkey (" + path("none.pk8") + ") that does not exist", "Set sslkey to the file"),
				new Problem("certificate", client("none.crt", "client.pk8"),
						"has an sslcert (" + path("none.crt") + ") that does not exist", "Set sslcert to the PEM file"),
				new Problem("certificate", client("client.crt", "stranger.pk8"),
						"has an sslkey (" + path("stranger.pk8") + ") that does not belong to sslcert",
						"Give the two that were issued together."),
				new Problem("certificate", client("stranger.crt", "stranger.pk8"),
						"asks for a client certificate, and sslcert (" + path("stranger.crt")
								+ ") is not of a CA that it knows",
						"Give a certificate of a CA in the server's ssl_ca_file"),
				new Problem("certificate", client("partner.crt", "partner.pk8"),
						"does not take sslcert (" + path("partner.crt") + ") for our user",
						"The CN of that certificate has to be SPRING_DATASOURCE_USERNAME"),
				new Problem("certificate", client("late.crt", "late.pk8"),
						"has an sslcert (" + path("late.crt") + ") that has expired", "Issue a new one"),
				new Problem("certificate_and_password", client("partner.crt", "partner.pk8") + "&password=" + PASSWORD,
						"refuses our user or password",
						"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD. Where the rule"),
				new Problem("certificate", verified("ca.crt", "sslkey=" + path("none.p12")),
						"has an sslkey (" + path("none.p12") + ") that does not exist", "Set sslkey to the file"));
	}

	@ParameterizedTest
	@MethodSource("problems")
	void whatIsWrongIsNamed(Problem problem) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/" + problem.database() + "?user=todos&"
				+ problem.parameters();
		PostgresFailure failure = explained(url);
		assertThat(failure.why()).contains(problem.why());
		assertThat(failure.cure()).startsWith(problem.cure());
		assertThat(failure.toString()).doesNotContain(PASSWORD);
	}

	private static PostgresFailure explained(String url) {
		PSQLException refused = catchThrowableOfType(PSQLException.class,
				() -> DriverManager.getConnection(url).close());
		return PostgresFailure.of(refused, Driver.parseURL(url, null));
	}

	static Stream<Problem> some() {
		return problems().filter((problem) -> List.of("unknown", "password").contains(problem.database())
				|| problem.why().matches(".*(from no CA|none.crt|client.key|without TLS).*"));
	}

	/** Those that count most, as they stand in the log. */
	@ParameterizedTest
	@MethodSource("some")
	void whatIsWrongIsSaidAtTheStart(Problem problem, CapturedOutput output) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/" + problem.database();
		startsNot(url, problem.parameters());
		saysOf(output, url, problem.why(), problem.cure());
	}

	/** The driver would connect, and check nothing. */
	@ParameterizedTest
	@ValueSource(strings = { "ssl_mode=verify-full", "sslMode=verify-full", "SSLMODE=verify-full",
			"ssl-root-cert=ca.crt", "sslrootcert=ca.crt&sslmod=verify-full" })
	void misspeltParameterIsRefused(String parameters, CapturedOutput output) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/tls_only";
		startsNot(url, parameters);
		saysOf(output, url, "has a parameter that looks like one about TLS, and that the driver would pass over",
				"Correct its spelling; known are ");
	}

	@Test
	void expiredCertificateOfTheServer() {
		String url = "jdbc:postgresql://localhost:" + expired.port() + "/postgres?" + verified("ca.crt");
		assertThat(explained(url).why()).isEqualTo("leads to a server whose certificate has expired");
	}

	@Test
	void certificateForAnotherHost() {
		String url = "jdbc:postgresql://127.0.0.1:" + postgres.port() + "/tls_only?" + verified("ca.crt");
		assertThat(explained(url).why()).isEqualTo("leads to a server whose certificate is for another host");
	}

	@Test
	void serverWithoutTls() {
		String url = TestPostgres.shared().newDatabase() + "?" + verified("ca.crt");
		assertThat(explained(url).why()).isEqualTo("leads to a server that takes no TLS, which sslmode demands");
	}

	@Test
	void somethingElseThanPostgres() throws Exception {
		try (ServerSocket other = new ServerSocket(0)) {
			CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> {
				try (Socket socket = other.accept()) {
					socket.getOutputStream().write("HTTP/1.1 400 Bad Request\r\n\r\n".getBytes());
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			});
			String url = "jdbc:postgresql://localhost:" + other.getLocalPort() + "/todos?" + verified("ca.crt");
			assertThat(explained(url).why()).isEqualTo("leads to something that does not speak as PostgreSQL does");
			answered.join();
		}
	}

	@Test
	void userWhoMayMakeNoTables(CapturedOutput output) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/tls_only";
		startsNot(url, "user=guest&" + verified("ca.crt"));
		saysOf(output, url, "does not let our user make tables", "Make that user the owner of the database");
	}

	@Test
	void serverThatIsSilent(CapturedOutput output) throws IOException {
		try (ServerSocket silent = new ServerSocket(0)) {
			String url = "jdbc:postgresql://localhost:" + silent.getLocalPort() + "/todos";
			startsNot(url, verified("ca.crt"));
			saysOf(output, url, "does not answer in time", "Start the database");
		}
	}

	/** What the message advises works when it is pasted, and leaves nothing to others. */
	@Test
	void advisedConversionWorks(CapturedOutput output) throws Exception {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/certificate";
		startsNot(url, client("client.crt", "client.key"));
		Matcher command = Pattern.compile("\\(umask 077; .*?\\)").matcher(output.getOut());
		assertThat(command.find()).isTrue();
		Process openssl = new ProcessBuilder("sh", "-c",
				"umask 022; " + command.group().replace("FILE", path("client.key")))
			.inheritIO()
			.start();
		assertThat(openssl.waitFor()).isZero();
		assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("client.key.pk8"))))
			.isEqualTo("rw-------");
		assertThatCode(() -> start(url, client("client.crt", "client.key.pk8"))).doesNotThrowAnyException();
	}

	@ParameterizedTest
	@ValueSource(strings = { "verify-full", "verify-ca" })
	void serverIsCheckedAndTheTodosAreThere(String mode, CapturedOutput output) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/password";
		assertThatCode(() -> start(url, "sslmode=" + mode + "&sslrootcert=" + path("ca.crt") + "&password=" + PASSWORD))
			.doesNotThrowAnyException();
		assertThat(output.getOut()).doesNotContain(" WARN ", PASSWORD);
	}

	@Test
	void rootThatIsNotLookedAtIsWarnedOf(CapturedOutput output) {
		String url = "jdbc:postgresql://localhost:" + postgres.port() + "/tls_only";
		assertThatCode(() -> start(url, "sslmode=require&sslrootcert=" + path("other.crt"))).doesNotThrowAnyException();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("an sslrootcert that is not looked at", "sslmode=verify-full");
	}

	private static void startsNot(String url, String parameters) {
		assertThatThrownBy(() -> start(url, parameters));
	}

	private static void start(String url, String parameters) {
		TestService
			.start("--spring.datasource.url=" + url + "?" + parameters,
					"--spring.datasource.username=" + (parameters.startsWith("user=guest") ? "guest" : "todos"),
					"--spring.flyway.connect-retries=0", "--spring.datasource.hikari.connection-timeout=1000")
			.close();
	}

	private static void saysOf(CapturedOutput output, String url, String why, String cure) {
		assertThat(output.getOut()).contains("APPLICATION FAILED TO START")
			.containsPattern("\nSPRING_DATASOURCE_URL \\(" + Pattern.quote(url) + "\\) .*" + Pattern.quote(why))
			.contains("\n" + cure)
			.doesNotContain("\tat ", PASSWORD);
	}

}
