package com.example.todoservice.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.springframework.util.FileSystemUtils;

/**
 * A real PostgreSQL server that can be killed, and started again on the same port with
 * the same data. It writes to the disk before it acknowledges, as in production.
 */
public final class TestPostgres implements AutoCloseable {

	private static TestPostgres shared;

	private final AtomicInteger databases = new AtomicInteger();

	private final Path data;

	private final int port;

	private final Map<String, String> settings;

	private EmbeddedPostgres server;

	private TestPostgres(Path data, int port, Map<String, String> settings) {
		this.data = data;
		this.port = port;
		this.settings = settings;
		restart();
	}

	/** A server of one's own, to be closed. */
	public static TestPostgres start() {
		return start(Map.of());
	}

	/** A server of one's own with these settings of {@code postgresql.conf}. */
	public static TestPostgres start(Map<String, String> settings) {
		try {
			return new TestPostgres(Files.createTempDirectory("todo-postgres"), freePort(), settings);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The server of all tests that only need a database; it ends with the JVM. */
	public static synchronized TestPostgres shared() {
		if (shared == null) {
			shared = start();
			Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
		}
		return shared;
	}

	/** A port that nobody uses at the moment. */
	public static int freePort() {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The URL of a new, empty database. */
	public String newDatabase() {
		String name = "todos" + this.databases.incrementAndGet();
		execute("create database " + name);
		return "jdbc:postgresql://localhost:" + this.port + "/" + name;
	}

	/** Executes a statement as the superuser, in the database {@code postgres}. */
	public void execute(String sql) {
		try (Connection connection = this.server.getPostgresDatabase().getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
		catch (SQLException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public int port() {
		return this.port;
	}

	/** {@code kill -9} of the server and of all its processes. */
	public void kill() {
		ProcessHandle postmaster = postmaster();
		List<ProcessHandle> all = Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
		all.forEach(ProcessHandle::destroyForcibly);
		all.forEach((process) -> process.onExit().join());
		try {
			// It also holds a lock that the next one wants.
			this.server.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Starts the server after {@link #kill()}. */
	public void restart() {
		try {
			EmbeddedPostgres.Builder builder = EmbeddedPostgres.builder();
			this.settings.forEach(builder::setServerConfig);
			this.server = builder.setDataDirectory(this.data)
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

	private ProcessHandle postmaster() {
		try {
			long pid = Long.parseLong(Files.readAllLines(this.data.resolve("postmaster.pid")).get(0));
			return ProcessHandle.of(pid).orElseThrow();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	@Override
	public void close() {
		try {
			this.server.close();
			FileSystemUtils.deleteRecursively(this.data);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
