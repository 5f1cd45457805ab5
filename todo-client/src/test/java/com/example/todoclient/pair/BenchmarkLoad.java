package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import javax.net.ssl.SSLSocket;

import com.example.todoclient.pair.BenchmarkReport.Sample;

/**
 * Puts servers under load: ApacheBench where a client certificate is asked for, wrk for a
 * plain port. Both are small enough to share the machine with what they measure; neither
 * verifies a server. Each connection sends its next request when it has its answer.
 * ApacheBench leaves out what would have been sent meanwhile. wrk adds it: one stop of 80
 * ms counts as all the requests that it holds up, and each run begins with one, while all
 * connections are opened. So its runs last longer.
 */
final class BenchmarkLoad {

	private final BenchmarkServers servers;

	private final boolean quick;

	/** The processors that the load generators may use; empty: all. */
	private String processors = "";

	BenchmarkLoad(BenchmarkServers servers, boolean quick) {
		this.servers = servers;
		this.quick = quick;
	}

	/** How long one run takes. */
	int seconds(BenchmarkServer server) {
		return this.quick ? 1 : server.plain() ? 10 : 2;
	}

	void pinTo(String processors) {
		this.processors = processors;
	}

	/** Whether there is a tool for it, and an answer. The page is for a plain port. */
	boolean reaches(BenchmarkServer server, String path) throws Exception {
		return server.plain() == path.equals(BenchmarkServers.PAGE)
				&& BenchmarkCommands.exists(server.plain() ? "wrk" : "ab") && this.servers.status(server, path) == 200;
	}

	/**
	 * Until a run is no faster than those before: the JVM compiles what it finds worth
	 * it.
	 */
	void warmUp(BenchmarkServer server, int runs, String... paths) throws Exception {
		for (String path : paths) {
			if (!reaches(server, path)) {
				continue;
			}
			double best = 0;
			int calm = 0;
			for (int i = 0; i < (this.quick ? 1 : runs) && calm < 3; i++) {
				double rate = keptAlive(server, path, 16, this.quick ? 1 : 2).rate();
				calm = (rate < best * 1.03) ? calm + 1 : 0;
				best = Math.max(best, rate);
			}
		}
	}

	/** Requests on connections that stay open. */
	Sample keptAlive(BenchmarkServer server, String path, int connections) throws Exception {
		return keptAlive(server, path, connections, seconds(server));
	}

	Sample keptAlive(BenchmarkServer server, String path, int connections, int seconds) throws Exception {
		return server.plain() ? wrk(server, path, connections, seconds) : ab(server, path, connections, seconds, "-k");
	}

	/** A full handshake for each request. */
	Sample handshakes(BenchmarkServer server, String path, int connections) throws Exception {
		return ab(server, path, connections, seconds(server));
	}

	/** So many new connections at once, and the seconds until each has its answer. */
	double storm(BenchmarkServer server, String path, int connections) throws Exception {
		String output = BenchmarkCommands.output(command(server, path, "-c", String.valueOf(connections), "-n",
				String.valueOf(connections), "-s", "60"));
		check(server, output);
		return BenchmarkCommands.number(output, "Time taken for tests:");
	}

	/**
	 * The longest time that one of the requests of some seconds took, in milliseconds.
	 */
	double longest(BenchmarkServer server, String path, int connections, int seconds) throws Exception {
		String output = BenchmarkCommands.output(command(server, path, "-k", "-c", String.valueOf(connections), "-t",
				String.valueOf(seconds), "-n", "10000000"));
		check(server, output);
		return BenchmarkCommands.number(output, "100%");
	}

	private Sample ab(BenchmarkServer server, String path, int connections, int seconds, String... more)
			throws Exception {
		Path percentiles = this.servers.folder().resolve("percentiles.csv");
		List<String> options = new ArrayList<>(List.of(more));
		options.addAll(List.of("-c", String.valueOf(connections), "-t", String.valueOf(seconds), "-n", "1000000", "-e",
				percentiles.toString()));
		long before = server.cpu();
		String output = BenchmarkCommands.output(command(server, path, options.toArray(String[]::new)));
		long cpu = server.cpu() - before;
		check(server, output);
		Map<String, Double> times = Files.readAllLines(percentiles)
			.stream()
			.skip(1)
			.map((line) -> line.split(","))
			.collect(Collectors.toMap((columns) -> columns[0], (columns) -> Double.valueOf(columns[1]), (a, b) -> b));
		return new Sample(BenchmarkCommands.number(output, "Requests per second:"), times.get("50"), times.get("99"),
				cpu / BenchmarkCommands.number(output, "Complete requests:"));
	}

	private List<String> command(BenchmarkServer server, String path, String... options) {
		List<String> command = new ArrayList<>(List.of("ab", "-q", "-l", "-f", "TLS1.3", "-E",
				this.servers.folder().resolve("client.pem").toString()));
		command.addAll(Arrays.asList(options));
		command.add(server.url(path));
		return BenchmarkCommands.pinned(this.processors, command);
	}

	private static void check(BenchmarkServer server, String output) {
		if (BenchmarkCommands.number(output, "Failed requests:") > 0 || output.contains("Non-2xx")
				|| BenchmarkCommands.number(output, "Complete requests:") == 0) {
			throw new IllegalStateException(server.name() + " failed:\n" + output);
		}
	}

	/** ApacheBench speaks HTTP/1.0, for which todo-client keeps no connection open. */
	private Sample wrk(BenchmarkServer server, String path, int connections, int seconds) throws Exception {
		long before = server.cpu();
		String output = BenchmarkCommands.output(BenchmarkCommands.pinned(this.processors,
				List.of("wrk", "-t1", "-c" + connections, "-d" + seconds + "s", "--latency", server.url(path))));
		long cpu = server.cpu() - before;
		Matcher requests = Pattern.compile("(\\d+) requests in").matcher(output);
		if (!requests.find() || output.contains("Non-2xx")) {
			throw new IllegalStateException(server.name() + " failed:\n" + output);
		}
		return new Sample(BenchmarkCommands.number(output, "Requests/sec:"), milliseconds(output, "50%"),
				milliseconds(output, "99%"), cpu / Double.parseDouble(requests.group(1)));
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
	Sample resumed(BenchmarkServer server, String path) throws Exception {
		List<Double> times = new ArrayList<>();
		long begun = System.nanoTime();
		long before = server.cpu();
		int resumed = 0;
		while (System.nanoTime() - begun < seconds(server) * 1e9) {
			long start = System.nanoTime();
			long now = System.currentTimeMillis();
			try (SSLSocket socket = this.servers.connect(server.port())) {
				// A resumed session keeps the time of its full handshake.
				resumed += (socket.getSession().getCreationTime() < now - 1) ? 1 : 0;
				request(socket, path);
			}
			times.add((System.nanoTime() - start) / 1e6);
		}
		double elapsed = (System.nanoTime() - begun) / 1e9;
		if (resumed < times.size() * 0.9) {
			System.out.printf("%s resumed %d of %d sessions%n", server.name(), resumed, times.size());
		}
		times.sort(null);
		return new Sample(times.size() / elapsed, times.get(times.size() / 2), times.get(times.size() * 99 / 100),
				(server.cpu() - before) / (double) times.size());
	}

	/** The status of one request, after which the connection ends. */
	static int request(SSLSocket socket, String path) throws IOException {
		socket.getOutputStream()
			.write("GET %s HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".formatted(path).getBytes());
		String answer = new String(socket.getInputStream().readAllBytes());
		return answer.startsWith("HTTP/1.1 ") ? Integer.parseInt(answer.substring(9, 12)) : 0;
	}

}
