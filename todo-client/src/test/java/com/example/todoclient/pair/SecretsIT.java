package com.example.todoclient.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Puts a secret into every setting that can hold one, in every way in which it is
 * mistyped, and looks for any 16 characters of it in all that the process writes, at
 * debug level too, and in all that it answers if it starts in spite of that.
 */
@Execution(ExecutionMode.CONCURRENT)
class SecretsIT {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final Issued SERVER = CA.server();

	private static final Issued CLIENT = CA.client("todo-client");

	private static final String PASS_PHRASE = "Correct+Horse7Battery9Staple";

	private static final int WINDOW = 16;

	@TempDir
	private static Path folder;

	@BeforeAll
	static void write() {
		PairProcesses.assumeSiblings();
		for (Issued issued : List.of(SERVER, CLIENT)) {
			String name = (issued == SERVER) ? "server" : "client";
			TestCa.write(folder.resolve(name + ".crt"), issued.certificatePem());
			TestCa.write(folder.resolve(name + ".key"), issued.keyPem());
		}
		TestCa.write(folder.resolve("ca.crt"), CA.certificatePem());
	}

	/** What becomes of a secret, by the kind of mistake. */
	private static Map<String, String> mistyped(String pem) {
		String body = body(pem);
		String base64 = Base64.getEncoder().encodeToString(pem.getBytes(StandardCharsets.UTF_8));
		Map<String, String> mistyped = new LinkedHashMap<>();
		mistyped.put("without its markers", body);
		mistyped.put("without its markers, in lines", body.replaceAll("(.{64})", "$1\n"));
		mistyped.put("without its last line", pem.replaceFirst("-----END.*", ""));
		mistyped.put("without a dash", pem.replace("-----", "----"));
		mistyped.put("with a broken marker", pem.replaceFirst("-----\n", "\n"));
		mistyped.put("with a wrong label", pem.replaceAll("(BEGIN|END) \\w+", "$1 SECRET"));
		mistyped.put("with an odd character", pem.replaceFirst("-----\n.", "-----\n?"));
		mistyped.put("half of its base64", base64.substring(0, base64.length() / 2));
		mistyped.put("as a file", "file:" + body);
		mistyped.put("as a path", "/" + body + "/tls.key");
		mistyped.put("as a name", body + ".pem");
		mistyped.put("with a placeholder", body + "${" + body);
		mistyped.put("with a placeholder that is closed", "${" + body + "}");
		mistyped.put("with an expression", "#{" + body + "}");
		return mistyped;
	}

	private static String body(String pem) {
		return pem.replaceAll("-----[A-Z ]+-----|\\s", "");
	}

	static Stream<Arguments> values() {
		List<Arguments> values = new ArrayList<>();
		for (String side : List.of("server", "client")) {
			Issued issued = side.equals("server") ? SERVER : CLIENT;
			// Both sides read it with the same code, so half of it does for the other
			// one.
			mistyped(issued.keyPem()).entrySet()
				.stream()
				.limit(side.equals("server") ? 14 : 7)
				.forEach((each) -> values.add(Arguments.of(side, "KEY_FILE_PATH", "a key " + each.getKey(),
						each.getValue(), body(issued.keyPem()))));
			// A key in the wrong setting is a key, too.
			mistyped(issued.keyPem()).entrySet()
				.stream()
				.limit(side.equals("server") ? 3 : 1)
				.forEach((each) -> List.of("CERT_FILE_PATH", "CA_CERT_FILE_PATH")
					.forEach((variable) -> values.add(Arguments.of(side, variable, "a key " + each.getKey(),
							each.getValue(), body(issued.keyPem())))));
			values.add(Arguments.of(side, "KEY_FILE_PATH", "a pass phrase", PASS_PHRASE, PASS_PHRASE));
			values.add(Arguments.of(side, "KEY_PASSWORD", "a placeholder", PASS_PHRASE + "${x", PASS_PHRASE));
			values.add(Arguments.of(side, "KEY_PASSWORD", "a closed one", "${" + PASS_PHRASE + "}", PASS_PHRASE));
		}
		values.add(Arguments.of("server", "CRL_FILE_PATH", "a key", body(SERVER.keyPem()), body(SERVER.keyPem())));
		for (String url : List.of("jdbc:postgresql://localhost:1/todos?password=" + PASS_PHRASE,
				"jdbc:postgresql://todos:" + PASS_PHRASE + "@localhost:1/todos",
				"postgres://todos:" + PASS_PHRASE + "@db", PASS_PHRASE, "jdbc:" + PASS_PHRASE,
				"jdbc:postgresql://" + PASS_PHRASE + ":1/todos",
				"jdbc:h2:mem:x;USER=sa;PASSWORD=" + PASS_PHRASE + ";NONSENSE=1", "jdbc:h2:mem:x;${" + PASS_PHRASE + "}",
				"jdbc:h2:mem:x;PASSWORD=#{" + PASS_PHRASE + " 7}")) {
			values
				.add(Arguments.of("server", "SPRING_DATASOURCE_URL", url.replace(PASS_PHRASE, "…"), url, PASS_PHRASE));
		}
		values.add(Arguments.of("server", "SPRING_DATASOURCE_PASSWORD", "unclosed", "${" + PASS_PHRASE, PASS_PHRASE));
		values.add(Arguments.of("server", "SPRING_DATASOURCE_PASSWORD", "no property", "${" + PASS_PHRASE + "}",
				PASS_PHRASE));
		values.add(Arguments.of("server", "SPRING_DATASOURCE_PASSWORD", "an expression", "#{" + PASS_PHRASE + " 7}",
				PASS_PHRASE));
		for (String url : List.of("https://todo:" + PASS_PHRASE + "@localhost:8443", PASS_PHRASE,
				"https://" + PASS_PHRASE, "https://localhost:8443/" + PASS_PHRASE,
				"https://localhost:8443?key=" + PASS_PHRASE, "${" + PASS_PHRASE + "}")) {
			values.add(Arguments.of("client", "TODO_SERVICE_URL", url.replace(PASS_PHRASE, "…"), url, PASS_PHRASE));
		}
		// Each starts a process. All of them (-Dsecrets.every=1) take minutes.
		int every = Integer.getInteger("secrets.every", 4);
		return IntStream.range(0, values.size()).filter((i) -> i % every == 0).mapToObj(values::get);
	}

	@ParameterizedTest(name = "{0}: {1} is {2}")
	@MethodSource("values")
	void nothingOfASecretIsWrittenOrAnswered(String side, String variable, String name, String value, String secret)
			throws Exception {
		int port = Instance.freePort();
		int managementPort = Instance.freePort();
		Map<String, String> environment = new HashMap<>(PairProcesses.variables(folder, side));
		environment.putAll(Map.of("SERVER_PORT", String.valueOf(port), "MANAGEMENT_SERVER_PORT",
				String.valueOf(managementPort), "SPRING_DATASOURCE_URL", "jdbc:h2:mem:secrets", "LOGGING_LEVEL_ROOT",
				"debug", "SPRING_FLYWAY_CONNECTRETRIES", "0", "TODO_SERVICE_URL", "https://localhost:1"));
		environment.put(variable, value);
		Path log = Files.createTempFile(folder, "process", ".log");
		List<String> command = new ArrayList<>(
				List.of(PairProcesses.java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar",
						(side.equals("server") ? PairProcesses.SERVICE_JAR : PairProcesses.CLIENT_JAR).toString()));
		if (side.equals("client")) {
			command.add("--task");
		}
		ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile());
		builder.environment().putAll(environment);
		Process process = builder.start();
		StringBuilder written = new StringBuilder();
		try {
			for (int i = 0; i < 600 && process.isAlive(); i++) {
				if (side.equals("server") && Files.readString(log).contains("Started Todo")) {
					for (String path : List.of("health/readiness", "info", "prometheus")) {
						written.append(answer("http://localhost:" + managementPort + "/actuator/" + path));
					}
					break;
				}
				process.waitFor(100, TimeUnit.MILLISECONDS);
			}
		}
		finally {
			process.destroy();
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
		}
		written.append(Files.readString(log));
		assertThat(written).contains("Todo");
		for (int i = 0; i + WINDOW <= secret.length(); i++) {
			assertThat(written.indexOf(secret.substring(i, i + WINDOW)))
				.as(() -> "a piece of the secret in:\n" + written.toString().lines().limit(2_000).toList())
				.isNegative();
		}
	}

	private static String answer(String uri) throws IOException, InterruptedException {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create(uri)).build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

}
