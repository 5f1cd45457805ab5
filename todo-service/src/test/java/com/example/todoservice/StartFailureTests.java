package com.example.todoservice;

import com.example.mtls.TestCa;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * Odd values of the settings: a start that fails ends in words, never in a stack trace.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartFailureTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"--server.port=70000|SERVER_PORT (70000) or MANAGEMENT_SERVER_PORT (0) cannot be listened on: port out of range",
			"--server.port=abc|server.port",
			"--server.address=192.0.2.1|SERVER_ADDRESS or MANAGEMENT_SERVER_ADDRESS is not an address of this machine",
			"--management.server.port= --management.server.ssl.enabled= --management.server.address=127.0.0.1"
					+ "|Management-specific server address",
			"--server.ssl.bundle=other|server.ssl.bundle=mtls",
			"--spring.ssl.bundle.pem.mtls.options.enabled-protocols=TLSv9|TLSv9",
			"--spring.ssl.bundle.watch.file.quiet-period=0|spring.ssl.bundle.watch.file.quiet-period (PT0S) leaves no time",
			"--server.servlet.context-path=noslash|Context path must start with '/'",
			"--server.tomcat.basedir=/proc/x|/proc/x",
			"--traffic.concurrent-requests=0|TRAFFIC_CONCURRENT_REQUESTS (0) lets no request in",
			"--traffic.drain=-1s|TRAFFIC_DRAIN (PT-1S) is not a time", "--traffic.drain=|TRAFFIC_DRAIN is not a time",
			"--management.endpoint.health.group.readiness.include=nope|nope", "--logging.level.root=loud|logging.level",
			"--spring.config.import=file:/nope.yml|/nope.yml" })
	void whenSettingIsOddThenWhatWhyAndCure(String arguments, String what, CapturedOutput output) {
		assertThatThrownBy(
				() -> TestService.start((arguments + " --spring.datasource.url=jdbc:h2:mem:odd").split(" ")).close());
		assertThat(output.getAll()).contains("APPLICATION FAILED TO START", what, "Action:").doesNotContain("\tat ");
	}

	/** In a process of its own, because Java reads this property once. */
	@Test
	void whenNothingTemporaryCanBeWrittenThenSaysWhere() throws Exception {
		TestCa ca = TestCa.create("test-ca");
		TestCa.Issued server = ca.server();
		ProcessBuilder start = new ProcessBuilder(
				java.nio.file.Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-Djava.io.tmpdir=/nonexistent", "-XX:TieredStopAtLevel=1", "-cp",
				System.getProperty("java.class.path"), TodoServiceApplication.class.getName(),
				"--spring.datasource.url=jdbc:h2:mem:todos", "--server.port=0", "--management.server.port=0");
		start.environment().put("CERT_FILE_PATH", server.certificatePem());
		start.environment().put("KEY_FILE_PATH", server.keyPem());
		start.environment().put("CA_CERT_FILE_PATH", ca.certificatePem());
		Process process = start.redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
		assertThat(process.waitFor()).isEqualTo(1);
		assertThat(output).contains("APPLICATION FAILED TO START", "java.io.tmpdir (/nonexistent) is no folder")
			.doesNotContain("\tat ");
	}

	/** Whoever wants it has to get it: the handshake offers what Tomcat offers. */
	@Test
	void whenHttp2IsTurnedOnThenItIsSpoken() throws Exception {
		try (TestService service = TestService.start("--server.http2.enabled=true")) {
			java.net.http.HttpClient client = java.net.http.HttpClient.newBuilder()
				.sslContext(TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()))
				.build();
			java.net.http.HttpResponse<String> answer = client.send(java.net.http.HttpRequest
				.newBuilder(java.net.URI.create("https://localhost:" + service.port() + "/session"))
				.build(), java.net.http.HttpResponse.BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(200);
			assertThat(answer.version()).isEqualTo(java.net.http.HttpClient.Version.HTTP_2);
			assertThat(service.client("todo-client").get("/session").status()).isEqualTo(200);
		}
	}

}
