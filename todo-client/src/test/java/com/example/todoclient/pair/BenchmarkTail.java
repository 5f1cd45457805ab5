package com.example.todoclient.pair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.example.todoclient.pair.BenchmarkReport.Sample;

import static com.example.todoclient.pair.BenchmarkServers.CLIENT;
import static com.example.todoclient.pair.BenchmarkServers.OURS;
import static com.example.todoclient.pair.BenchmarkServers.PAGE;
import static com.example.todoclient.pair.BenchmarkServers.TODOS;

/**
 * How much longer than usual the slowest of a hundred pages through todo-client takes,
 * and whose part it is: the client's, the service's, or that of the load generator that
 * shares the machine with both.
 */
final class BenchmarkTail {

	private static final int[] CONNECTIONS = { 16, 64 };

	/** More than connections, so that no call waits for one. */
	private static final int LARGE_POOL = 100;

	private static final int POOL = 50;

	/**
	 * Until the client is compiled: it is slow for a minute, and the JVM never says so.
	 */
	private static final int WARM_UP = 60;

	/** Longer than the pool of todo-client keeps a connection that nobody uses. */
	private static final Duration IDLE = Duration.ofSeconds(35);

	private static final int SECONDS_AFTER = 2;

	private static final List<Placement> PLACEMENTS = List.of(new Placement("nobody has a core alone", "", "", ""),
			new Placement("todo-client has a core alone", "0", "1", "0"),
			new Placement("todo-service has a core alone", "1", "0", "0"));

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	/** Which processors each may use; empty: all. */
	private record Placement(String name, String service, String client, String load) {
	}

	BenchmarkTail(BenchmarkServers servers, BenchmarkLoad load, int rounds) {
		this.servers = servers;
		this.load = load;
		this.rounds = rounds;
	}

	void run() throws Exception {
		if (!BenchmarkCommands.exists("wrk")) {
			System.out.println("There is no wrk, so the tail of todo-client is not measured.");
			return;
		}
		System.out.printf("| `GET %s` | pool | connections | requests/s | p50 ms | p99 ms | p99 ÷ p50 "
				+ "| longest garbage collection ms |%n", PAGE);
		System.out.println("|---|---:|---:|---:|---:|---:|---:|---:|");
		for (Placement placement : PLACEMENTS) {
			if (placement.client().isEmpty() || BenchmarkCommands.exists("taskset")) {
				measure(placement);
			}
			else {
				System.out.printf("| %s | not measured: there is no taskset | | | | | | |%n", placement.name());
			}
		}
		withoutService();
		afterPauses();
		System.out.println();
		profile();
	}

	private void measure(Placement placement) throws Exception {
		this.load.pinTo(placement.load());
		BenchmarkServer service = this.servers.startService(OURS,
				BenchmarkCommands.pinned(placement.service(), this.servers.java(OURS)), Map.of());
		this.load.warmUp(service, 20, TODOS);
		measure(placement.name(), POOL, placement.client(), service);
		if (placement.client().isEmpty()) {
			measure(placement.name(), LARGE_POOL, placement.client(), service);
		}
		this.load.pinTo("");
		this.servers.stopAll();
	}

	/** What wrk says of a server that takes no time, and todo-client's part. */
	private void withoutService() throws Exception {
		BenchmarkServer service = this.servers.startService(Map.of());
		BenchmarkServer plain = this.servers.startNginx(service);
		if (plain == null) {
			return;
		}
		this.servers.stop(service);
		BenchmarkServer nginx = this.servers.running().get(0);
		measure("nginx in the place of todo-service", POOL, "", nginx);
		row("nginx in the place of both", null, plain, null);
		this.servers.stopAll();
	}

	private void measure(String name, int pool, String processors, BenchmarkServer service) throws Exception {
		Path pauses = this.servers.folder().resolve("pauses.log");
		BenchmarkServer client = this.servers.startClient(CLIENT,
				BenchmarkCommands.pinned(processors, this.servers.java(CLIENT, "-Xlog:gc:file=" + pauses)), service,
				Map.of("MTLS_CLIENT_POOL_MAXCONNECTIONS", String.valueOf(pool)));
		this.load.warmUp(client, WARM_UP, PAGE);
		row(name, pool, client, pauses);
		this.servers.stop(client);
	}

	private void row(String name, Integer pool, BenchmarkServer server, Path pauses) throws Exception {
		for (int connections : CONNECTIONS) {
			int before = (pauses != null) ? Files.readAllLines(pauses).size() : 0;
			List<Sample> samples = new ArrayList<>();
			for (int round = 0; round < this.rounds; round++) {
				samples.add(this.load.keptAlive(server, PAGE, connections));
			}
			print(name, (pool != null) ? pool.toString() : "–", connections, samples,
					(pauses != null) ? longestPause(pauses, before) : "–");
		}
	}

	/** As a round among those of other servers: the pool has closed what was idle. */
	private void afterPauses() throws Exception {
		BenchmarkServer service = this.servers.startService(Map.of());
		BenchmarkServer client = this.servers.startClient(CLIENT, this.servers.java(CLIENT), service, Map.of());
		this.load.warmUp(service, 20, TODOS);
		this.load.warmUp(client, WARM_UP, PAGE);
		List<Sample> first = new ArrayList<>();
		List<Sample> second = new ArrayList<>();
		for (int round = 0; round < this.rounds; round++) {
			Thread.sleep(IDLE.toMillis());
			first.add(this.load.keptAlive(client, PAGE, 64, SECONDS_AFTER));
			second.add(this.load.keptAlive(client, PAGE, 64, SECONDS_AFTER));
		}
		String seconds = IDLE.toSeconds() + " s without a call";
		print("the first %d s after %s".formatted(SECONDS_AFTER, seconds), String.valueOf(POOL), 64, first, "–");
		print("the next %d s".formatted(SECONDS_AFTER), String.valueOf(POOL), 64, second, "–");
		this.servers.stopAll();
	}

	private static void print(String name, String pool, int connections, List<Sample> samples, String longestPause) {
		double p50 = BenchmarkReport.median(samples, Sample::p50);
		double p99 = BenchmarkReport.median(samples, Sample::p99);
		System.out.printf(Locale.ROOT, "| %s | %s | %d | %,.0f | %.2f | %.2f | %.1f | %s |%n", name, pool, connections,
				BenchmarkReport.median(samples, Sample::rate), p50, p99, p99 / p50, longestPause);
	}

	private static String longestPause(Path pauses, int before) throws Exception {
		Pattern pause = Pattern.compile("Pause .* ([0-9.]+)ms$");
		double longest = Files.readAllLines(pauses)
			.stream()
			.skip(before)
			.map(pause::matcher)
			.filter(Matcher::find)
			.mapToDouble((line) -> Double.parseDouble(line.group(1)))
			.max()
			.orElse(0);
		return String.format(Locale.ROOT, "%.1f", longest);
	}

	private void profile() throws Exception {
		if (!CpuProfile.available()) {
			return;
		}
		BenchmarkServer service = this.servers.startService(Map.of());
		BenchmarkServer client = this.servers.startClient(CLIENT, this.servers.java(CLIENT), service, Map.of());
		this.load.warmUp(service, 20, TODOS);
		this.load.warmUp(client, WARM_UP, PAGE);
		CpuProfile.print(64, CpuProfile.of(client, this.load, PAGE, 64, this.rounds));
	}

}
