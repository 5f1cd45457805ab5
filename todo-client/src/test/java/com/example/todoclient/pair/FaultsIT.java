package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.todoclient.pair.Writers.Outcome;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Something real is killed, cut or filled while todos are written, and what was
 * acknowledged is compared with what is stored. Prints a table.
 */
@Tag("faults")
class FaultsIT {

	/** Enough to be in the middle of everything when the fault comes. */
	private static final int SOME = 100;

	private static final TestCa ca = TestCa.create("faults ca");

	private static final List<String> table = new ArrayList<>();

	@TempDir
	private static Path folder;

	@AfterAll
	static void print() {
		System.out
			.println("faults: | fault | requests | acknowledged | lost | duplicated | failed | recovered after |");
		table.forEach(System.out::println);
	}

	private static Instance service(String name, Map<String, String> environment) {
		return new Instance(PairProcesses.SERVICE_JAR, material(name, "server", ca.server()), "server", environment);
	}

	/** Gives up sooner than by default, so that the test need not wait for it. */
	private static Instance client(String name, int servicePort) {
		return new Instance(PairProcesses.CLIENT_JAR, material(name, "client", ca.client("todo-client")), "client",
				Map.of("TODO_SERVICE_URL", "https://localhost:" + servicePort, "TODO_SERVICE_RESPONSETIMEOUT", "3s",
						"MTLS_CLIENT_CALLTIMEOUT", "5s"));
	}

	private static Path material(String name, String file, Issued issued) {
		try {
			Path material = Files.createDirectory(folder.resolve(name));
			Files.writeString(material.resolve("ca.crt"), ca.certificatePem());
			Files.writeString(material.resolve(file + ".crt"), issued.certificatePem());
			Files.writeString(material.resolve(file + ".key"), issued.keyPem());
			return material;
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
	}

	private static Outcome compare(String fault, Writers writers) throws Exception {
		Outcome outcome = writers.stop();
		table.add("faults: | %s | %d | %d | %d | %d | %s | %.1f s |".formatted(fault, outcome.requests(),
				outcome.acknowledged(), outcome.lost().size(), outcome.duplicated().size(), outcome.failures(),
				outcome.recovered().toMillis() / 1000.0));
		System.out.println(table.get(table.size() - 1));
		assertThat(outcome.lost()).as("acknowledged and lost").isEmpty();
		assertThat(outcome.duplicated()).as("created twice").isEmpty();
		return outcome;
	}

	private interface Fault {

		void happen(Writers writers) throws Exception;

	}

	private static Outcome during(String fault, Instance client, Fault what) throws Exception {
		try (Writers writers = Writers.start(client.port(), fault)) {
			writers.faultBegins();
			what.happen(writers);
			writers.awaitAcknowledged(SOME);
			return compare(fault, writers);
		}
	}

	/** A soft limit of the largest file, which is what a full disk is to a process. */
	private static int limitFiles(long pid, String limit) throws Exception {
		return new ProcessBuilder("prlimit", "--pid", String.valueOf(pid), "--fsize=" + limit + ":").start().waitFor();
	}

	/** One service with its file, one client, and the network between them. */
	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class OnH2 {

		private Instance service;

		private Relay network;

		private Instance client;

		@BeforeAll
		void start() {
			PairProcesses.assumeSiblings();
			this.service = service("h2-service", Map.of()).launch();
			this.network = new Relay(List.of(this.service.port()));
			this.client = client("h2-client", this.network.port()).launch();
			this.service.awaitReady();
			this.client.awaitReady();
		}

		@AfterAll
		void stop() {
			this.client.close();
			this.network.close();
			this.service.close();
		}

		@AfterEach
		void mend() {
			this.network.slow(0);
			this.network.mend();
		}

		@Test
		void killedServiceLosesNothing() throws Exception {
			during("H2: kill -9 of the service", this.client, (writers) -> {
				this.service.kill();
				this.service.start();
			});
		}

		@Test
		void killedClientLosesNothing() throws Exception {
			during("H2: kill -9 of the client", this.client, (writers) -> {
				this.client.kill();
				this.client.start();
			});
		}

		@Test
		void cutNetworkLosesNothing() throws Exception {
			during("H2: network cut for 4 s", this.client, (writers) -> {
				this.network.cut();
				Thread.sleep(4000);
				this.network.mend();
			});
		}

		@Test
		void slowNetworkFailsNothing() throws Exception {
			Outcome outcome = during("H2: network slow, 100 ms a packet", this.client, (writers) -> {
				this.network.slow(100);
				writers.awaitAcknowledged(SOME);
				this.network.slow(0);
			});
			assertThat(outcome.failures()).isEmpty();
		}

		@Test
		void fullDiskLosesNothingAndNeedsNoRestart() throws Exception {
			Outcome outcome = during("H2: full disk", this.client, (writers) -> {
				long size = Files.size(this.service.folder().resolve("data/todos.mv.db"));
				assertThat(limitFiles(this.service.pid(), String.valueOf(size + 200_000))).isZero();
				writers.awaitStatus(503);
				Thread.sleep(1000);
				assertThat(limitFiles(this.service.pid(), "unlimited")).isZero();
			});
			// What passes by itself is no fault of ours.
			assertThat(outcome.failures().keySet()).noneMatch((answer) -> answer.startsWith("500"));
		}

	}

	/** Three services with one PostgreSQL, and a client that reaches all of them. */
	@Nested
	@TestInstance(TestInstance.Lifecycle.PER_CLASS)
	class OnPostgres {

		private final List<Instance> services = new ArrayList<>();

		private Postgres postgres;

		private Relay database;

		private Relay network;

		private Instance client;

		@BeforeAll
		void start() {
			PairProcesses.assumeSiblings();
			this.postgres = new Postgres();
			this.database = new Relay(List.of(this.postgres.port()));
			Map<String, String> environment = new HashMap<>();
			environment.put("SPRING_DATASOURCE_URL",
					"jdbc:postgresql://localhost:" + this.database.port() + "/postgres");
			environment.put("SPRING_DATASOURCE_USERNAME", "postgres");
			// All at once on an empty database: one migrates, the others wait for it.
			for (int i = 1; i <= 3; i++) {
				this.services.add(service("pg-service-" + i, environment).launch());
			}
			this.network = new Relay(this.services.stream().map(Instance::port).toList());
			this.client = client("pg-client", this.network.port()).launch();
			this.services.forEach(Instance::awaitReady);
			this.client.awaitReady();
		}

		@AfterAll
		void stop() {
			this.client.close();
			this.network.close();
			this.services.forEach(Instance::close);
			this.database.close();
			this.postgres.close();
		}

		@Test
		void rollingRestartFailsNothing() throws Exception {
			Outcome outcome = during("PostgreSQL: rolling restart of three services", this.client, (writers) -> {
				for (Instance service : this.services) {
					service.terminate();
					service.start();
				}
			});
			assertThat(outcome.failures()).isEmpty();
		}

		@Test
		void killedReplicaLosesNothing() throws Exception {
			Instance one = this.services.get(0);
			during("PostgreSQL: kill -9 of one of three services", this.client, (writers) -> {
				one.kill();
				writers.awaitAcknowledged(SOME);
			});
			one.start();
		}

		@Test
		void killedServicesLoseNothing() throws Exception {
			during("PostgreSQL: kill -9 of all services", this.client, (writers) -> {
				this.services.forEach(Instance::kill);
				this.services.forEach(Instance::launch);
				this.services.forEach(Instance::awaitReady);
			});
		}

		@Test
		void killedDatabaseLosesNothing() throws Exception {
			during("PostgreSQL: kill -9 of the database", this.client, (writers) -> {
				this.postgres.kill();
				try {
					writers.awaitStatus(503);
				}
				finally {
					this.postgres.start();
				}
			});
		}

		@Test
		void databaseOutOfReachLosesNothing() throws Exception {
			during("PostgreSQL: network to the database cut", this.client, (writers) -> {
				this.database.cut();
				writers.awaitStatus(503);
				this.database.mend();
			});
		}

		@Test
		void fullDiskOfTheDatabaseLosesNothing() throws Exception {
			during("PostgreSQL: full disk", this.client, (writers) -> {
				try {
					// Some of them end by themselves meanwhile.
					for (ProcessHandle process : this.postgres.processes()) {
						limitFiles(process.pid(), "65536");
					}
					writers.awaitStatus(503);
				}
				finally {
					this.postgres.kill();
					this.postgres.start();
				}
			});
		}

	}

}
