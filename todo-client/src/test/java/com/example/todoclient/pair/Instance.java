package com.example.todoclient.pair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * One process of one of the two services, that can be killed, ended and started again on
 * the same ports with the same files.
 */
final class Instance implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofMinutes(2);

	private final Path jar;

	private final Path folder;

	private final Map<String, String> environment;

	private final int port = freePort();

	private final int managementPort = freePort();

	private Process process;

	/**
	 * Nothing runs yet.
	 * @param jar what to run
	 * @param folder holds the TLS material, and is the working directory
	 * @param name of the certificate's and the key's file
	 * @param environment further variables
	 */
	Instance(Path jar, Path folder, String name, Map<String, String> environment) {
		this.jar = jar;
		this.folder = folder;
		this.environment = new HashMap<>(PairProcesses.variables(folder, name));
		this.environment.putAll(environment);
		this.environment.put("SERVER_PORT", String.valueOf(this.port));
		this.environment.put("MANAGEMENT_SERVER_PORT", String.valueOf(this.managementPort));
	}

	Instance launch() {
		try {
			ProcessBuilder builder = new ProcessBuilder(PairProcesses.java(), "-XX:TieredStopAtLevel=1",
					"-XX:+UseSerialGC", "-jar", this.jar.toString());
			builder.environment().putAll(this.environment);
			this.process = builder.directory(this.folder.toFile())
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.appendTo(this.folder.resolve("process.log").toFile()))
				.start();
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	Instance start() {
		launch().awaitReady();
		return this;
	}

	void awaitReady() {
		await().atMost(PATIENCE).pollInterval(Duration.ofMillis(50)).until(() -> {
			assertThat(this.process.isAlive()).as(() -> "process runs\n" + log()).isTrue();
			return isReady();
		});
	}

	boolean isReady() {
		try {
			return HttpClient.newHttpClient()
				.send(HttpRequest
					.newBuilder(URI.create("http://localhost:" + this.managementPort + "/actuator/health/readiness"))
					.timeout(Duration.ofSeconds(10))
					.build(), HttpResponse.BodyHandlers.discarding())
				.statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** {@code kill -9}. */
	void kill() {
		this.process.destroyForcibly();
		this.process.onExit().join();
	}

	/** SIGTERM, and the end that follows. */
	void terminate() throws InterruptedException {
		this.process.destroy();
		assertThat(this.process.waitFor(60, TimeUnit.SECONDS)).as("ended within a minute of SIGTERM").isTrue();
		assertThat(this.process.exitValue()).isEqualTo(143);
	}

	int port() {
		return this.port;
	}

	long pid() {
		return this.process.pid();
	}

	Path folder() {
		return this.folder;
	}

	String log() {
		try {
			return Files.readString(this.folder.resolve("process.log"));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		if (this.process != null) {
			kill();
		}
	}

}
