package com.example.todoclient.pair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL server, that can be killed and started again with the same data. It
 * writes to the disk before it acknowledges.
 */
final class Postgres implements AutoCloseable {

	private final Path data;

	private final int port = Instance.freePort();

	private EmbeddedPostgres server;

	Postgres() {
		try {
			this.data = Files.createTempDirectory("todo-postgres");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		start();
	}

	void start() {
		try {
			this.server = EmbeddedPostgres.builder()
				.setDataDirectory(this.data)
				.setCleanDataDirectory(false)
				.setPort(this.port)
				.setRegisterShutdownHook(false)
				.setPGStartupWait(Duration.ofSeconds(60))
				.setServerConfig("fsync", "on")
				// Off is the default of embedded servers, and loses what was
				// acknowledged.
				.setServerConfig("synchronous_commit", "on")
				.start();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** {@code kill -9} of the server and of all its processes. */
	void kill() {
		List<ProcessHandle> all = processes();
		all.forEach(ProcessHandle::destroyForcibly);
		all.forEach((process) -> process.onExit().join());
		// It also holds a lock that the next one wants.
		close(this.server);
	}

	/** None where the server has ended by itself. */
	List<ProcessHandle> processes() {
		Path file = this.data.resolve("postmaster.pid");
		try {
			return Files.exists(file) ? ProcessHandle.of(Long.parseLong(Files.readAllLines(file).get(0)))
				.stream()
				.flatMap((postmaster) -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
				.toList() : List.of();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	int port() {
		return this.port;
	}

	private static void close(EmbeddedPostgres server) {
		try {
			server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		close(this.server);
		try {
			FileSystemUtils.deleteRecursively(this.data);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
