package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;

import javax.net.ssl.SSLSocket;

import static com.example.todoclient.pair.BenchmarkServers.CLIENT;
import static com.example.todoclient.pair.BenchmarkServers.OURS;
import static com.example.todoclient.pair.BenchmarkServers.PAGE;
import static com.example.todoclient.pair.BenchmarkServers.SESSION;
import static com.example.todoclient.pair.BenchmarkServers.TODOS;

/**
 * The images as they are deployed, within a limit: how fast they start and how much
 * memory they take.
 */
final class BenchmarkImages {

	/** A cache of classes that does not fit is an error, not a slow start. */
	private static final String STRICT = "JAVA_TOOL_OPTIONS=-XX:AOTMode=on";

	private static final List<Limit> LIMITS = List.of(new Limit("512 MiB", "--memory", "512m", "-e", STRICT),
			new Limit("256 MiB and half a core", "--memory", "256m", "--cpus", "0.5", "-e", STRICT));

	private static final int STORM = 512;

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	/** What a container may take, as options of {@code docker run}. */
	private record Limit(String name, List<String> options) {

		Limit(String name, String... options) {
			this(name, List.of(options));
		}

	}

	/** Megabytes. */
	private record Memory(long ready, long loaded, long heap, long cache) {
	}

	BenchmarkImages(BenchmarkServers servers, BenchmarkLoad load, int rounds) {
		this.servers = servers;
		this.load = load;
		this.rounds = rounds;
	}

	void run() throws Exception {
		if (!BenchmarkCommands.succeeds("docker", "version")) {
			System.out.println("No Docker engine answers, so the images are not measured.");
			return;
		}
		for (String module : List.of(OURS, CLIENT)) {
			build(module, module, this.servers.root());
		}
		BenchmarkServer service = this.servers.startService(Map.of());
		for (Limit limit : LIMITS) {
			try {
				measure(limit, service);
			}
			catch (IllegalStateException ex) {
				System.out.printf("limited to %s: %s%n%n", limit.name(), ex.getMessage());
			}
		}
	}

	/** From any folder that holds what a checkout does. */
	static void build(String image, String module, Path context) throws Exception {
		BenchmarkCommands.output("docker", "build", "-q", "-t", "benchmark-" + image, "-f",
				context.resolve(module + "/Dockerfile").toString(), context.toString());
	}

	private void measure(Limit limit, BenchmarkServer service) throws Exception {
		List<Double> starts = new ArrayList<>();
		List<Double> tasks = new ArrayList<>();
		List<Double> storms = new ArrayList<>();
		for (int round = 0; round < this.rounds; round++) {
			starts.add(start(OURS, limit.options()));
			tasks.add(task(limit, service));
			storms.add(storm(limit));
		}
		Memory ours = memory(OURS, limit, service, SESSION, TODOS);
		Memory client = memory(CLIENT, limit, service, PAGE);
		System.out.printf("| in the image, limited to %s | todo-service | todo-client |%n", limit.name());
		System.out.println("|---|---:|---:|");
		System.out.printf(Locale.ROOT,
				"| start to first answer over mutual TLS; `--task`, start to end | %.2f s | %.2f s |%n",
				BenchmarkReport.median(starts), BenchmarkReport.median(tasks));
		double storm = BenchmarkReport.median(storms);
		System.out.printf(Locale.ROOT, "| %d clients connect at once after it: all answered | %s | – |%n", STORM,
				Double.isNaN(storm) ? "not within the 10 s that a handshake may take"
						: String.format(Locale.ROOT, "%.2f s", storm));
		row("memory (RSS) when ready", ours, client, Memory::ready);
		row("memory (RSS) after load", ours, client, Memory::loaded);
		row("of this, the heap", ours, client, Memory::heap);
		row("of this, the cache of loaded classes", ours, client, Memory::cache);
		System.out.printf("| size of the image | %d MB | %d MB |%n%n", size(OURS), size(CLIENT));
	}

	private static void row(String what, Memory ours, Memory client, ToLongFunction<Memory> megabytes) {
		System.out.printf("| %s | %d MB | %d MB |%n", what, megabytes.applyAsLong(ours), megabytes.applyAsLong(client));
	}

	private static long size(String module) throws Exception {
		return Long
			.parseLong(BenchmarkCommands.output("docker", "image", "inspect", "-f", "{{.Size}}", "benchmark-" + module))
				/ 1_000_000;
	}

	// --- Time ---

	/** From {@code docker run} to the first answer over mutual TLS, in seconds. */
	double start(String image, List<String> limit) throws Exception {
		int port = BenchmarkServers.freePort();
		long begun = System.nanoTime();
		String id = run(image, port, limit);
		try {
			awaitAnswer(id, port);
			return (System.nanoTime() - begun) / 1e9;
		}
		finally {
			remove(id);
		}
	}

	private double storm(Limit limit) throws Exception {
		int port = BenchmarkServers.freePort();
		String id = run(OURS, port, limit.options());
		try {
			awaitAnswer(id, port);
			return this.load.storm(new BenchmarkServer(OURS, null, port, 0, false), SESSION, STORM);
		}
		catch (IllegalStateException ex) {
			return Double.NaN;
		}
		finally {
			remove(id);
		}
	}

	private String run(String image, int port, List<String> limit) throws Exception {
		List<String> command = new ArrayList<>(container("server", limit));
		command.addAll(List.of("-d", "-e", "SERVER_PORT=" + port, "-e",
				"MANAGEMENT_SERVER_PORT=" + BenchmarkServers.freePort(), "-e",
				"SPRING_DATASOURCE_URL=jdbc:h2:file:/tmp/todos", "benchmark-" + image));
		return BenchmarkCommands.output(command);
	}

	private void awaitAnswer(String id, int port) throws Exception {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (true) {
			try (SSLSocket socket = this.servers.connect(port)) {
				if (BenchmarkLoad.request(socket, SESSION) == 200) {
					return;
				}
			}
			catch (IOException ex) {
				if (System.nanoTime() > end) {
					throw new IllegalStateException(
							"it does not start within a minute:\n" + BenchmarkCommands.output("docker", "logs", id),
							ex);
				}
			}
			Thread.sleep(10);
		}
	}

	private static void remove(String id) throws Exception {
		BenchmarkCommands.output("docker", "rm", "-f", id);
	}

	/** From {@code docker run} to its end. */
	private double task(Limit limit, BenchmarkServer service) throws Exception {
		List<String> command = new ArrayList<>(container("client", limit.options()));
		command.addAll(List.of("--rm", "-e", "TODO_SERVICE_URL=" + service.url(""), "benchmark-todo-client", "--task"));
		long begun = System.nanoTime();
		BenchmarkCommands.output(command);
		return (System.nanoTime() - begun) / 1e9;
	}

	private List<String> container(String certificate, List<String> limit) {
		// The files of a benchmark are nobody's secret, and the container is another
		// user.
		this.servers.certificates().resolve(certificate + ".key").toFile().setReadable(true, false);
		List<String> command = new ArrayList<>(
				List.of("docker", "run", "--network", "host", "--read-only", "--tmpfs", "/tmp"));
		command.addAll(limit);
		for (String file : List.of(certificate + ".crt", certificate + ".key", "ca.crt")) {
			command.addAll(List.of("-v", this.servers.certificates().resolve(file) + ":/tls/" + file + ":ro"));
		}
		return command;
	}

	// --- Memory ---

	private Memory memory(String module, Limit limit, BenchmarkServer service, String... paths) throws Exception {
		int port = BenchmarkServers.freePort();
		int management = BenchmarkServers.freePort();
		String name = "benchmark-" + port;
		List<String> command = new ArrayList<>(container(module.equals(OURS) ? "server" : "client", limit.options()));
		command.addAll(List.of("--rm", "--name", name, "-e", "SERVER_PORT=" + port, "-e",
				"MANAGEMENT_SERVER_PORT=" + management, "-e", "SPRING_DATASOURCE_URL=jdbc:h2:file:/tmp/todos", "-e",
				"TODO_SERVICE_URL=" + service.url(""), "benchmark-" + module));
		BenchmarkServer server = this.servers.launch(module, management, module.equals(CLIENT),
				Map.of("SERVER_PORT", String.valueOf(port)), command);
		this.servers.await(server, paths[0]);
		if (!server.plain()) {
			this.servers.fill(server);
		}
		long ready = resident(name, "");
		this.load.warmUp(server, 20, paths);
		for (int round = 0; round < this.rounds; round++) {
			for (String path : paths) {
				this.load.keptAlive(server, path, 64);
			}
		}
		Memory memory = new Memory(ready, resident(name, ""), this.servers.heap(server, "jvm_memory_committed_bytes"),
				resident(name, "app.aot"));
		this.servers.stop(server);
		return memory;
	}

	/** Of the mappings that end so, what is in memory. */
	private static long resident(String container, String mapping) throws Exception {
		boolean counts = false;
		long kilobytes = 0;
		for (String line : BenchmarkCommands.output("docker", "exec", container, "cat", "/proc/1/smaps").split("\n")) {
			if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
				counts = line.endsWith(mapping);
			}
			else if (counts && line.startsWith("Rss:")) {
				kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
			}
		}
		return kilobytes * 1024 / 1_000_000;
	}

}
