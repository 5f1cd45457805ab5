package com.example.todoclient.pair;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * Measures the pair beside a stock Spring Boot service, nginx and, where
 * {@code PEER_COMMAND} starts one, any other server: in one run, turn by turn, so that
 * what else the machine does hits all alike. Prints medians and ratios as the table in
 * README. {@code .ci/benchmark} runs it.
 * <p>
 * The load comes from ApacheBench, and for the client's plain port from wrk: both are
 * small enough to share the machine with what they measure, neither verifies a server.
 */
public final class Benchmark {

	private static final int[] CONNECTIONS = { 1, 16, 64 };

	private static final String SESSION = "/session";

	private static final String TODOS = "/todos?limit=20";

	private static final String OURS = "todo-service";

	private static final String CLIENT = "todo-client";

	private static final String STOCK = "stock x509()";

	private static final String PEER = "peer";

	/** As in a container of this size, wherever we run. */
	private static final String MEMORY = "-XX:MaxRAM=512m";

	/** The flags are the image's; an older Java leaves out what it does not know. */
	private static final String LENIENT = "-XX:+IgnoreUnrecognizedVMOptions";

	private final boolean quick;

	private final int seconds;

	private final int rounds;

	private final Path root = Path.of("..").toAbsolutePath().normalize();

	private final Path folder = Files.createTempDirectory("benchmark");

	private final Path certificates = this.folder.resolve("certificates");

	private final List<Server> servers = new ArrayList<>();

	private final Map<String, List<Sample>> samples = new LinkedHashMap<>();

	private SSLContext tls;

	/** A process under load, and where it listens. */
	private record Server(String name, Process process, int port) {

		/** CPU time of the process and its children so far, in microseconds. */
		long cpu() {
			return IntStream
				.concat(IntStream.of((int) this.process.pid()),
						this.process.descendants().mapToInt((child) -> (int) child.pid()))
				.mapToLong((pid) -> ProcessHandle.of(pid)
					.flatMap((handle) -> handle.info().totalCpuDuration())
					.orElse(Duration.ZERO)
					.toNanos() / 1000)
				.sum();
		}

	}

	/** One run: requests a second, milliseconds, and microseconds of CPU a request. */
	private record Sample(double rate, double p50, double p99, double cpu) {
	}

	private Benchmark(boolean quick) throws IOException {
		this.quick = quick;
		this.seconds = quick ? 1 : 2;
		this.rounds = quick ? 1 : 5;
	}

	/**
	 * Runs the benchmark.
	 * @param args {@code --quick} for a short run that proves only that it works,
	 * {@code --growth} for the figures with many callers and many todos instead,
	 * {@code --images} for the images only
	 */
	public static void main(String[] args) throws Exception {
		List<String> options = List.of(args);
		Benchmark benchmark = new Benchmark(options.contains("--quick"));
		try {
			benchmark.prepare();
			if (options.contains("--growth")) {
				benchmark.growth();
			}
			else if (options.contains("--images")) {
				benchmark.startService(Map.of());
				benchmark.images();
			}
			else {
				benchmark.compare();
			}
		}
		finally {
			benchmark.servers.forEach((server) -> server.process().destroy());
			for (Server server : benchmark.servers) {
				server.process().waitFor(20, TimeUnit.SECONDS);
			}
			delete(benchmark.folder);
		}
	}

	private void prepare() throws Exception {
		java("-jar", this.root.resolve("certs/target/certs.jar"), "dev", "--dir", this.certificates, "--host",
				"localhost,127.0.0.1");
		java("-jar", this.root.resolve("certs/target/certs.jar"), "crl", "--dir", this.certificates);
		Files.writeString(this.folder.resolve("client.pem"), Files.readString(this.certificates.resolve("client.crt"))
				+ Files.readString(this.certificates.resolve("client.key")));
		this.tls = tls();
		for (String module : List.of("todo-service", "todo-client")) {
			java("-Djarmode=tools", "-jar", this.root.resolve(module + "/target/" + module + ".jar"), "extract",
					"--destination", this.folder.resolve(module));
		}
		System.out.printf("%s, Java %s, Linux %s, %d cores (%s)%n%n", Instant.now().toString().substring(0, 16),
				Runtime.version(), System.getProperty("os.version"), Runtime.getRuntime().availableProcessors(),
				processor());
	}

	// --- All servers ---

	private void compare() throws Exception {
		startService(Map.of());
		Server client = startClient();
		startStock();
		startPeer();
		startNginx(get(server(OURS), SESSION), get(server(OURS), TODOS));
		for (Server server : this.servers) {
			warmUp(server, server == client ? List.of("/api" + TODOS) : List.of(SESSION, TODOS), 20);
		}
		for (int round = 0; round < this.rounds; round++) {
			for (int connections : CONNECTIONS) {
				for (String path : List.of(SESSION, TODOS)) {
					for (Server server : this.servers) {
						if (server != client && serves(server, path)) {
							load(server, path, connections, true);
						}
					}
				}
				load(client, "/api" + TODOS, connections, true);
			}
			for (Server server : this.servers) {
				if (server != client) {
					load(server, SESSION, 8, false);
					resume(server);
				}
			}
		}
		print();
		profile();
		if (!this.quick) {
			images();
		}
	}

	/** A page of todos, or a handshake, is not everybody's. */
	private boolean serves(Server server, String path) throws Exception {
		return path.equals(SESSION) || status(server, path) == 200;
	}

	private Server startService(Map<String, String> more, String... options) throws Exception {
		int port = freePort();
		Map<String, String> environment = new LinkedHashMap<>(variables("server", port));
		environment.put("CRL_FILE_PATH", this.certificates.resolve("ca.crl").toString());
		environment.putAll(more);
		Server server = start(OURS, port, environment, jar("todo-service", options));
		await(server, SESSION);
		fill(server);
		return server;
	}

	private void fill(Server server) throws Exception {
		for (int i = 0; i < 20; i++) {
			add(server, "todo number " + i + " of the benchmark");
		}
	}

	private Server startClient() throws Exception {
		int port = freePort();
		Map<String, String> environment = new LinkedHashMap<>(variables("client", port));
		environment.put("TODO_SERVICE_URL", "https://localhost:" + server(OURS).port());
		Server client = start(CLIENT, port, environment, jar(CLIENT));
		await(client, "/api" + TODOS);
		return client;
	}

	private void startStock() throws Exception {
		int port = freePort();
		List<String> command = new ArrayList<>(List.of(javaCommand(),
				"@" + this.root.resolve("todo-service/jvm.options"), MEMORY, LENIENT, "-cp",
				this.root.resolve("todo-service/target/test-classes") + ":" + this.folder.resolve("todo-service/lib")
						+ "/*",
				"com.example.stock.StockService", "--server.ssl.bundle=stock", "--server.ssl.client-auth=need",
				"--server.port=" + port, "--logging.level.root=warn"));
		String bundle = "--spring.ssl.bundle.pem.stock.";
		command.add(bundle + "keystore.certificate=" + this.certificates.resolve("server.crt"));
		command.add(bundle + "keystore.private-key=" + this.certificates.resolve("server.key"));
		command.add(bundle + "truststore.certificate=" + this.certificates.resolve("ca.crt"));
		await(start(STOCK, port, Map.of(), command), SESSION);
	}

	/**
	 * Any server that takes the variables of todo-service and answers {@code /session}.
	 */
	private void startPeer() throws Exception {
		String command = System.getenv("PEER_COMMAND");
		if (command != null) {
			int port = freePort();
			Map<String, String> environment = new LinkedHashMap<>(variables("server", port));
			environment.put("CRL_FILE_PATH", this.certificates.resolve("ca.crl").toString());
			await(start(PEER, port, environment, List.of("sh", "-c", "exec " + command)), SESSION);
		}
	}

	private void startNginx(String session, String todos) throws Exception {
		// As root, nginx has its workers read as another user.
		this.folder.toFile().setExecutable(true, false);
		Path web = Files.createDirectory(this.folder.resolve("nginx"));
		Files.writeString(web.resolve("session"), session);
		Files.writeString(web.resolve("todos"), todos);
		int port = freePort();
		Path configuration = Files.writeString(web.resolve("nginx.conf"), """
				daemon off;
				pid %1$s/pid;
				error_log %1$s/error.log;
				worker_processes auto;
				events {}
				http {
				  access_log off;
				  default_type application/json;
				  keepalive_requests 1000000000;
				  open_file_cache max=10;
				  client_body_temp_path %1$s/body;
				  proxy_temp_path %1$s/proxy;
				  fastcgi_temp_path %1$s/fastcgi;
				  uwsgi_temp_path %1$s/uwsgi;
				  scgi_temp_path %1$s/scgi;
				  server {
				    listen localhost:%2$d ssl;
				    root %1$s;
				    ssl_protocols TLSv1.2 TLSv1.3;
				    ssl_session_cache shared:s:1m;
				    ssl_certificate %3$s/server.crt;
				    ssl_certificate_key %3$s/server.key;
				    ssl_client_certificate %3$s/ca.crt;
				    ssl_crl %3$s/ca.crl;
				    ssl_verify_client on;
				  }
				}
				""".formatted(web, port, this.certificates));
		await(start("nginx", port, Map.of(), List.of("nginx", "-c", configuration.toString())), SESSION);
	}

	// --- Growth ---

	/**
	 * One caller or ten thousand, no todos or a million: it has to make no difference.
	 */
	private void growth() throws Exception {
		for (int size : new int[] { 1, 100, 10_000 }) {
			Path callers = Files.writeString(this.folder.resolve("callers-" + size + ".yml"),
					IntStream.range(0, size)
						.mapToObj((i) -> "  - {name: %s, roles: \"read, write\"}%n"
							.formatted((i == size / 2) ? "todo-client" : "caller-" + i))
						.collect(Collectors.joining("", "todo:\n callers:\n", "")));
			startService(Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", callers.toString(), "SPRING_DATASOURCE_URL",
					h2("callers-" + size)));
			rename((size == 1) ? "1 caller" : String.format(Locale.ROOT, "%,d callers", size));
		}
		int todos = this.quick ? 10_000 : 1_000_000;
		String many = h2("many");
		Server first = startService(Map.of("SPRING_DATASOURCE_URL", many));
		stop(first);
		// In order and bit by bit: at random places of its indexes H2 takes minutes for
		// them.
		String statements = IntStream.range(0, todos / 2_000)
			.mapToObj((i) -> ("insert into todo (id, owner, title, completed, version, created_at, updated_at) select "
					+ "cast('00000000-0000-4000-8000-' || lpad(x, 12, '0') as uuid), 'caller-' || x / 1000, "
					+ "'todo number ' || x, false, 1, now(), now() from system_range(%d, %d);")
				.formatted(i * 2_000, i * 2_000 + 1_999))
			.collect(Collectors.joining("\n"));
		java("-cp", this.folder.resolve("todo-service/lib") + "/*", "org.h2.tools.RunScript", "-url", many, "-script",
				Files.writeString(this.folder.resolve("todos.sql"), statements));
		startService(Map.of("SPRING_DATASOURCE_URL", many));
		rename(String.format(Locale.ROOT, "%,d todos", todos));
		for (Server server : this.servers) {
			warmUp(server, List.of(SESSION, TODOS), 8);
		}
		for (int round = 0; round < this.rounds; round++) {
			for (String path : List.of(SESSION, TODOS)) {
				for (Server server : this.servers) {
					load(server, path, 16, true);
				}
			}
		}
		print();
	}

	private String h2(String name) {
		return "jdbc:h2:file:" + this.folder.resolve(name) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
	}

	private void rename(String name) {
		Server last = this.servers.remove(this.servers.size() - 1);
		this.servers.add(new Server(name, last.process(), last.port()));
	}

	// --- Where the time goes ---

	private void profile() throws Exception {
		System.out.println();
		if (!CpuProfile.available()) {
			System.out.println("Where the time goes, only Java 25 on Linux can tell.");
			return;
		}
		Server ours = server(OURS);
		List<Sample> loads = new ArrayList<>();
		Map<String, Long> nanos = CpuProfile.of(ours.process().pid(), () -> {
			for (int round = 0; round < this.rounds; round++) {
				loads.add(bench(ours, SESSION, 64, true));
			}
		});
		double requests = loads.stream().mapToDouble((load) -> load.rate() * this.seconds).sum();
		double whole = median(loads, Sample::cpu);
		double java = nanos.values().stream().mapToLong(Long::longValue).sum() / requests / 1000;
		System.out.printf("| where a `GET %s` spends its %.0f µs of CPU, 64 connections | µs |%n", SESSION, whole);
		System.out.println("|---|---:|");
		nanos.forEach(
				(layer, spent) -> System.out.printf(Locale.ROOT, "| %s | %.1f |%n", layer, spent / requests / 1000));
		System.out.printf(Locale.ROOT, "| garbage collection, compiling and what no sample shows | %.1f |%n",
				whole - java);
	}

	// --- In the images ---

	/** As they are deployed, within a limit. */
	private void images() throws Exception {
		System.out.println();
		if (run("docker", "version") != 0) {
			System.out.println("No Docker engine answers, so the images are not measured.");
			return;
		}
		for (String module : List.of(OURS, CLIENT)) {
			if (run("docker", "build", "-q", "-t", "benchmark-" + module, this.root.resolve(module).toString()) != 0) {
				throw new IllegalStateException("docker build failed for " + module);
			}
		}
		List<Double> starts = new ArrayList<>();
		List<Double> tasks = new ArrayList<>();
		for (int round = 0; round < this.rounds; round++) {
			starts.add(startInContainer());
			tasks.add(taskInContainer());
		}
		List<Memory> memory = List.of(memory(OURS, List.of(SESSION, TODOS)), memory(CLIENT, List.of("/api" + TODOS)));
		System.out.println("| in the image, limited to 512 MiB | todo-service | todo-client |");
		System.out.println("|---|---:|---:|");
		System.out.printf(Locale.ROOT,
				"| start to first answer over mutual TLS; `--task`, start to end | %.2f s | %.2f s |%n", median(starts),
				median(tasks));
		row("memory (RSS) when ready", memory.stream().map(Memory::ready).toList());
		row("memory (RSS) after load", memory.stream().map(Memory::loaded).toList());
		row("of this, the heap", memory.stream().map(Memory::heap).toList());
		row("of this, the cache of loaded classes", memory.stream().map(Memory::cache).toList());
		row("size", List.of(size(OURS), size(CLIENT)));
	}

	/** Megabytes. */
	private record Memory(long ready, long loaded, long heap, long cache) {
	}

	private static void row(String what, List<Long> megabytes) {
		System.out.printf("| %s | %d MB | %d MB |%n", what, megabytes.get(0), megabytes.get(1));
	}

	private static long size(String module) throws Exception {
		return Long.parseLong(output("docker", "image", "inspect", "-f", "{{.Size}}", "benchmark-" + module))
				/ 1_000_000;
	}

	private Memory memory(String module, List<String> paths) throws Exception {
		int port = freePort();
		int management = freePort();
		String name = "benchmark-" + port;
		List<String> command = new ArrayList<>(container(module.equals(OURS) ? "server" : "client"));
		command.addAll(List.of("--rm", "--name", name, "-e", "SERVER_PORT=" + port, "-e",
				"MANAGEMENT_SERVER_PORT=" + management, "-e", "SPRING_DATASOURCE_URL=jdbc:h2:file:/tmp/todos", "-e",
				"TODO_SERVICE_URL=https://localhost:" + server(OURS).port(), "benchmark-" + module));
		Server server = start(module, port, Map.of(), command);
		await(server, paths.get(0));
		if (!isPlain(server)) {
			fill(server);
		}
		long ready = resident(name, "");
		warmUp(server, paths, 20);
		for (int round = 0; round < this.rounds; round++) {
			for (String path : paths) {
				bench(server, path, 64, true);
			}
		}
		Memory memory = new Memory(ready, resident(name, ""), heap(management), resident(name, "app.aot"));
		stop(server);
		return memory;
	}

	private long heap(int management) throws Exception {
		URI metrics = URI.create("http://localhost:" + management + "/actuator/prometheus");
		return http().send(HttpRequest.newBuilder(metrics).build(), HttpResponse.BodyHandlers.ofLines())
			.body()
			.filter((line) -> line.startsWith("jvm_memory_committed_bytes{area=\"heap\""))
			.mapToLong((line) -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))) / 1_000_000)
			.sum();
	}

	/** Of the mappings that end so, what is in memory. */
	private static long resident(String container, String mapping) throws Exception {
		boolean counts = false;
		long kilobytes = 0;
		for (String line : output("docker", "exec", container, "cat", "/proc/1/smaps").split("\n")) {
			if (line.matches("[0-9a-f]+-[0-9a-f]+ .*")) {
				counts = line.endsWith(mapping);
			}
			else if (counts && line.startsWith("Rss:")) {
				kilobytes += Long.parseLong(line.replaceAll("\\D", ""));
			}
		}
		return kilobytes * 1024 / 1_000_000;
	}

	/**
	 * From {@code docker run} to the first answer over mutual TLS.
	 */
	private double startInContainer() throws Exception {
		int port = freePort();
		List<String> command = new ArrayList<>(container("server"));
		command.addAll(List.of("-d", "-e", "SERVER_PORT=" + port, "-e", "MANAGEMENT_SERVER_PORT=" + freePort(), "-e",
				"SPRING_DATASOURCE_URL=jdbc:h2:file:/tmp/todos", "benchmark-todo-service"));
		long begun = System.nanoTime();
		String id = output(command.toArray(String[]::new));
		try {
			while (true) {
				try (SSLSocket socket = connect(port)) {
					if (request(socket) == 200) {
						return (System.nanoTime() - begun) / 1e9;
					}
				}
				catch (IOException ex) {
					Thread.sleep(10);
				}
			}
		}
		finally {
			run("docker", "rm", "-f", id);
		}
	}

	/** From {@code docker run} to its end. */
	private double taskInContainer() throws Exception {
		List<String> command = new ArrayList<>(container("client"));
		command.addAll(List.of("--rm", "-e", "TODO_SERVICE_URL=https://localhost:" + server(OURS).port(),
				"benchmark-todo-client", "--task"));
		long begun = System.nanoTime();
		if (run(command.toArray(String[]::new)) != 0) {
			throw new IllegalStateException("The task failed");
		}
		return (System.nanoTime() - begun) / 1e9;
	}

	private List<String> container(String name) throws IOException {
		// The files of a benchmark are nobody's secret, and the container is another
		// user.
		this.certificates.resolve(name + ".key").toFile().setReadable(true, false);
		List<String> command = new ArrayList<>(List.of("docker", "run", "--network", "host", "--read-only", "--tmpfs",
				"/tmp", "--memory", "512m", "-e", "JAVA_TOOL_OPTIONS=-XX:AOTMode=on"));
		for (String file : List.of(name + ".crt", name + ".key", "ca.crt")) {
			command.addAll(List.of("-v", this.certificates.resolve(file) + ":/tls/" + file + ":ro"));
		}
		return command;
	}

	// --- Load ---

	/**
	 * Until a run is no faster than the one before: the JVM compiles what it finds worth
	 * it.
	 */
	private void warmUp(Server server, List<String> paths, int runs) throws Exception {
		for (String path : paths) {
			if (!serves(server, path)) {
				continue;
			}
			double best = 0;
			int calm = 0;
			for (int i = 0; i < (this.quick ? 1 : runs) && calm < 3; i++) {
				double rate = bench(server, path, 16, true).rate();
				calm = (rate < best * 1.03) ? calm + 1 : 0;
				best = Math.max(best, rate);
			}
		}
	}

	private void load(Server server, String path, int connections, boolean keepAlive) throws Exception {
		sample(keepAlive
				? "`GET %s`, %s".formatted(path, (connections > 1) ? connections + " connections" : "1 connection")
				: "full handshakes", server, bench(server, path, connections, keepAlive));
	}

	private void sample(String what, Server server, Sample sample) {
		this.samples.computeIfAbsent(what + "|" + server.name(), (key) -> new ArrayList<>()).add(sample);
	}

	private Sample bench(Server server, String path, int connections, boolean keepAlive) throws Exception {
		if (isPlain(server)) {
			return wrk(server, path, connections);
		}
		Path percentiles = this.folder.resolve("percentiles.csv");
		List<String> command = new ArrayList<>(List.of("ab", "-q", "-l", "-c", String.valueOf(connections), "-t",
				String.valueOf(this.seconds), "-n", "1000000", "-e", percentiles.toString()));
		if (keepAlive) {
			command.add("-k");
		}
		command.addAll(List.of("-E", this.folder.resolve("client.pem").toString(), "-f", "TLS1.3", url(server, path)));
		long before = server.cpu();
		String output = output(command.toArray(String[]::new));
		long cpu = server.cpu() - before;
		double completed = number(output, "Complete requests:");
		if (number(output, "Failed requests:") > 0 || output.contains("Non-2xx") || completed == 0) {
			throw new IllegalStateException(server.name() + " failed:\n" + output);
		}
		Map<String, Double> times = Files.readAllLines(percentiles)
			.stream()
			.skip(1)
			.map((line) -> line.split(","))
			.collect(Collectors.toMap((columns) -> columns[0], (columns) -> Double.valueOf(columns[1]), (a, b) -> b));
		return new Sample(number(output, "Requests per second:"), times.get("50"), times.get("99"), cpu / completed);
	}

	/** ApacheBench speaks HTTP/1.0, for which todo-client keeps no connection open. */
	private Sample wrk(Server server, String path, int connections) throws Exception {
		long before = server.cpu();
		String output = output("wrk", "-t1", "-c" + connections, "-d" + this.seconds + "s", "--latency",
				url(server, path));
		long cpu = server.cpu() - before;
		Matcher requests = Pattern.compile("(\\d+) requests in").matcher(output);
		if (!requests.find() || output.contains("Non-2xx")) {
			throw new IllegalStateException(server.name() + " failed:\n" + output);
		}
		return new Sample(number(output, "Requests/sec:"), milliseconds(output, "50%"), milliseconds(output, "99%"),
				cpu / Double.parseDouble(requests.group(1)));
	}

	private static double milliseconds(String output, String percentile) {
		Matcher time = Pattern.compile("(?m)^ +" + percentile + " +([0-9.]+)(us|ms|s)$").matcher(output);
		if (!time.find()) {
			return 0;
		}
		return Double.parseDouble(time.group(1)) * switch (time.group(2)) {
			case "us" -> 0.001;
			case "ms" -> 1;
			default -> 1000;
		};
	}

	/** What ApacheBench cannot do: connect again and again with the session ticket. */
	private void resume(Server server) throws Exception {
		List<Double> times = new ArrayList<>();
		long begun = System.nanoTime();
		long before = server.cpu();
		int resumed = 0;
		while (System.nanoTime() - begun < this.seconds * 1e9) {
			long start = System.nanoTime();
			long now = System.currentTimeMillis();
			try (SSLSocket socket = connect(server.port())) {
				// A resumed session keeps the time of its full handshake.
				resumed += (socket.getSession().getCreationTime() < now - 1) ? 1 : 0;
				request(socket);
			}
			times.add((System.nanoTime() - start) / 1e6);
		}
		double elapsed = (System.nanoTime() - begun) / 1e9;
		if (resumed < times.size() * 0.9) {
			System.out.printf("%s resumed %d of %d sessions%n", server.name(), resumed, times.size());
		}
		times.sort(null);
		sample("resumed handshakes, one after the other", server,
				new Sample(times.size() / elapsed, times.get(times.size() / 2), times.get(times.size() * 99 / 100),
						(server.cpu() - before) / (double) times.size()));
	}

	private SSLSocket connect(int port) throws IOException {
		SSLSocket socket = (SSLSocket) this.tls.getSocketFactory().createSocket("localhost", port);
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(10_000);
		socket.startHandshake();
		return socket;
	}

	private static int request(SSLSocket socket) throws IOException {
		socket.getOutputStream()
			.write("GET /session HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes());
		String answer = new String(socket.getInputStream().readAllBytes());
		return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
	}

	// --- Results ---

	private void print() {
		System.out.println("| what | server | requests/s | p50 ms | p99 ms | CPU µs a request | ours ÷ this |");
		System.out.println("|---|---|---:|---:|---:|---:|---:|");
		String last = "";
		double ours = 0;
		for (Map.Entry<String, List<Sample>> entry : this.samples.entrySet()
			.stream()
			.sorted((a, b) -> order(a.getKey()) - order(b.getKey()))
			.toList()) {
			String[] key = entry.getKey().split("\\|");
			double rate = median(entry.getValue(), Sample::rate);
			if (!key[0].equals(last)) {
				ours = rate;
			}
			System.out.printf(Locale.ROOT, "| %s | %s | %,.0f | %.2f | %.2f | %.0f | %.2f |%n",
					key[0].equals(last) ? "" : key[0], key[1], rate, median(entry.getValue(), Sample::p50),
					median(entry.getValue(), Sample::p99), median(entry.getValue(), Sample::cpu), ours / rate);
			last = key[0];
		}
	}

	/** What was measured first comes first, and the same of all servers together. */
	private int order(String key) {
		List<String> whats = this.samples.keySet().stream().map((each) -> each.split("\\|")[0]).distinct().toList();
		return whats.indexOf(key.split("\\|")[0]);
	}

	private static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
		return median(samples.stream().map(value::applyAsDouble).toList());
	}

	private static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

	private static String processor() throws IOException {
		return Files.readAllLines(Path.of("/proc/cpuinfo"))
			.stream()
			.filter((line) -> line.startsWith("model name"))
			.map((line) -> line.substring(line.indexOf(':') + 1).strip())
			.findFirst()
			.orElse("unknown");
	}

	// --- Processes and files ---

	private Server server(String name) {
		return this.servers.stream().filter((server) -> server.name().equals(name)).findFirst().orElseThrow();
	}

	private List<String> jar(String module, String... options) {
		List<String> command = new ArrayList<>(
				List.of(javaCommand(), "@" + this.root.resolve(module + "/jvm.options"), MEMORY, LENIENT));
		command.addAll(Arrays.asList(options));
		command.addAll(List.of("-jar", this.folder.resolve(module + "/" + module + ".jar").toString()));
		return command;
	}

	private Map<String, String> variables(String name, int port) throws IOException {
		Map<String, String> variables = PairProcesses.variables(this.certificates, name);
		variables.put("SERVER_PORT", String.valueOf(port));
		variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(freePort()));
		return variables;
	}

	private Server start(String name, int port, Map<String, String> environment, List<String> command)
			throws IOException {
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(this.folder.resolve(name + port + ".log").toFile());
		builder.environment().putAll(environment);
		Server server = new Server(name, builder.start(), port);
		this.servers.add(server);
		return server;
	}

	private void stop(Server server) throws InterruptedException {
		this.servers.remove(server);
		server.process().destroy();
		server.process().waitFor(30, TimeUnit.SECONDS);
	}

	private void await(Server server, String path) throws Exception {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (true) {
			try {
				int status = status(server, path);
				if (status == 200) {
					return;
				}
				throw new IllegalStateException(server.name() + " answers " + status);
			}
			catch (IOException ex) {
				if (System.nanoTime() > end || !server.process().isAlive()) {
					throw new IllegalStateException(
							server.name() + " does not start:\n"
									+ Files.readString(this.folder.resolve(server.name() + server.port() + ".log")),
							ex);
				}
				Thread.sleep(100);
			}
		}
	}

	private static boolean isPlain(Server server) {
		return server.name().equals(CLIENT);
	}

	private static String url(Server server, String path) {
		return (isPlain(server) ? "http" : "https") + "://localhost:" + server.port() + path;
	}

	private int status(Server server, String path) throws Exception {
		return http()
			.send(HttpRequest.newBuilder(URI.create(url(server, path))).build(), HttpResponse.BodyHandlers.ofString())
			.statusCode();
	}

	private String get(Server server, String path) throws Exception {
		return http()
			.send(HttpRequest.newBuilder(URI.create(url(server, path))).build(), HttpResponse.BodyHandlers.ofString())
			.body();
	}

	private void add(Server server, String title) throws Exception {
		http().send(HttpRequest.newBuilder(URI.create(url(server, "/todos")))
			.header("Content-Type", "application/json")
			.POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"" + title + "\"}"))
			.build(), HttpResponse.BodyHandlers.discarding());
	}

	private HttpClient http() {
		return HttpClient.newBuilder().sslContext(this.tls).version(HttpClient.Version.HTTP_1_1).build();
	}

	private SSLContext tls() throws Exception {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		Certificate ca;
		Certificate leaf;
		try (InputStream caFile = Files.newInputStream(this.certificates.resolve("ca.crt"));
				InputStream leafFile = Files.newInputStream(this.certificates.resolve("client.crt"))) {
			ca = factory.generateCertificate(caFile);
			leaf = factory.generateCertificate(leafFile);
		}
		String pem = Files.readString(this.certificates.resolve("client.key")).replaceAll("-----[A-Z ]+-----|\\s", "");
		PrivateKey key = KeyFactory.getInstance("EC")
			.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		store.setKeyEntry("client", key, new char[0], new Certificate[] { leaf });
		store.setCertificateEntry("ca", ca);
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(store, new char[0]);
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

	private static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	private static String javaCommand() {
		return PairProcesses.java();
	}

	private void java(Object... arguments) throws Exception {
		List<String> command = new ArrayList<>(List.of(javaCommand()));
		Arrays.stream(arguments).map(String::valueOf).forEach(command::add);
		output(command.toArray(String[]::new));
	}

	private static int run(String... command) throws Exception {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor();
		}
		catch (IOException ex) {
			return -1;
		}
	}

	private static String output(String... command) throws Exception {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes()).strip();
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
		}
		return output;
	}

	private static double number(String output, String label) {
		return output.lines()
			.filter((line) -> line.startsWith(label))
			.map((line) -> line.substring(label.length()).strip().split(" ")[0])
			.mapToDouble(Double::parseDouble)
			.findFirst()
			.orElse(0);
	}

	private static void delete(Path folder) throws IOException {
		try (var files = Files.walk(folder)) {
			for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
				Files.delete(file);
			}
		}
	}

}
