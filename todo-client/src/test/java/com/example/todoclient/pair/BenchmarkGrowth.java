package com.example.todoclient.pair;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import javax.net.ssl.SSLContext;

import static com.example.todoclient.pair.BenchmarkServers.SESSION;
import static com.example.todoclient.pair.BenchmarkServers.TODOS;

/**
 * One of a thing or very many: it has to make no difference. Callers, todos, trusted CAs
 * and revoked certificates, and what the reload of a long revocation list costs.
 */
final class BenchmarkGrowth {

	private static final String ONE = "1 caller";

	private static final int CALLERS = 10_000;

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	private final int todos;

	private final int authorities;

	private final int revoked;

	BenchmarkGrowth(BenchmarkServers servers, BenchmarkLoad load, int rounds) {
		this.servers = servers;
		this.load = load;
		this.rounds = rounds;
		this.todos = (rounds > 1) ? 1_000_000 : 10_000;
		this.authorities = (rounds > 1) ? 150 : 5;
		this.revoked = 100_000;
	}

	void run() throws Exception {
		startWithCallers(1, ONE);
		startWithCallers(CALLERS, "%,d callers");
		startWithTodos();
		boolean openssl = BenchmarkCommands.exists("openssl");
		if (openssl) {
			start(named("%,d trusted CAs", this.authorities),
					Map.of("CA_CERT_FILE_PATH", manyAuthorities().toString()));
			start(named("%,d revoked", this.revoked), Map.of("CRL_FILE_PATH", longList().toString()));
		}
		else {
			System.out.println("There is no openssl, so many CAs and a long revocation list are not measured.");
		}
		BenchmarkReport report = new BenchmarkReport(ONE);
		for (BenchmarkServer server : this.servers.running()) {
			this.load.warmUp(server, 8, SESSION, TODOS);
		}
		for (int round = 0; round < this.rounds; round++) {
			for (BenchmarkServer server : this.servers.running()) {
				report.add("`GET %s`, 16 connections".formatted(SESSION), server,
						this.load.keptAlive(server, SESSION, 16));
			}
			for (BenchmarkServer server : this.servers.running()) {
				report.add("`GET %s`, 16 connections".formatted(TODOS), server, this.load.keptAlive(server, TODOS, 16));
			}
			for (BenchmarkServer server : this.servers.running()) {
				report.add("full handshakes", server, this.load.handshakes(server, SESSION, 8));
			}
		}
		report.print();
		this.servers.stopAll();
		if (openssl) {
			reload();
		}
	}

	private static String named(String format, int size) {
		return String.format(Locale.ROOT, format, size);
	}

	private void start(String name, Map<String, String> variables) throws Exception {
		this.servers.startService(name, this.servers.java(BenchmarkServers.OURS), variables);
	}

	// --- Callers and todos ---

	private void startWithCallers(int size, String name) throws Exception {
		Path callers = Files.writeString(this.servers.folder().resolve("callers-" + size + ".yml"),
				IntStream.range(0, size)
					.mapToObj((i) -> "  - {name: %s, roles: \"read, write\"}%n"
						.formatted((i == size / 2) ? "todo-client" : "caller-" + i))
					.collect(Collectors.joining("", "todo:\n callers:\n", "")));
		start(named(name, size), Map.of("SPRING_CONFIG_ADDITIONAL_LOCATION", callers.toString()));
	}

	private void startWithTodos() throws Exception {
		String many = this.servers.h2("many");
		this.servers.stop(this.servers.startService(Map.of("SPRING_DATASOURCE_URL", many)));
		// In order and bit by bit: at random places of its indexes H2 takes minutes for
		// them.
		String statements = IntStream.range(0, this.todos / 2_000)
			.mapToObj((i) -> ("insert into todo (id, owner, title, completed, version, created_at, updated_at) select "
					+ "cast('00000000-0000-4000-8000-' || lpad(x, 12, '0') as uuid), 'caller-' || x / 1000, "
					+ "'todo number ' || x, false, 1, now(), now() from system_range(%d, %d);")
				.formatted(i * 2_000, i * 2_000 + 1_999))
			.collect(Collectors.joining("\n"));
		BenchmarkCommands.output(PairProcesses.java(), "-cp", this.servers.folder().resolve("todo-service/lib") + "/*",
				"org.h2.tools.RunScript", "-url", many, "-script",
				Files.writeString(this.servers.folder().resolve("todos.sql"), statements).toString());
		start(named("%,d todos", this.todos), Map.of("SPRING_DATASOURCE_URL", many));
	}

	// --- Trusted CAs ---

	/** Ours is the last of them. */
	private Path manyAuthorities() throws Exception {
		StringBuilder all = new StringBuilder();
		Path one = this.servers.folder().resolve("other-ca.crt");
		for (int i = 1; i < this.authorities; i++) {
			BenchmarkCommands.output("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256",
					"-nodes", "-days", "3650", "-subj", "/O=Benchmark/CN=CA number " + i, "-addext",
					"keyUsage=critical,keyCertSign,cRLSign", "-keyout", "/dev/null", "-out", one.toString());
			all.append(Files.readString(one));
		}
		all.append(Files.readString(this.servers.certificates().resolve("ca.crt")));
		return Files.writeString(this.servers.folder().resolve("many-cas.crt"), all);
	}

	// --- Revoked certificates ---

	private Path longList() throws Exception {
		return list("long",
				IntStream.range(0, this.revoked)
					.mapToObj((i) -> BigInteger.valueOf(1_000_000_000L + i).shiftLeft(64))
					.toList());
	}

	/** Signed by our CA, as openssl does it from a table of what was revoked. */
	private Path list(String name, List<BigInteger> serials) throws Exception {
		Path table = Files.writeString(this.servers.folder().resolve(name + ".txt"), serials.stream()
			.map((serial) -> "R\t350101000000Z\t260101000000Z\t%s\tunknown\t/CN=revoked%n".formatted(evenHex(serial)))
			.collect(Collectors.joining()));
		Path number = Files.writeString(this.servers.folder().resolve(name + ".number"), "1000\n");
		Path configuration = Files.writeString(this.servers.folder().resolve(name + ".cnf"), """
				[ca]
				default_ca = ours
				[ours]
				database = %s
				crlnumber = %s
				default_md = sha256
				default_crl_days = 30
				crl_extensions = extensions
				[extensions]
				authorityKeyIdentifier = keyid:always
				""".formatted(table, number));
		Path list = this.servers.folder().resolve(name + ".crl");
		BenchmarkCommands.output("openssl", "ca", "-gencrl", "-config", configuration.toString(), "-cert",
				this.servers.certificates().resolve("ca.crt").toString(), "-keyfile",
				this.servers.certificates().resolve("ca.key").toString(), "-out", list.toString());
		return list;
	}

	private static String evenHex(BigInteger serial) {
		String hex = serial.toString(16).toUpperCase(Locale.ROOT);
		return (hex.length() % 2 == 0) ? hex : "0" + hex;
	}

	/**
	 * Two lists in turn, while others ask: a short one, and one with a hundred thousand.
	 */
	private void reload() throws Exception {
		this.servers.certs("client", "--cn", "todo-client", "--name", "revoked");
		SSLContext caller = this.servers.tls("revoked");
		BigInteger serial = serial(this.servers.certificates().resolve("revoked.crt"));
		Path inUse = this.servers.folder().resolve("in-use.crl");
		Path empty = this.servers.certificates().resolve("ca.crl");
		Files.copy(empty, inUse);
		List<BigInteger> serials = new ArrayList<>(
				IntStream.range(1, this.revoked).mapToObj((i) -> BigInteger.valueOf(i).shiftLeft(64)).toList());
		serials.add(serial);
		BenchmarkServer server = this.servers.startService(Map.of("CRL_FILE_PATH", inUse.toString()));
		this.load.warmUp(server, 8, SESSION);
		List<Reload> small = new ArrayList<>();
		List<Reload> large = new ArrayList<>();
		Path one = list("one", List.of(serial));
		Path many = list("many", serials);
		for (int round = 0; round < this.rounds; round++) {
			small.add(reload(server, one, inUse, caller));
			take(server, empty, inUse, caller, 200);
			large.add(reload(server, many, inUse, caller));
			take(server, empty, inUse, caller, 200);
		}
		System.out.printf(Locale.ROOT,
				"| a revocation list replaced while 16 connections ask | 1 revoked | %,d revoked |%n", this.revoked);
		System.out.println("|---|---:|---:|");
		row("from the new file to the first refusal, two looks of a second included", "s", small, large,
				Reload::seconds);
		row("the longest time that a request took meanwhile", "ms", small, large, Reload::longest);
		row("live heap with it", "MB", small, large, Reload::heap);
		System.out.println();
	}

	/** Seconds, milliseconds, megabytes. */
	private record Reload(double seconds, double longest, double heap) {
	}

	private static void row(String what, String unit, List<Reload> small, List<Reload> large,
			ToDoubleFunction<Reload> value) {
		System.out.printf(Locale.ROOT, "| %s | %.1f %s | %.1f %s |%n", what,
				BenchmarkReport.median(small.stream().map(value::applyAsDouble).toList()), unit,
				BenchmarkReport.median(large.stream().map(value::applyAsDouble).toList()), unit);
	}

	private Reload reload(BenchmarkServer server, Path list, Path inUse, SSLContext caller) throws Exception {
		CompletableFuture<Double> longest = CompletableFuture.supplyAsync(() -> {
			try {
				return this.load.longest(server, SESSION, 16, 8);
			}
			catch (Exception ex) {
				throw new IllegalStateException(ex);
			}
		});
		TimeUnit.SECONDS.sleep(1);
		double seconds = take(server, list, inUse, caller, 403);
		double worst = longest.get();
		PairProcesses.jcmd(server.process().pid(), "GC.run");
		return new Reload(seconds, worst, this.servers.heap(server, "jvm_memory_used_bytes"));
	}

	/** Puts a list in place, and returns after how many seconds it counts. */
	private double take(BenchmarkServer server, Path list, Path inUse, SSLContext caller, int status) throws Exception {
		Path copy = Files.copy(list, this.servers.folder().resolve("new.crl"));
		long begun = System.nanoTime();
		Files.move(copy, inUse, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		while (this.servers.status(caller, server, SESSION) != status) {
			if (System.nanoTime() - begun > Duration.ofMinutes(1).toNanos()) {
				throw new IllegalStateException(list + " is not taken within a minute");
			}
			Thread.sleep(20);
		}
		return (System.nanoTime() - begun) / 1e9;
	}

	private static BigInteger serial(Path file) throws Exception {
		try (var certificate = Files.newInputStream(file)) {
			return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(certificate))
				.getSerialNumber();
		}
		catch (IOException ex) {
			throw new IllegalStateException("certs has not written " + file, ex);
		}
	}

}
