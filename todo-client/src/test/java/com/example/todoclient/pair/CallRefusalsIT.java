package com.example.todoclient.pair;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;

import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Builder;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.client.FakeService;
import com.example.mtls.material.CertificateText;
import com.example.todoclient.TestClientApplication;
import com.example.todoclient.TodoClientApplication;
import com.example.todoclient.todos.TodosTask;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.support.AbstractBeanDefinition;
import org.springframework.beans.factory.support.AutowireCandidateQualifier;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.http.client.ReactorResourceFactory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

/**
 * Every way in which a call fails, with real handshakes: what todo-client says in its
 * problem documents, in the task's output and in its log, and what todo-service says in
 * its log.
 */
class CallRefusalsIT {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private static final Instant NOW = Instant.now();

	private static final TestCa CA = ca("test-ca");

	/** todo-service trusts it, and todo-client does not unless a situation says so. */
	private static final TestCa SERVICE_CA = ca("service-ca");

	private static final TestCa OTHER_CA = ca("other-ca");

	private static final TestCa NAMESAKE_CA = ca("test-ca");

	private static final Issued INTERMEDIATE = CA.leaf().commonName("intermediate").ca(0).issue();

	private static final Issued REVOKED = CA.client("todo-client");

	private static final Issued SERVER = server(CA);

	private static Transcript transcript;

	private static final List<AutoCloseable> open = new ArrayList<>();

	@TempDir
	private static Path folder;

	private static Console console;

	private static JarInProcess.Application service;

	private static Socket silent;

	private static TestCa ca(String name) {
		return TestCa.root(name).validity(NOW.minus(Duration.ofDays(30)), NOW.plus(Duration.ofDays(300))).asCa();
	}

	private static Issued server(TestCa ca) {
		return ca.leaf()
			.commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"),
					new GeneralName(GeneralName.iPAddress, "127.0.0.1"))
			.validity(NOW.minus(Duration.ofDays(20)), NOW.plus(Duration.ofDays(30)))
			.issue();
	}

	/** A client's certificate about which something can be made odd. */
	private static Builder client(TestCa ca) {
		return ca.leaf().commonName("todo-client").purposes(KeyPurposeId.id_kp_clientAuth);
	}

	@BeforeAll
	static void start() throws Exception {
		PairProcesses.assumeSiblings();
		transcript = new Transcript("refusals-of-calls.txt");
		console = new Console();
		TestCa.write(folder.resolve("ca.crt"), CA.certificatePem() + SERVICE_CA.certificatePem());
		TestCa.write(folder.resolve("ca.crl"), CA.revoke(REVOKED.certificate()));
		present(SERVER);
		JarInProcess jar = keep(JarInProcess.of(PairProcesses.SERVICE_JAR, folder.resolve("service")));
		service = keep(jar.start("com.example.todoservice.TodoServiceApplication",
				List.of("--CERT_FILE_PATH=" + folder.resolve("server.crt"),
						"--KEY_FILE_PATH=" + folder.resolve("server.key"),
						"--CA_CERT_FILE_PATH=" + folder.resolve("ca.crt"),
						"--CRL_FILE_PATH=" + folder.resolve("ca.crl"), "--mtls.callers[0].name=todo-client",
						"--mtls.callers[0].roles=read,write", "--mtls.callers[1].name=writer",
						"--mtls.callers[1].roles=write", "--spring.ssl.bundle.watch.file.quiet-period=100ms",
						"--server.port=0", "--management.server.port=0", "--server.tomcat.connection-timeout=5s",
						"--server.shutdown=immediate", "--spring.main.register-shutdown-hook=false",
						"--spring.datasource.url=jdbc:h2:file:" + folder.resolve("todos"))));
		silent = keep(new Socket("localhost", servicePort()));
	}

	@AfterAll
	static void stop() throws Exception {
		for (AutoCloseable each : open) {
			each.close();
		}
		if (console != null) {
			console.close();
		}
	}

	private static <T extends AutoCloseable> T keep(T closeable) {
		open.add(0, closeable);
		return closeable;
	}

	private static void present(Issued server) {
		TestCa.write(folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(folder.resolve("server.key"), server.keyPem());
	}

	private static int servicePort() {
		return Integer.parseInt(service.property("local.server.port"));
	}

	private static String serviceUrl() {
		return "https://localhost:" + servicePort();
	}

	/** The real client with its own material and its own idea of the time. */
	private static final class Client implements AutoCloseable {

		private final ConfigurableApplicationContext context;

		Client(Issued issued, String trusted, String url, Duration ahead, List<String> more) throws IOException {
			Path place = Files.createTempDirectory(folder, "client");
			TestCa.write(place.resolve("ca.crt"), trusted);
			TestCa.write(place.resolve("client.crt"), issued.certificatePem());
			TestCa.write(place.resolve("client.key"), issued.keyPem());
			SpringApplication application = new SpringApplication(TodoClientApplication.class);
			application.addInitializers((context) -> prepare((GenericApplicationContext) context, ahead));
			List<String> arguments = new ArrayList<>(more);
			arguments.add("--spring.main.register-shutdown-hook=false");
			arguments.add("--server.shutdown=immediate");
			// The tests are quiet otherwise.
			arguments.add("--logging.level.com.example.mtls=warn");
			this.context = application
				.run(TestClientApplication.arguments(place, url, arguments.toArray(String[]::new)));
		}

		private static void prepare(GenericApplicationContext context, Duration ahead) {
			context.registerBean("mtlsClock", Clock.class, () -> Clock.offset(Clock.systemUTC(), ahead),
					(bean) -> ((AbstractBeanDefinition) bean)
						.addQualifier(new AutowireCandidateQualifier(Qualifier.class, "mtls")));
			// The end of one client must not close what the others use.
			context.registerBean(ReactorResourceFactory.class, () -> {
				ReactorResourceFactory resources = new ReactorResourceFactory();
				resources.setUseGlobalResources(false);
				resources.setShutdownQuietPeriod(Duration.ZERO);
				return resources;
			});
		}

		HttpResponse<String> get(String path) throws Exception {
			URI uri = URI
				.create("http://localhost:" + this.context.getEnvironment().getProperty("local.server.port") + path);
			return HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
						HttpResponse.BodyHandlers.ofString());
		}

		Task task() {
			ByteArrayOutputStream err = new ByteArrayOutputStream();
			int code = this.context.getBean(TodosTask.class)
				.run(new PrintStream(new ByteArrayOutputStream()), new PrintStream(err, true, StandardCharsets.UTF_8));
			return new Task(code, err.toString(StandardCharsets.UTF_8));
		}

		record Task(int exitCode, String output) {
		}

		@Override
		public void close() {
			this.context.close();
		}

	}

	/** A situation, and what everybody says about it. */
	private static final class Situation {

		private final String name;

		private final String reason;

		private Issued issued = CA.client("todo-client");

		private String trusted = CA.certificatePem();

		private Supplier<Issued> served = () -> SERVER;

		private Supplier<String> url = CallRefusalsIT::serviceUrl;

		private Duration ahead = Duration.ZERO;

		private List<String> arguments = List.of();

		private int exitCode = 3;

		private List<String> said = List.of();

		private List<String> logged;

		private Situation(String name, String reason) {
			this.name = name;
			this.reason = reason;
		}

		/** What todo-client presents, and whom it trusts. */
		Situation client(Issued issued, TestCa... trusted) {
			this.issued = issued;
			if (trusted.length > 0) {
				this.trusted = Stream.of(trusted).map(TestCa::certificatePem).reduce("", String::concat);
			}
			return this;
		}

		/** The clock of todo-client is ahead, or behind. */
		Situation ahead(Duration ahead) {
			this.ahead = ahead;
			return this;
		}

		/** What todo-service presents. */
		Situation served(Supplier<Issued> served) {
			this.served = served;
			return this;
		}

		/** Something else is called. */
		Situation url(Supplier<String> url) {
			this.url = url;
			return this;
		}

		Situation with(String... arguments) {
			this.arguments = List.of(arguments);
			return this;
		}

		/** What todo-client says, wherever it says it. */
		Situation says(String... said) {
			this.said = List.of(said);
			return this;
		}

		/** The exit code of the task. */
		Situation exits(int code) {
			this.exitCode = code;
			return this;
		}

		/** What the one line in the log of todo-service has. */
		Situation logs(String... logged) {
			this.logged = List.of(logged);
			return this;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Situation> situations() {
		return Stream.of(refusedInTheHandshake(), refusedByAnAnswer(), refusedByUs(), somethingElse())
			.flatMap(List::stream);
	}

	/** The JDK of todo-service refuses our certificate. */
	private static List<Situation> refusedInTheHandshake() {
		Issued stranger = client(OTHER_CA).issue();
		Issued namesake = client(NAMESAKE_CA).issue();
		Issued below = client(INTERMEDIATE.asCa()).issue();
		Issued early = client(CA).validity(NOW.plus(Duration.ofHours(12)), NOW.plus(Duration.ofDays(9))).issue();
		Issued expired = client(CA).validity(NOW.minus(Duration.ofDays(10)), NOW.minus(Duration.ofDays(1))).issue();
		return List.of(
				new Situation("our certificate is of a CA that the service does not trust",
						"client-certificate-refused")
					.client(stranger, OTHER_CA, CA)
					.says("refused our certificate with the TLS alert \"", describe(stranger),
							"CA_CERT_FILE_PATH of todo-service", "Usually it does not know the CA \"CN=other-ca\"",
							"The log of todo-service says")
					.logs("reason=untrusted", describe(stranger),
							"its issuer 'CN=other-ca' is not among the trusted CAs"),
				new Situation("our certificate is of a CA that was made anew", "client-certificate-refused")
					.client(namesake, NAMESAKE_CA, CA)
					.says("refused our certificate with the TLS alert \"", describe(namesake), "CERT_FILE_PATH")
					.logs("reason=untrusted", describe(namesake),
							"it was signed by another CA that has the same name as the trusted one, 'CN=test-ca'"),
				new Situation("our certificate comes without its intermediate", "client-certificate-refused")
					.client(below, INTERMEDIATE.asCa(), CA)
					.says("refused our certificate with the TLS alert \"", describe(below), "CERT_FILE_PATH")
					.logs("reason=untrusted", describe(below),
							"its issuer 'CN=intermediate' is not among the trusted CAs, nor is the certificate of that issuer "
									+ "in the chain"),
				new Situation("our clock is a day ahead, and our certificate begins tonight",
						"client-certificate-refused")
					.client(early)
					.ahead(Duration.ofDays(1))
					.says("refused our certificate with the TLS alert \"", describe(early),
							"one of the two clocks is wrong: ours says " + day(1))
					.logs("reason=not-yet-valid", describe(early), "it is valid only from",
							"if that is not the time, a clock is wrong"),
				new Situation("our clock is two days behind, and our certificate has expired",
						"client-certificate-refused")
					.client(expired)
					.ahead(Duration.ofDays(-2))
					.says("refused our certificate with the TLS alert \"", describe(expired),
							"one of the two clocks is wrong: ours says " + day(-2))
					.logs("reason=expired", describe(expired), "it expired at"));
	}

	/** The handshake is fine, and todo-service answers 403 or 503. */
	private static List<Situation> refusedByAnAnswer() {
		Issued unknown = CA.client("stranger");
		Issued nameless = client(CA).subject(BCStyle.O, new DERUTF8String("Acme")).issue();
		Issued twoNames = client(CA)
			.subject(BCStyle.CN, new DERUTF8String("todo-client"), BCStyle.CN, new DERUTF8String("admin"))
			.issue();
		Issued blank = client(CA).subject(BCStyle.CN, new DERUTF8String("todo-client ")).issue();
		Issued below = client(INTERMEDIATE.asCa()).issue().withChain(INTERMEDIATE.certificate());
		return List.of(
				new Situation("our name is not on the allow-list", "unknown-caller").client(unknown)
					.exits(1)
					.says("The caller \"stranger\" is not on the allow-list of todo-service", "MTLS_CALLERS_n_NAME")
					.logs("reason=unknown-caller", describe(unknown), "the caller 'stranger' is not on the allow-list"),
				new Situation("our name may not read", "missing-role").client(CA.client("writer"))
					.exits(1)
					.says("The caller \"writer\" lacks the role for this request", "MTLS_CALLERS_n_ROLES")
					.logs("reason=missing-role", "the caller 'writer' lacks the role for this request"),
				new Situation("our certificate is revoked", "revoked").client(REVOKED)
					.exits(1)
					.says("The certificate with serial number "
							+ CertificateText.serialNumber(REVOKED.certificate().getSerialNumber()) + " was revoked at",
							"Present another certificate, issued for this caller")
					.logs("reason=revoked", describe(REVOKED), "was revoked at"),
				new Situation("our certificate names nobody", "no-common-name").client(nameless)
					.exits(1)
					.says("The subject has no Common Name (CN)", "exactly one CN of 1 to 64 characters")
					.logs("reason=no-common-name", describe(nameless), "the subject has no Common Name (CN)"),
				new Situation("our certificate names two", "several-common-names").client(twoNames)
					.exits(1)
					.says("The subject has 2 Common Names (CN)", "exactly one CN of 1 to 64 characters")
					.logs("reason=several-common-names", describe(twoNames), "the subject has 2 Common Names (CN)"),
				new Situation("our name ends with a blank", "unusable-common-name").client(blank)
					.exits(1)
					.says("The Common Name (CN) begins or ends with a blank", "exactly one CN of 1 to 64 characters")
					.logs("reason=unusable-common-name", "begins or ends with a blank"),
				new Situation("the service has no revocation list of our intermediate CA", "revocation-unknown")
					.client(below)
					.exits(1)
					.says("no revocation list of its issuer \"CN=intermediate\"",
							"Whoever runs todo-service has to renew CRL_FILE_PATH")
					.logs("reason=revocation-unknown", describe(below), "there is no revocation list of its issuer"));
	}

	/** We refuse the certificate of the service. */
	private static List<Situation> refusedByUs() {
		Issued ofServiceCa = server(SERVICE_CA);
		Issued longLived = client(CA).validity(NOW.minus(Duration.ofDays(29)), NOW.plus(Duration.ofDays(200))).issue();
		return List.of(
				new Situation("the service's certificate is of a CA that we do not trust",
						"server-certificate-untrusted")
					.served(() -> ofServiceCa)
					.says("We refused the certificate of https://localhost:",
							"its issuer \"CN=service-ca\" is not among", describe(ofServiceCa),
							"CA_CERT_FILE_PATH of todo-client must hold the CA that issued it")
					.logs("reason=refused-by-peer", "it may not trust our certificate"),
				new Situation("the service's certificate is of a CA that was made anew", "server-certificate-untrusted")
					.client(client(NAMESAKE_CA).issue(), NAMESAKE_CA)
					.says("it was signed by another CA that has the same name as the trusted one", describe(SERVER),
							"CA_CERT_FILE_PATH of todo-client must hold the CA that issued it")
					.logs("reason=refused-by-peer", "it may not trust our certificate"),
				new Situation("the service's certificate is for another host", "server-certificate-for-another-host")
					.url(() -> "https://127.0.0.2:" + servicePort())
					.says("it is for localhost, 127.0.0.1, and we call 127.0.0.2", describe(SERVER),
							"Set TODO_SERVICE_URL to a host it is for", "certs.jar server --host 127.0.0.2")
					.logs("reason=refused-by-peer", "it may not trust our certificate"),
				new Situation("our clock is weeks behind", "server-certificate-not-yet-valid").client(longLived)
					.ahead(Duration.ofDays(-25))
					.says("it is valid only from", "it is now " + day(-25), "if that is not the time, a clock is wrong",
							describe(SERVER), "Set the clocks of both machines")
					.logs("reason=refused-by-peer", "it may not trust our certificate"),
				new Situation("the service's certificate has expired, or our clock is months ahead",
						"server-certificate-expired")
					.client(longLived)
					.ahead(Duration.ofDays(60))
					.says("it expired at", "it is now " + day(60), describe(SERVER),
							"If it should be valid, one of the two clocks is wrong",
							"certs.jar server --host localhost")
					.logs("reason=refused-by-peer", "it may not trust our certificate"),
				fake("the service's certificate has no SAN", "server-certificate-without-host",
						(server) -> server.names().issue())
					.says("it names no host", "certs.jar server --host localhost"),
				fake("the service presents a client's certificate", "server-certificate-wrong-purpose",
						(server) -> server.purposes(KeyPurposeId.id_kp_clientAuth).issue())
					.says("its ExtendedKeyUsage does not allow serverAuth", "certs.jar server --host localhost"),
				fake("the service presents a CA's certificate", "server-certificate-is-a-ca",
						(server) -> server.ca(null).keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign).issue())
					.says("it is a CA certificate", "certs.jar server --host localhost"),
				fake("the service's key is too short", "server-certificate-weak-key",
						(server) -> server.keyPair(TestCa.rsa(1024)).issue())
					.says("its RSA key has 1024 bits, 2048 are the least", "certs.jar server --host localhost"),
				fake("the service's certificate is signed with SHA-1", "server-certificate-weak-signature",
						(server) -> server.signature("SHA1withECDSA").issue())
					.says("it is signed with SHA1withECDSA, which can be forged", "certs.jar server --host localhost"));
	}

	/** It is not about certificates. */
	private static List<Situation> somethingElse() {
		return List
			.of(new Situation("no cipher suite in common", "handshake-failed").url(() -> listen(onlyCbc(), (socket) -> {
				((SSLSocket) socket).startHandshake();
			})).says("the alert \"handshake_failure\"", "Both sides must offer TLS 1.3, or TLS 1.2 with ECDHE"),
					new Situation("the connection is cut where a refusal would be",
							"client-certificate-probably-refused")
						.url(() -> listen(plainTls(), (socket) -> {
							((SSLSocket) socket).startHandshake();
							socket.getInputStream().read();
							socket.setSoLinger(true, 0);
						}))
						.says("closed the new connection right after the TLS handshake",
								"In TLS 1.3 that is how a refused certificate looks when the alert is lost",
								"The log of todo-service says what it refused"),
					new Situation("the port of the probes", "not-tls")
						.url(() -> "https://localhost:" + service.property("local.management.port"))
						.exits(1)
						.says("answered, but not with TLS",
								"it must be the port where todo-service serves TLS, and not the one of its probes"),
					new Situation("the host is not known", "unknown-host")
						.url(() -> "https://no-such-host.invalid:8443")
						.exits(1)
						.says("No name server knows the host \"no-such-host.invalid\"", "Correct TODO_SERVICE_URL"),
					new Situation("nobody listens", "connection-refused").url(() -> "https://localhost:" + freePort())
						.exits(1)
						.says("Nobody listens on port", "Start todo-service, or correct TODO_SERVICE_URL"),
					new Situation("what listens is silent", "handshake-timeout").url(() -> listen(plain(), (socket) -> {
						socket.getInputStream().read(new byte[65_536]);
						socket.getInputStream().read();
					}))
						.with("--mtls.client.handshake-timeout=300ms")
						.exits(1)
						.says("did not finish the TLS handshake within 0.3 s",
								"something else than todo-service listens there",
								"check host and port in TODO_SERVICE_URL"),
					answering("the service is too slow", "response-timeout", null)
						.with("--spring.http.serviceclient.todo-service.read-timeout=300ms")
						.says("took the request, but did not answer in time",
								"look whether it was done before you send it again"),
					answering("the answer breaks off", "connection-lost",
							new MockResponse.Builder().setHeader("Content-Type", "application/json")
								.body("[" + " ".repeat(10_000))
								.onResponseBody(new SocketEffect.CloseSocket()))
						.with("--mtls.client.retry.attempts=0")
						.says("closed the connection before its answer was complete; it may be restarting"),
					answering("a redirect", "redirected",
							new MockResponse.Builder().code(302).setHeader("Location", "http://localhost/login"))
						.says("answered 302 and sends us to http://localhost/login",
								"We go nowhere else than to TODO_SERVICE_URL"));
	}

	@ParameterizedTest
	@MethodSource("situations")
	void callWhenSomethingIsWrongThenEachSideSaysWhatWhyAndCure(Situation situation) throws Exception {
		serve(situation.served.get());
		String url = situation.url.get();
		transcript.situation(situation.name);
		try (Client client = new Client(situation.issued, situation.trusted, url, situation.ahead,
				situation.arguments)) {
			HttpResponse<String> answer = client.get("/api/todos");
			JsonNode problem = JSON.readTree(answer.body());
			String title = problem.path("title").asString();
			String detail = problem.path("detail").asString();
			transcript.said("todo-client", title + " (" + situation.reason + ").\n" + detail);
			assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
			assertThat(problem.path("status").asInt()).isEqualTo(answer.statusCode()).isGreaterThanOrEqualTo(403);
			assertThat(problem.path("reason").asString()).as(answer.body()).isEqualTo(situation.reason);
			assertThat(problem.path("type").asString()).isEqualTo("tag:example.com,2026:todo-mtls/" + situation.reason);
			assertThat(title).isNotBlank();
			assertThat(detail).contains(situation.said);

			Client.Task task = client.task();
			assertThat(task.exitCode()).isEqualTo(situation.exitCode);
			assertThat(task.output()).contains(title, situation.reason).contains(situation.said);
			assertThat(console.warnings("todo-client")).as(situation.name)
				.anySatisfy((line) -> assertThat(line).startsWith("GET /todos: ")
					.contains(title, "(" + situation.reason + ")")
					.contains(situation.said));
			if (!situation.reason.equals("missing-role")) {
				// The page shows what this says.
				JsonNode shown = JSON.readTree(client.get("/api/tls").body()).path("problem");
				assertThat(shown.path("detail").asString()).contains(situation.said);
			}
		}
		if (situation.logged != null) {
			logged(situation.logged);
		}
	}

	private static void logged(List<String> parts) {
		await().atMost(Duration.ofSeconds(30))
			.untilAsserted(() -> assertThat(console.warnings("todo-service"))
				.anySatisfy((line) -> assertThat(line).startsWith("peer=127.0.0.1 ").contains(parts)));
		transcript.said("todo-service",
				console.warnings("todo-service")
					.stream()
					.filter((line) -> parts.stream().allMatch(line::contains))
					.reduce("", (before, line) -> line));
	}

	/** Presents a certificate from now on. */
	private static void serve(Issued issued) {
		String serial = CertificateText.serialNumber(issued.certificate().getSerialNumber());
		present(issued);
		await().atMost(Duration.ofSeconds(30))
			.until(() -> console.text()
				.lines()
				.filter((line) -> line.contains("[todo-service]") && line.contains("Our certificate: "))
				.reduce("", (before, line) -> line)
				.contains("serial " + serial));
	}

	@Test
	void callerWithoutACertificate() {
		transcript.situation("a caller without a certificate");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> status(null));
		logged(List.of("reason=no-certificate certificate=[none]", "the peer presented no client certificate"));
	}

	@Test
	void callerWithTheCertificateOfAServer() {
		Issued server = CA.server();
		transcript.situation("a caller with the certificate of a server");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> status(server));
		logged(List.of("reason=wrong-purpose", describe(server), "its ExtendedKeyUsage does not allow clientAuth"));
	}

	@Test
	void callerWithAShortKey() throws Exception {
		Issued weak = client(CA).keyPair(TestCa.rsa(1024)).issue();
		transcript.situation("a caller with a short key");
		assertThat(status(weak)).isEqualTo(403);
		logged(List.of("reason=certificate-refused", describe(weak), "its RSA key has 1024 bits"));
	}

	private static int status(Issued issued) throws Exception {
		return HttpClient.newBuilder()
			.sslContext(TestTls.context(issued, CA.certificate()))
			.build()
			.send(HttpRequest.newBuilder(URI.create("https://localhost:" + servicePort() + "/session")).build(),
					HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	@Test
	void callerThatSpeaksPlainHttp() throws IOException {
		try (Socket socket = new Socket("localhost", servicePort())) {
			socket.getOutputStream()
				.write("GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.getInputStream().readAllBytes();
		}
		transcript.situation("a caller that speaks plain HTTP");
		logged(List.of("reason=not-tls certificate=[none]", "the peer sent no TLS; this port takes https only"));
	}

	@Test
	void callerWithoutACipherSuiteInCommon() throws IOException {
		try (SSLSocket socket = (SSLSocket) TestTls.context(null, CA.certificate())
			.getSocketFactory()
			.createSocket("localhost", servicePort())) {
			socket.setEnabledProtocols(new String[] { "TLSv1.2" });
			socket.setEnabledCipherSuites(new String[] { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" });
			assertThatThrownBy(socket::startHandshake).isInstanceOf(IOException.class);
		}
		transcript.situation("a caller without a cipher suite in common");
		logged(List.of("reason=handshake-failed certificate=[none]", "no cipher suites in common"));
	}

	@Test
	void callerThatIsSilent() {
		assertThat(silent.isConnected()).isTrue();
		transcript.situation("a caller that is silent");
		logged(List.of("reason=handshake-timeout certificate=[none]",
				"the peer did not complete the handshake in time"));
	}

	/** Today, or some days before or after it, as it stands in a time. */
	private static String day(int ahead) {
		return NOW.plus(Duration.ofDays(ahead)).toString().substring(0, "2026-01-01".length());
	}

	private static String describe(Issued issued) {
		return CertificateText.describe(issued.certificate());
	}

	/**
	 * Something that stands in for todo-service, because that would not start like this.
	 */
	private static Situation fake(String name, String reason, Function<Builder, Issued> odd) {
		Issued issued = odd.apply(CA.leaf()
			.commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost")));
		return new Situation(name, reason).url(() -> keep(FakeService.start(issued, CA.certificate())).url());
	}

	/** Something that stands in for todo-service and gives the same answer each time. */
	private static Situation answering(String name, String reason, MockResponse.Builder response) {
		return new Situation(name, reason).exits(1).url(() -> {
			FakeService fake = keep(FakeService.start(SERVER, CA.certificate()));
			for (int i = 0; i < 10 && response != null; i++) {
				fake.answer(response);
			}
			return fake.url();
		});
	}

	private interface Conversation {

		void with(Socket socket) throws Exception;

	}

	/** Listens on a free port and says where. */
	private static String listen(ServerSocket server, Conversation conversation) {
		keep(server);
		Thread thread = new Thread(() -> {
			while (!server.isClosed()) {
				try (Socket socket = server.accept()) {
					conversation.with(socket);
				}
				catch (Exception ex) {
					// The connection ends, as it should here.
				}
			}
		});
		thread.setDaemon(true);
		thread.start();
		return "https://localhost:" + server.getLocalPort();
	}

	private static ServerSocket plain() {
		try {
			return new ServerSocket(0, 50, InetAddress.getByName("localhost"));
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static SSLServerSocket plainTls() {
		try {
			return (SSLServerSocket) TestTls.context(SERVER, CA.certificate())
				.getServerSocketFactory()
				.createServerSocket(0, 50, InetAddress.getByName("localhost"));
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static SSLServerSocket onlyCbc() {
		SSLServerSocket socket = plainTls();
		socket.setEnabledProtocols(new String[] { "TLSv1.2" });
		socket.setEnabledCipherSuites(new String[] { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" });
		return socket;
	}

	private static int freePort() {
		try (ServerSocket socket = plain()) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

}
