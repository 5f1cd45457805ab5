package com.example.todoclient.todos;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import com.example.mtls.TestCa;
import com.example.mtls.client.FakeService;
import com.example.todoclient.TestClientApplication;
import com.example.todoclient.TodoClientApplication;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Task mode as a process of its own: what it prints, and its exit code. Two at a time,
 * because most of each is the start of a JVM.
 */
@Execution(ExecutionMode.CONCURRENT)
class TodosTaskTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@TempDir
	private Path folder;

	@BeforeEach
	void write() {
		TestClientApplication.write(this.folder, CA, CA.client("todo-client"));
	}

	@Test
	void doneIsZeroAndPrintsGreetingAndTodos() throws Exception {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate()).session()) {
			service.answer(new MockResponse.Builder().setHeader("Content-Type", "application/json")
				.setHeader("Link", "</todos?limit=500&after=a>; rel=\"next\"")
				.body("[" + todo("Buy milk", true) + "," + todo("Ring \\u001b[31mJörg", false) + "]"));
			Result result = run(Map.of(), service.url(), "--task");
			assertThat(result.err()).isEmpty();
			assertThat(result.out()).isEqualToNormalizingNewlines("""
					Hello, todo-client!
					TLSv1.3, TLS_AES_128_GCM_SHA256. We may: read, write.
					2 todos:
					[x] Buy milk
					[ ] Ring \\u001b[31mJörg
					… and more.
					""");
			assertThat(result.code()).isZero();
		}
	}

	@Test
	void profileStartsTheTaskToo() throws Exception {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate()).session().json(200, "[]")) {
			Result result = run(Map.of("SPRING_PROFILES_ACTIVE", "task"), service.url());
			assertThat(result.out()).contains("No todos.");
			assertThat(result.code()).isZero();
		}
	}

	@Test
	void errorOfTheServiceIsOne() throws Exception {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate())) {
			service.json(403, "{\"title\":\"Caller refused\",\"detail\":\"Nobody by that name.\",\"status\":403}");
			Result result = run(Map.of(), service.url(), "--task");
			assertThat(result.out()).isEmpty();
			assertThat(result.err()).contains("todo-service answered with an error (error-response).",
					"answered 403: Caller refused. Nobody by that name.");
			assertThat(result.code()).isEqualTo(1);
		}
	}

	@Test
	void wrongConfigurationIsTwo() throws Exception {
		Result result = run(Map.of(), "http://localhost:1", "--task");
		assertThat(result.out()).contains("APPLICATION FAILED TO START",
				"TODO_SERVICE_URL (http://localhost:1) does not start with https://");
		assertThat(result.out()).doesNotContain("\tat ", "Exception");
		assertThat(result.code()).isEqualTo(2);
	}

	@Test
	void variableThatIsSetToNothingCountsAsNotSet() throws Exception {
		Result result = run(Map.of("TODO_SERVICE_URL", "", "CERT_FILE_PATH", "", "MANAGEMENT_SERVER_PORT", " "), null,
				"--spring.profiles.active=task");
		assertThat(result.out()).contains("CERT_FILE_PATH (/tls/client.crt) does not exist");
		assertThat(result.code()).isEqualTo(2);
	}

	@Test
	void refusedByTheServiceIsThree() throws Exception {
		TestClientApplication.write(this.folder, CA, CA.client("todo-client"));
		try (FakeService service = FakeService.start(CA.server(), TestCa.create("other-ca").certificate())) {
			Result result = run(Map.of(), service.url(), "--task");
			assertThat(result.err()).contains("todo-service refused our certificate (client-certificate-refused).");
			assertThat(result.code()).isEqualTo(3);
		}
	}

	@Test
	void refusedByUsIsThreeThoughTheJdkItselfTrustsTheCa() throws Exception {
		TestCa publicCa = TestCa.create("public-ca");
		KeyStore cacerts = KeyStore.getInstance("PKCS12");
		cacerts.load(null, null);
		cacerts.setCertificateEntry("public-ca", publicCa.certificate());
		Path file = this.folder.resolve("cacerts");
		try (OutputStream out = Files.newOutputStream(file)) {
			cacerts.store(out, "changeit".toCharArray());
		}
		try (FakeService service = FakeService.start(publicCa.server(), CA.certificate()).session()) {
			Result result = run(
					Map.of("JAVA_TOOL_OPTIONS",
							"-Djavax.net.ssl.trustStore=" + file + " -Djavax.net.ssl.trustStorePassword=changeit"),
					service.url(), "--task");
			assertThat(result.err()).contains("We do not trust the certificate of todo-service");
			assertThat(result.code()).isEqualTo(3);
		}
	}

	private static String todo(String title, boolean completed) {
		return """
				{"id":"6c920b1e-87c1-423f-aa97-a3bcd2183c7d","title":"%s","completed":%s,"owner":"todo-client",
				"createdAt":"2026-11-24T00:07:47.779879Z","updatedAt":"2026-11-24T00:07:47.779879Z"}""".formatted(title,
				completed);
	}

	private record Result(int code, String out, String err) {
	}

	private Result run(Map<String, String> environment, String url, String... arguments)
			throws IOException, InterruptedException {
		// The jar says the same about native access in its manifest.
		List<String> command = new ArrayList<>(List.of(Path.of(System.getProperty("java.home"), "bin/java").toString(),
				"--enable-native-access=ALL-UNNAMED", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC",
				"-Dfile.encoding=UTF-8", "-Dstdout.encoding=UTF-8", "-cp", System.getProperty("java.class.path"),
				TodoClientApplication.class.getName()));
		command.addAll(Arrays
			.asList((url != null) ? TestClientApplication.arguments(this.folder, url, arguments) : arguments));
		ProcessBuilder builder = new ProcessBuilder(command);
		builder.environment().putAll(environment);
		Process process = builder.start();
		try {
			ByteArrayOutputStream err = new ByteArrayOutputStream();
			Thread reader = new Thread(() -> {
				try {
					process.getErrorStream().transferTo(err);
				}
				catch (IOException ex) {
					new PrintStream(err).print(ex);
				}
			});
			reader.start();
			String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
			reader.join();
			return new Result(process.exitValue(), out, err.toString(StandardCharsets.UTF_8));
		}
		finally {
			process.destroyForcibly();
		}
	}

}
