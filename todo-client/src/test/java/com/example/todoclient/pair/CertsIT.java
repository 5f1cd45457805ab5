package com.example.todoclient.pair;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

/**
 * What {@code certs} prints is done as it is printed, and what it signs is asked for by
 * the pair.
 */
class CertsIT {

	@TempDir
	private Path folder;

	@Test
	void callerIsAdmittedAsAdvisedAndOutOnceItIsRevokedWhateverTheListsLifetimes() throws Exception {
		PairProcesses.assumeSiblings();
		assumeThat(PairProcesses.CERTS_JAR).as("certs is not beside this folder, so it was copied alone").exists();
		Path service = this.folder.resolve("service");
		Path client = this.folder.resolve("client");
		certs("dev", "--server-dir", service.toString(), "--client-dir", client.toString());
		certs("crl", "--lifetime", "10m");
		String advice = certs("client", "--cn", "third", "--name", "third");
		Map<String, String> callers = Stream.of(line(advice, "MTLS_CALLERS_0_NAME").split(" "))
			.collect(Collectors.toMap((each) -> each.split("=")[0], (each) -> each.split("=")[1]));
		callers.put("CRL_FILE_PATH", this.folder.resolve("ca/ca.crl").toString());
		String task = line(advice, "--task").replace(" java ", " " + PairProcesses.java() + " ");
		try (PairProcesses pair = PairProcesses.start(service, client, callers)) {
			assertThat(page(pair)).isEqualTo(200);
			assertThat(run(pair.serviceUrl(), "sh", "-c", task)).contains("Hello, third!");
			certs("revoke", "third.crt");
			await().atMost(Duration.ofSeconds(60)).until(() -> pair.serviceLog().contains(", 1 revoked"));
			assertThat(run(pair.serviceUrl(), "sh", "-c", task)).contains("revoked").doesNotContain("Hello");
			assertThat(page(pair)).isEqualTo(200);
		}
	}

	private String certs(String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(PairProcesses.java(), "-jar", PairProcesses.CERTS_JAR.toString()));
		command.addAll(List.of(arguments));
		command.addAll(List.of("--dir", this.folder.resolve("ca").toString()));
		return run("", command.toArray(String[]::new));
	}

	/** In the folder of the whole project, as README has it. */
	private static String run(String serviceUrl, String... command) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(command).directory(Path.of("..").toFile())
			.redirectErrorStream(true);
		builder.environment().put("TODO_SERVICE_URL", serviceUrl);
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		process.waitFor();
		return output;
	}

	private static String line(String advice, String part) {
		return advice.lines().filter((line) -> line.contains(part)).findFirst().orElseThrow().strip();
	}

	private static int page(PairProcesses pair) throws Exception {
		URI uri = URI.create("http://localhost:" + pair.clientPort() + "/api/todos");
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

}
