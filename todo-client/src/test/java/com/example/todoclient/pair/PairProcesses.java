package com.example.todoclient.pair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * The two real services as processes, from the jars in the sibling folders, on free
 * ports. Where a folder was copied alone its sibling is missing, and the test is skipped.
 */
final class PairProcesses implements AutoCloseable {

	static final Path SERVICE_JAR = Path.of("../todo-service/target/todo-service.jar").toAbsolutePath().normalize();

	static final Path CLIENT_JAR = Path.of("target/todo-client.jar").toAbsolutePath();

	static final Path CERTS_JAR = Path.of("../certs/target/certs.jar").toAbsolutePath().normalize();

	private static final Duration START = Duration.ofMinutes(2);

	private final Path serviceFolder;

	private final Path clientFolder;

	private final Map<String, String> environment;

	private final List<Integer> ports;

	private Process service;

	private Process client;

	private PairProcesses(Path serviceFolder, Path clientFolder, Map<String, String> environment) {
		this.serviceFolder = serviceFolder;
		this.clientFolder = clientFolder;
		this.environment = environment;
		this.ports = freePorts(4);
	}

	/**
	 * Starts both and waits until they are ready.
	 * @param serviceFolder holds server.crt, server.key and ca.crt
	 * @param clientFolder holds client.crt, client.key and ca.crt
	 * @param environment further variables, for both
	 */
	static PairProcesses start(Path serviceFolder, Path clientFolder, Map<String, String> environment) {
		assumeSiblings();
		PairProcesses pair = new PairProcesses(serviceFolder, clientFolder, environment);
		try {
			pair.service = pair.launchService();
			pair.client = pair.launchClient();
			pair.awaitService();
			pair.awaitClient();
			return pair;
		}
		catch (RuntimeException | Error ex) {
			pair.close();
			throw ex;
		}
	}

	static void assumeSiblings() {
		assumeThat(SERVICE_JAR).as("todo-service is not beside this folder, so it was copied alone").exists();
		assertThat(CLIENT_JAR).exists();
	}

	/** Starts the service again. */
	void startService() {
		this.service = launchService();
		awaitService();
	}

	private Process launchService() {
		return start(SERVICE_JAR, this.serviceFolder, "server", Map.of("SERVER_PORT", String.valueOf(servicePort()),
				"MANAGEMENT_SERVER_PORT", String.valueOf(serviceManagementPort())));
	}

	private Process launchClient() {
		return start(CLIENT_JAR, this.clientFolder, "client", Map.of("SERVER_PORT", String.valueOf(clientPort()),
				"MANAGEMENT_SERVER_PORT", String.valueOf(clientManagementPort()), "TODO_SERVICE_URL", serviceUrl()));
	}

	private void awaitService() {
		awaitReady(this.service, serviceManagementPort(), this.serviceFolder);
	}

	private void awaitClient() {
		awaitReady(this.client, clientManagementPort(), this.clientFolder);
	}

	private Process start(Path jar, Path folder, String name, Map<String, String> own) {
		try {
			ProcessBuilder builder = new ProcessBuilder(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar",
					jar.toString());
			builder.environment().putAll(variables(folder, name));
			builder.environment().putAll(this.environment);
			builder.environment().putAll(own);
			return builder.directory(folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(log(folder).toFile()))
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The variables that name the material in a folder. */
	static Map<String, String> variables(Path folder, String name) {
		Map<String, String> variables = new HashMap<>();
		variables.put("CERT_FILE_PATH", folder.resolve(name + ".crt").toString());
		variables.put("KEY_FILE_PATH", folder.resolve(name + ".key").toString());
		variables.put("CA_CERT_FILE_PATH", folder.resolve("ca.crt").toString());
		return variables;
	}

	static String java() {
		return Path.of(System.getProperty("java.home"), "bin", "java").toString();
	}

	/** Asks a running JVM, and returns what it says; refused, it throws. */
	static String jcmd(long pid, String... arguments) throws IOException, InterruptedException {
		List<String> command = new ArrayList<>(
				List.of(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(), String.valueOf(pid)));
		command.addAll(List.of(arguments));
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
		}
		return output;
	}

	/** SIGTERM, and waits for the end. */
	int stopService() {
		return stop(this.service);
	}

	int stopClient() {
		return stop(this.client);
	}

	private static int stop(Process process) {
		process.destroy();
		try {
			assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("ended within a minute of SIGTERM").isTrue();
			return process.exitValue();
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	int servicePort() {
		return this.ports.get(0);
	}

	int serviceManagementPort() {
		return this.ports.get(1);
	}

	int clientPort() {
		return this.ports.get(2);
	}

	int clientManagementPort() {
		return this.ports.get(3);
	}

	long servicePid() {
		return this.service.pid();
	}

	long clientPid() {
		return this.client.pid();
	}

	String serviceUrl() {
		return "https://localhost:" + servicePort();
	}

	String serviceLog() {
		return read(log(this.serviceFolder));
	}

	String clientLog() {
		return read(log(this.clientFolder));
	}

	private static Path log(Path folder) {
		return folder.resolve("process.log");
	}

	static String read(Path file) {
		try {
			return Files.readString(file);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void awaitReady(Process process, int managementPort, Path folder) {
		HttpClient http = HttpClient.newHttpClient();
		HttpRequest probe = HttpRequest
			.newBuilder(URI.create("http://localhost:" + managementPort + "/actuator/health/readiness"))
			.timeout(Duration.ofSeconds(10))
			.build();
		Instant end = Instant.now().plus(START);
		while (!isReady(http, probe)) {
			assertThat(process.isAlive()).as(() -> "process runs\n" + read(log(folder))).isTrue();
			assertThat(Instant.now()).as(() -> "ready within " + START + "\n" + read(log(folder))).isBefore(end);
		}
	}

	private static boolean isReady(HttpClient http, HttpRequest probe) {
		try {
			Thread.sleep(100);
			return http.send(probe, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Below those that the system gives to connections, which come and go meanwhile. */
	private static List<Integer> freePorts(int count) {
		List<ServerSocket> sockets = new ArrayList<>();
		try {
			while (sockets.size() < count) {
				try {
					sockets.add(new ServerSocket(ThreadLocalRandom.current().nextInt(20_000, 28_000)));
				}
				catch (BindException ex) {
					// In use: another one.
				}
			}
			List<Integer> ports = sockets.stream().map(ServerSocket::getLocalPort).toList();
			for (ServerSocket socket : sockets) {
				socket.close();
			}
			return ports;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		for (Process process : new Process[] { this.client, this.service }) {
			if (process != null) {
				process.destroyForcibly();
				process.onExit().join();
			}
		}
	}

}
