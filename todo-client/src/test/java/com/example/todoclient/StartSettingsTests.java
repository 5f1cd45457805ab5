package com.example.todoclient;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.example.mtls.TestCa;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * All settings of todo-client but those of the material, with values that cannot be: each
 * start ends in a block that says what, why and cure, and never in a stack trace.
 */
@ExtendWith(OutputCaptureExtension.class)
class StartSettingsTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@TempDir
	private Path folder;

	@BeforeEach
	void write() {
		TestClientApplication.write(this.folder, CA, CA.client("todo-client"));
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			// Where it is called.
			"TODO_SERVICE_URL= | TODO_SERVICE_URL | is not set | https://todo-service:8443",
			"TODO_SERVICE_URL=https://[fe80::1%25eth0] | TODO_SERVICE_URL | zone | without a zone",
			"TODO_SERVICE_URL=https://[fe80::1%eth0]:8443 | TODO_SERVICE_URL | zone | without a zone",
			"TODO_SERVICE_URL=https://[::ffff:300.0.0.1] | TODO_SERVICE_URL | is not a URL | https://todo-service:8443",
			"TODO_SERVICE_URL=https://[::1 | TODO_SERVICE_URL | is not a URL | https://todo-service:8443",
			"TODO_SERVICE_URL=https://[v1.x] | TODO_SERVICE_URL | is not a URL | https://todo-service:8443",
			"TODO_SERVICE_URL=https://%6c | TODO_SERVICE_URL | names no host | https://todo-service:8443",
			// How long and how often.
			"spring.http.serviceclient.todo-service.connect-timeout=60d | connect-timeout (PT1440H) | is not a time | Set it",
			"spring.http.serviceclient.todo-service.read-timeout=-1s | read-timeout (PT-1S) | is not a time | Set it",
			"mtls.client.handshake-timeout=0 | mtls.client.handshake-timeout (PT0S) | is not a time | Set it",
			"mtls.client.call-timeout=1ns | mtls.client.call-timeout | is not a time | Set it",
			"mtls.client.call-timeout=soon | mtls.client.call-timeout | java.time.Duration | Update",
			"mtls.client.max-response-size=3GB | mtls.client.max-response-size | is not a size | Set it",
			"mtls.client.max-response-size=-1B | mtls.client.max-response-size | is not a size | Set it",
			"mtls.client.pool.max-connections=0 | mtls.client.pool.max-connections (0) | is not a number | Set it",
			"mtls.client.pool.max-connections=many | mtls.client.pool.max-connections | int | Update",
			"mtls.client.pool.max-waiting=-2 | mtls.client.pool.max-waiting (-2) | is not a number | Set it",
			"mtls.client.pool.max-idle-time=0 | mtls.client.pool.max-idle-time | is not a time | Set it",
			"mtls.client.pool.max-life-time=-1s | mtls.client.pool.max-life-time | is not a time | Set it",
			"mtls.client.retry.attempts=-1 | mtls.client.retry.attempts (-1) | is not a number | Set it",
			"mtls.client.retry.backoff=-1s | mtls.client.retry.backoff | is not a time | Set it",
			"mtls.client.retry.budget=2000000000 | mtls.client.retry.budget | is not a number | Set it",
			"spring.http.serviceclient.todo-service.connect-timeout=-2s | connect-timeout (PT-2S) | is not a time | Set it",
			"spring.http.serviceclient.todo-service.redirects=perhaps | redirects | perhaps | Update",
			"spring.http.serviceclient.todo-service.ssl.bundle=nope | ssl.bundle | is not mtls | Set",
			// The page.
			"page.hosts=https://todos.example | PAGE_HOSTS | is no host name | without https://",
			"page.hosts=todos.example:8080 | PAGE_HOSTS | is no host name | without https://",
			"page.hosts=a,*.example | PAGE_HOSTS | is no host name | without https://",
			"server.port=70000 | SERVER_PORT (70000) | port out of range | from 1 to 65535",
			"server.port=-9 | SERVER_PORT (-9) | port out of range | from 1 to 65535",
			"server.port=x | server.port | java.lang.Integer | Review",
			"management.server.port=70000 | MANAGEMENT_SERVER_PORT (70000) | port out of range | from 1 to 65535",
			"management.server.port=x | management.server.port | java.lang.Integer | Review",
			"server.address=192.0.2.9 | SERVER_ADDRESS | is not an address of this machine | Correct it",
			"server.address=no-such-host.invalid | server.address | UnknownHostException | Update",
			"server.ssl.bundle=nope | nope | bundle | ",
			"server.netty.max-initial-line-length=0B | todo-client cannot start | maxInitialLineLength | Correct the setting",
			"server.shutdown=perhaps | server.shutdown | perhaps | Update",
			"management.endpoints.web.base-path=manage | base-path | must start with '/' | ",
			"management.endpoint.health.group.readiness.include=nope | readiness | nope | ",
			"management.server.ssl.bundle=nope | nope | bundle | ",
			// All of it.
			"spring.ssl.bundle.watch.file.quiet-period=0 | spring.ssl.bundle.watch.file.quiet-period | | ",
			"spring.ssl.bundle.watch.file.quiet-period=-1s | spring.ssl.bundle.watch.file.quiet-period | | ",
			"spring.ssl.bundle.watch.file.quiet-period=often | quiet-period | often | ",
			"spring.lifecycle.timeout-per-shutdown-phase=x | timeout-per-shutdown-phase | java.time.Duration | ",
			"spring.http.codecs.max-in-memory-size=zz | max-in-memory-size | DataSize | Update" })
	void startWhenValueCannotBeThenSaysWhatWhyAndCure(String setting, String what, String why, String cure,
			CapturedOutput output) {
		assertRefused(output, List.of(setting), what, (why != null) ? why : "", (cure != null) ? cure : "");
	}

	@ParameterizedTest
	@ValueSource(strings = { "server.port", "management.server.port" })
	void startWhenPortIsInUseThenNamesIt(String property, CapturedOutput output) throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			String port = String.valueOf(taken.getLocalPort());
			assertRefused(output, List.of(property + "=" + port), port, "already in use", "listen");
		}
	}

	/** Nothing that is thrown at start is without words, whoever throws it. */
	@Test
	void startWhenSomethingNobodyThoughtOfFailsThenSaysSoInWords(CapturedOutput output) {
		SpringApplication application = new SpringApplication(TodoClientApplication.class);
		application.addInitializers((context) -> {
			throw new IllegalStateException("Bad\u001b[31m thing");
		});
		assertRefused(output, application, List.of(), "todo-client cannot start", "Bad\\u001b[31m thing",
				"the log has all of it");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "https://[::ffff:127.0.0.1]", "https://[64:ff9b::192.0.2.33]", "https://[0:0:0:0:0:0:0:1]:1" })
	void startWhenAddressHasAnotherFormThenStarts(String url) {
		run(new SpringApplication(TodoClientApplication.class), List.of("TODO_SERVICE_URL=" + url)).close();
	}

	private void assertRefused(CapturedOutput output, List<String> settings, String... parts) {
		assertRefused(output, new SpringApplication(TodoClientApplication.class), settings, parts);
	}

	private void assertRefused(CapturedOutput output, SpringApplication application, List<String> settings,
			String... parts) {
		assertThatThrownBy(() -> run(application, settings).close());
		assertThat(output.getAll()).containsOnlyOnce("APPLICATION FAILED TO START").doesNotContain("\tat ", "\u001b");
		String block = output.getAll().substring(output.getAll().indexOf("APPLICATION FAILED TO START"));
		assertThat(block).contains("Description:", "Action:").contains(parts);
	}

	private ConfigurableApplicationContext run(SpringApplication application, List<String> settings) {
		Map<String, String> arguments = new LinkedHashMap<>();
		Stream
			.concat(Stream.of(TestClientApplication.arguments(this.folder, "https://localhost:1",
					"--spring.main.register-shutdown-hook=false")), settings.stream().map((each) -> "--" + each))
			.forEach((each) -> arguments.put(each.substring(0, each.indexOf('=')), each));
		return application.run(arguments.values().toArray(String[]::new));
	}

}
