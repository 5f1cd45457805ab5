package com.example.todoclient.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * The story of the pair, told with the real jars.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class PairIT {

	@TempDir
	private static Path folder;

	private static final TestCa ca = TestCa.create("pair ca");

	private static PairProcesses pair;

	private static Path clientFolder;

	@BeforeAll
	static void start() throws IOException {
		Path serviceFolder = Files.createDirectory(folder.resolve("service"));
		clientFolder = Files.createDirectory(folder.resolve("client"));
		write(serviceFolder, "server", ca.server());
		write(clientFolder, "client", ca.client("todo-client"));
		pair = PairProcesses.start(serviceFolder, clientFolder, Map.of());
	}

	@AfterAll
	static void stop() {
		if (pair != null) {
			pair.close();
		}
	}

	@Test
	@Order(1)
	void aTodoGoesThroughTheClientAndIsOwnedByItsCommonName() throws Exception {
		HttpResponse<String> created = send(HttpRequest.newBuilder(page("/api/todos"))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"Buy milk\"}")));
		assertThat(created.statusCode()).isEqualTo(201);
		assertThat(created.body()).contains("\"owner\":\"todo-client\"");
		assertThat(send(HttpRequest.newBuilder(page("/api/todos"))).body()).contains("Buy milk");
		assertThat(send(HttpRequest.newBuilder(page("/"))).body()).contains("<h1>Todos over mutual TLS</h1>");
	}

	@Test
	@Order(2)
	void bothEndsTellWhomTheySee() throws Exception {
		String tls = send(HttpRequest.newBuilder(page("/api/tls"))).body();
		assertThat(tls).contains("\"greeting\":\"Hello, todo-client!\"")
			.contains("CN=localhost")
			.contains("\"protocol\":\"TLSv1.3\"");
	}

	@Test
	@Order(3)
	void withoutACertificateNobodyIsServedAndTheServiceLogsIt() {
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> direct(null));
		await().atMost(Duration.ofSeconds(30)).until(() -> pair.serviceLog().contains("request=\"handshake\""));
	}

	@Test
	@Order(4)
	void aCertificateOfAnotherCaIsRefused() {
		Issued foreign = TestCa.create("pair ca").client("todo-client");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> direct(foreign));
	}

	@Test
	@Order(5)
	void aStrangerOfOurCaGets403WithItsName() throws Exception {
		HttpResponse<String> refused = direct(ca.client("stranger"));
		assertThat(refused.statusCode()).isEqualTo(403);
		assertThat(refused.body()).contains("\"reason\":\"unknown-caller\"").contains("stranger");
	}

	@Test
	@Order(6)
	void theTaskGreetsListsAndEndsWith0() throws Exception {
		TaskRun run = task(clientFolder, pair.serviceUrl());
		assertThat(run.output()).contains("Hello, todo-client!").contains("Buy milk");
		assertThat(run.exitCode()).isZero();
	}

	@Test
	@Order(7)
	void aRestartKeepsTheTodosAndTheClientReconnects() throws Exception {
		assertThat(pair.stopService()).isEqualTo(143);
		HttpResponse<String> down = send(HttpRequest.newBuilder(page("/api/todos")));
		assertThat(down.statusCode()).isEqualTo(502);
		assertThat(down.body()).contains("\"reason\":\"connection-refused\"");
		pair.startService();
		assertThat(send(HttpRequest.newBuilder(page("/api/todos"))).body()).contains("Buy milk");
	}

	@Test
	@Order(8)
	void theClientEndsWhenToldTo() {
		assertThat(pair.stopClient()).isEqualTo(143);
	}

	private record TaskRun(int exitCode, String output) {
	}

	private static TaskRun task(Path folder, String serviceUrl) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(PairProcesses.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-jar", PairProcesses.CLIENT_JAR.toString(), "--task");
		builder.environment().putAll(PairProcesses.variables(folder, "client"));
		builder.environment().put("TODO_SERVICE_URL", serviceUrl);
		Path output = Files.createTempFile(folder, "task", ".log");
		Process process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
		try {
			assertThat(process.waitFor(2, TimeUnit.MINUTES)).as("the task ends by itself").isTrue();
			return new TaskRun(process.exitValue(), Files.readString(output));
		}
		finally {
			process.destroyForcibly();
		}
	}

	private static void write(Path folder, String name, Issued issued) throws IOException {
		Files.writeString(folder.resolve("ca.crt"), ca.certificatePem());
		Files.writeString(folder.resolve(name + ".crt"), issued.certificatePem());
		Files.writeString(folder.resolve(name + ".key"), issued.keyPem());
	}

	private static URI page(String path) {
		return URI.create("http://localhost:" + pair.clientPort() + path);
	}

	private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
		return HttpClient.newHttpClient()
			.send(request.timeout(Duration.ofSeconds(60)).build(), HttpResponse.BodyHandlers.ofString());
	}

	private static HttpResponse<String> direct(Issued certificate) throws Exception {
		HttpClient http = HttpClient.newBuilder()
			.version(HttpClient.Version.HTTP_1_1)
			.sslContext(TestTls.context(certificate, ca.certificate()))
			.build();
		return http.send(HttpRequest.newBuilder(URI.create(pair.serviceUrl() + "/todos"))
			.timeout(Duration.ofSeconds(60))
			.build(), HttpResponse.BodyHandlers.ofString());
	}

}
