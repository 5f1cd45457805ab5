package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import static com.example.todoclient.pair.BenchmarkServers.BARE;
import static com.example.todoclient.pair.BenchmarkServers.OURS;
import static com.example.todoclient.pair.BenchmarkServers.PAGE;
import static com.example.todoclient.pair.BenchmarkServers.SESSION;
import static com.example.todoclient.pair.BenchmarkServers.TODOS;

/**
 * Measures the pair beside the bare framework, a stock Spring Boot service, nginx and,
 * where {@code PEER_COMMAND} starts one, any other server: in one run, turn by turn, so
 * that what else the machine does hits all alike. Prints medians and ratios as the tables
 * of docs/performance.md. {@code .ci/benchmark} runs it, and says which parts there are.
 */
public final class Benchmark {

	private static final int[] CONNECTIONS = { 1, 16, 64 };

	private static final int STORM = 512;

	/** In the order in which all of them run. */
	private static final List<String> PARTS = List.of("--compare", "--images", "--tls", "--growth", "--tail",
			"--levers");

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	private Benchmark(BenchmarkServers servers, boolean quick) {
		this.servers = servers;
		this.load = new BenchmarkLoad(servers, quick);
		this.rounds = quick ? 1 : 5;
	}

	/**
	 * Runs the benchmark.
	 * @param args the parts to run, {@code --all} of them, or none for a comparison and
	 * the images; {@code --quick} for a short run that proves only that it works; for the
	 * levers {@code NAME=JAR}, each another build of todo-service
	 */
	public static void main(String[] args) throws Exception {
		Set<String> parts = new LinkedHashSet<>();
		List<String> jars = new ArrayList<>();
		boolean quick = false;
		for (String argument : args) {
			if (argument.equals("--quick")) {
				quick = true;
			}
			else if (argument.equals("--all")) {
				parts.addAll(PARTS);
			}
			else if (PARTS.contains(argument)) {
				parts.add(argument);
			}
			else if (!argument.startsWith("-") && argument.contains("=")) {
				jars.add(argument);
			}
			else {
				System.err.printf("benchmark: %s is none of --quick, --all, %s and NAME=JAR%n", argument,
						String.join(", ", PARTS));
				System.exit(2);
			}
		}
		if (parts.isEmpty()) {
			parts.addAll(quick ? List.of("--compare") : List.of("--compare", "--images"));
		}
		try (BenchmarkServers servers = new BenchmarkServers()) {
			printMachine();
			Benchmark benchmark = new Benchmark(servers, quick);
			for (String part : parts) {
				benchmark.run(part, jars);
				servers.stopAll();
			}
		}
	}

	private void run(String part, List<String> jars) throws Exception {
		switch (part) {
			case "--images" -> new BenchmarkImages(this.servers, this.load, this.rounds).run();
			case "--tls" -> new BenchmarkTls(this.servers, this.load, this.rounds).run();
			case "--growth" -> new BenchmarkGrowth(this.servers, this.load, this.rounds).run();
			case "--tail" -> new BenchmarkTail(this.servers, this.load, this.rounds).run();
			case "--levers" -> new BenchmarkLevers(this.servers, this.load, this.rounds).run(jars);
			default -> compare();
		}
	}

	private static void printMachine() throws IOException {
		String processor = Files.readAllLines(Path.of("/proc/cpuinfo"))
			.stream()
			.filter((line) -> line.startsWith("model name"))
			.map((line) -> line.substring(line.indexOf(':') + 1).strip())
			.findFirst()
			.orElse("unknown processor");
		System.out.printf("%s, Java %s, Linux %s, %d cores (%s)%n%n", Instant.now().toString().substring(0, 16),
				Runtime.version(), System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(),
				processor);
	}

	// --- All servers ---

	private void compare() throws Exception {
		BenchmarkServer ours = this.servers.startService(Map.of());
		BenchmarkServer bare = this.servers.startBare(ours);
		this.servers.startStock();
		this.servers.startPeer();
		this.servers.startNginx(ours);
		this.servers.startClient(BenchmarkServers.CLIENT, this.servers.java(BenchmarkServers.CLIENT), ours, Map.of());
		BenchmarkReport report = new BenchmarkReport(BARE);
		for (BenchmarkServer server : this.servers.running()) {
			this.load.warmUp(server, 60, SESSION, TODOS, PAGE);
		}
		for (int round = 0; round < this.rounds; round++) {
			for (int connections : CONNECTIONS) {
				for (String path : List.of(SESSION, TODOS, PAGE)) {
					for (BenchmarkServer server : reached(path)) {
						report.add(
								"`GET %s`, %s".formatted(path,
										(connections > 1) ? connections + " connections" : "1 connection"),
								server, this.load.keptAlive(server, path, connections));
					}
				}
			}
			for (BenchmarkServer server : reached(SESSION)) {
				report.add("full handshakes", server, this.load.handshakes(server, SESSION, 8));
				report.add("resumed handshakes, one after the other", server, this.load.resumed(server, SESSION));
			}
		}
		report.print();
		profile(ours, bare);
		this.servers.stopAll();
		storm();
	}

	private List<BenchmarkServer> reached(String path) throws Exception {
		List<BenchmarkServer> reached = new ArrayList<>();
		for (BenchmarkServer server : this.servers.running()) {
			if (this.load.reaches(server, path)) {
				reached.add(server);
			}
		}
		return reached;
	}

	// --- Where the time goes ---

	private void profile(BenchmarkServer ours, BenchmarkServer bare) throws Exception {
		if (!CpuProfile.available() || !this.load.reaches(ours, SESSION)) {
			System.out.println("Where the time goes, only Java 25 on Linux can tell, and ab.\n");
			return;
		}
		CpuProfile.print(64, CpuProfile.of(ours, this.load, SESSION, 64, this.rounds),
				CpuProfile.of(bare, this.load, SESSION, 64, this.rounds),
				CpuProfile.of(ours, this.load, TODOS, 64, this.rounds));
	}

	// --- All at once ---

	/** As after a restart: everything is cold, and all clients come back at once. */
	private void storm() throws Exception {
		if (!BenchmarkCommands.exists("ab")) {
			return;
		}
		List<Double> ours = new ArrayList<>();
		List<Double> bare = new ArrayList<>();
		for (int round = 0; round < this.rounds; round++) {
			ours.add(storm(this.servers.launchService(OURS, this.servers.java(OURS), Map.of())));
			bare.add(storm(this.servers.launchBare()));
		}
		double median = BenchmarkReport.median(ours);
		double floor = BenchmarkReport.median(bare);
		System.out.printf("| after a restart | %s | %s | ours ÷ bare |%n", OURS, BARE);
		System.out.println("|---|---:|---:|---:|");
		System.out.printf(Locale.ROOT,
				"| %d clients connect at once: all of them answered after | %.2f s | %.2f s | %s |%n%n", STORM, median,
				floor, BenchmarkReport.ratio(median, floor));
	}

	private double storm(BenchmarkServer server) throws Exception {
		this.servers.awaitPort(server);
		double seconds = this.load.storm(server, SESSION, STORM);
		this.servers.stop(server);
		return seconds;
	}

}
