package com.example.todoclient.pair;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

/**
 * Calls flow through the real pair while everything about its TLS material changes, again
 * and again: certificates on both sides, revocation lists, broken sets, the whole CA. No
 * call may fail, and nothing may be left behind.
 * <p>
 * One round, with files looked at five times a second; with {@code -Dsoak.seconds} as
 * many as fit, with files looked at as in production. Prints what it measured.
 */
class RotationSoakIT {

	private static final int CALLERS = 6;

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String REFUSED = "New TLS material is not used";

	/** How much may be in use at the end that was not at the begin. */
	private static final Map<String, Long> SPREAD = Map.of("expiry metrics", 0L, "threads", 8L, "sockets", 12L,
			"live heap MiB", 8L, "resident MiB", 256L);

	/** How long to go on, or {@code null} for one quick round. */
	private static final Long SECONDS = Long.getLong("soak.seconds");

	@TempDir
	Path folder;

	private Path service;

	private Path client;

	private TestCa ca = TestCa.create("first ca");

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private final AtomicLong requests = new AtomicLong();

	private final ConcurrentLinkedQueue<String> failures = new ConcurrentLinkedQueue<>();

	private final List<Long> serverLatencies = new ArrayList<>();

	private final List<Long> clientLatencies = new ArrayList<>();

	private int rotations;

	private int broken;

	@Test
	void noCallFailsWhileEverythingRotates() throws Exception {
		this.service = Files.createDirectory(this.folder.resolve("service"));
		this.client = Files.createDirectory(this.folder.resolve("client"));
		writeTrust(this.ca);
		writeRevocationLists(this.ca);
		replace(this.service, "server", this.ca.server());
		replace(this.client, "client", this.ca.client("todo-client"));
		Map<String, String> environment = new HashMap<>();
		environment.put("CRL_FILE_PATH", this.service.resolve("ca.crl").toString());
		if (SECONDS == null) {
			environment.put("TLS_RELOADINTERVAL", "200ms");
		}
		try (PairProcesses pair = PairProcesses.start(this.service, this.client, environment)) {
			soak(pair);
		}
	}

	private void soak(PairProcesses pair) throws Exception {
		AtomicBoolean running = new AtomicBoolean(true);
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		for (int i = 0; i < CALLERS; i++) {
			callers.submit(() -> call(pair, running));
		}
		Instant end = Instant.now().plusSeconds((SECONDS != null) ? SECONDS : 0);
		rotateClient(pair);
		rotateServer(pair);
		Map<String, Long> begin = resources(pair);
		do {
			round(pair);
		}
		while (Instant.now().isBefore(end));
		if (SECONDS != null) {
			await(() -> liveInstances(pair.clientPid(), "com.example.mtls.client.CurrentTls$Material") == 1);
		}
		Map<String, Long> after = resources(pair);
		running.set(false);
		callers.shutdown();
		assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

		System.out.printf("soak: %d requests, %d failures, %d rotations, %d broken sets%n", this.requests.get(),
				this.failures.size(), this.rotations, this.broken);
		System.out.printf("soak: file change to first handshake with the new certificate, ms: service %s, client %s%n",
				medianAndWorst(this.serverLatencies), medianAndWorst(this.clientLatencies));
		System.out.printf("soak: begin %s%nsoak: end   %s%n", begin, after);
		assertThat(this.requests.get()).isGreaterThan(100);
		assertThat(this.failures).isEmpty();
		for (String resource : begin.keySet()) {
			assertThat(after.get(resource)).as(resource)
				.isLessThanOrEqualTo(begin.get(resource) + SPREAD.get(resource.substring(resource.indexOf(' ') + 1)));
		}
	}

	private void call(PairProcesses pair, AtomicBoolean running) {
		URI todos = URI.create("http://localhost:" + pair.clientPort() + "/api/todos?limit=5");
		for (int i = 0; running.get(); i++) {
			HttpRequest.Builder request = HttpRequest.newBuilder(todos).timeout(Duration.ofSeconds(60));
			if (i % 10 == 0) {
				request.header("Content-Type", "application/json")
					.POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"soak\"}"));
			}
			try {
				HttpResponse<String> response = this.http.send(request.build(), HttpResponse.BodyHandlers.ofString());
				if (response.statusCode() / 100 != 2) {
					this.failures.add(response.statusCode() + " " + response.body());
				}
				this.requests.incrementAndGet();
				Thread.sleep(5);
			}
			catch (IOException ex) {
				this.failures.add(ex.toString());
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
		}
	}

	/** Everything that can change, once. */
	private void round(PairProcesses pair) throws Exception {
		breakBoth(pair);
		rotateServer(pair);
		rotateClient(pair);
		rollOver(pair);
	}

	private void rotateServer(PairProcesses pair) throws Exception {
		Issued issued = this.ca.server();
		long begun = System.nanoTime();
		replace(this.service, "server", issued);
		await(() -> presentedBy(pair).equals(issued.certificate()));
		this.serverLatencies.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
		this.rotations++;
	}

	private void rotateClient(PairProcesses pair) throws Exception {
		Issued issued = this.ca.client("todo-client");
		long begun = System.nanoTime();
		rewriteInPlace(this.client, "client", issued);
		await(() -> seenByTheService(pair).equals(issued.certificate().getSerialNumber().toString(16)));
		this.clientLatencies.add(Duration.ofNanos(System.nanoTime() - begun).toMillis());
		this.rotations++;
	}

	/**
	 * Half a file, a pair that does not match, an expired certificate, a list of another
	 * CA.
	 */
	private void breakBoth(PairProcesses pair) throws Exception {
		String whole = Files.readString(this.service.resolve("server.crt"));
		TestCa other = TestCa.create("nobody's ca");
		refused(pair, () -> {
			Files.writeString(this.service.resolve("server.crt"), whole.substring(0, whole.length() / 2));
			Files.writeString(this.client.resolve("client.key"), this.ca.client("todo-client").keyPem());
		});
		refused(pair, () -> {
			Issued expired = this.ca.leaf().commonName("expired").expired().issue();
			replace(this.service, "server", expired);
			replace(this.client, "client", expired);
			moveOver(this.service.resolve("ca.crl"), other.revoke());
		});
		await(() -> get("http://localhost:" + pair.serviceManagementPort() + "/actuator/prometheus")
			.contains("crl_reload_refused 1.0"));
		for (int port : List.of(pair.serviceManagementPort(), pair.clientManagementPort())) {
			assertThat(get("http://localhost:" + port + "/actuator/health/readiness")).contains("refused, see the log")
				.endsWith("\"status\":\"UP\"}");
			assertThat(get("http://localhost:" + port + "/actuator/prometheus")).contains("tls_reload_refused 1.0");
		}
		writeRevocationLists(this.ca);
	}

	private void refused(PairProcesses pair, Change change) throws Exception {
		int service = count(REFUSED, pair.serviceLog());
		int client = count(REFUSED, pair.clientLog());
		change.happen();
		await(() -> count(REFUSED, pair.serviceLog()) > service && count(REFUSED, pair.clientLog()) > client);
		this.broken++;
	}

	/** Old and new trusted, new leaves, old dropped. */
	private void rollOver(PairProcesses pair) throws Exception {
		TestCa old = this.ca;
		TestCa next = TestCa.create("ca " + (this.rotations + 1));
		SSLContext caller = TestTls.context(old.client("todo-client"), old.certificate(), next.certificate());
		try (SSLSocket open = connect(pair, caller)) {
			assertThat(status(open)).isEqualTo(200);
			writeRevocationLists(old, next);
			writeTrust(old, next);
			await(() -> trustedBy(pair.serviceManagementPort()) == 2 && trustedBy(pair.clientManagementPort()) == 2);
			this.ca = next;
			rotateServer(pair);
			rotateClient(pair);
			assertThat(status(open)).isEqualTo(200);
			writeTrust(next);
			writeRevocationLists(next);
			await(() -> trustedBy(pair.serviceManagementPort()) == 1 && trustedBy(pair.clientManagementPort()) == 1);
			this.rotations++;
			assertThat(status(open)).as("caller of the old CA on a connection that stayed open").isEqualTo(403);
		}
		// The context would resume the session that it has.
		assertThatIOException().as("caller of the old CA on a new connection").isThrownBy(() -> {
			try (SSLSocket again = connect(pair, caller)) {
				status(again);
			}
		});
	}

	private static SSLSocket connect(PairProcesses pair, SSLContext context) throws IOException {
		SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", pair.servicePort());
		socket.setSoTimeout((int) PATIENCE.toMillis());
		return socket;
	}

	/** Asks once and leaves the connection open. */
	private static int status(SSLSocket socket) throws IOException {
		socket.getOutputStream().write("GET /session HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(US_ASCII));
		InputStream in = socket.getInputStream();
		String answer = "";
		while (!answer.contains("\r\n\r\n") || !answer.endsWith("}") && !answer.endsWith("\r\n0\r\n\r\n")) {
			byte[] bytes = new byte[8192];
			int read = in.read(bytes);
			if (read < 0) {
				throw new EOFException("closed after: " + answer);
			}
			answer += new String(bytes, 0, read, US_ASCII);
		}
		return Integer.parseInt(answer.split(" ")[1]);
	}

	private void writeTrust(TestCa... trusted) throws IOException {
		Object[] certificates = Arrays.stream(trusted).map(TestCa::certificate).toArray();
		moveOver(this.service.resolve("ca.crt"), TestCa.pem(certificates));
		moveOver(this.client.resolve("ca.crt"), TestCa.pem(certificates));
	}

	private void writeRevocationLists(TestCa... issuers) throws IOException {
		StringBuilder lists = new StringBuilder();
		for (TestCa issuer : issuers) {
			lists.append(issuer.revoke(issuer.client("someone else").certificate()));
		}
		moveOver(this.service.resolve("ca.crl"), lists.toString());
	}

	private static void replace(Path folder, String name, Issued issued) throws IOException {
		moveOver(folder.resolve(name + ".key"), issued.keyPem());
		moveOver(folder.resolve(name + ".crt"), issued.certificatePem());
	}

	private static void rewriteInPlace(Path folder, String name, Issued issued) throws IOException {
		Files.writeString(folder.resolve(name + ".crt"), issued.certificatePem());
		Files.writeString(folder.resolve(name + ".key"), issued.keyPem());
	}

	private static void moveOver(Path file, String text) throws IOException {
		Path written = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), text);
		Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	/** What the service shows in a new handshake. */
	private X509Certificate presentedBy(PairProcesses pair) throws Exception {
		SSLContext context = TestTls.context(this.ca.client("todo-client"), this.ca.certificate());
		try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("localhost", pair.servicePort())) {
			socket.startHandshake();
			return (X509Certificate) socket.getSession().getPeerCertificates()[0];
		}
		catch (javax.net.ssl.SSLException ex) {
			// It still shows the one of the CA before.
			return this.ca.certificate();
		}
	}

	/** The serial number of our certificate, as the service sees it. */
	private String seenByTheService(PairProcesses pair) throws Exception {
		String serial = JsonMapper.shared()
			.readTree(get("http://localhost:" + pair.clientPort() + "/api/tls"))
			.at("/session/certificate/serialNumber")
			.asString("");
		return serial.startsWith("0") ? serial.substring(1) : serial;
	}

	private long trustedBy(int managementPort) throws Exception {
		return get("http://localhost:" + managementPort + "/actuator/prometheus").lines()
			.filter((line) -> line.startsWith("ssl_chain_expiry") && line.contains("source=\"truststore\""))
			.count();
	}

	private Map<String, Long> resources(PairProcesses pair) throws Exception {
		Map<String, Long> resources = new TreeMap<>();
		for (Map.Entry<String, Integer> side : Map
			.of("service", pair.serviceManagementPort(), "client", pair.clientManagementPort())
			.entrySet()) {
			String metrics = get("http://localhost:" + side.getValue() + "/actuator/prometheus");
			resources.put(side.getKey() + " expiry metrics",
					metrics.lines().filter((line) -> line.startsWith("ssl_chain_expiry_seconds{")).count());
			resources.put(side.getKey() + " threads",
					metrics.lines()
						.filter((line) -> line.startsWith("jvm_threads_live_threads "))
						.mapToLong((line) -> (long) Double.parseDouble(line.split(" ")[1]))
						.sum());
		}
		for (Map.Entry<String, Long> side : Map.of("service", pair.servicePid(), "client", pair.clientPid())
			.entrySet()) {
			if (SECONDS != null) {
				resources.put(side.getKey() + " live heap MiB", liveMiB(side.getValue()));
			}
			resources.put(side.getKey() + " resident MiB", residentMiB(side.getValue()));
			resources.put(side.getKey() + " sockets", sockets(side.getValue()));
		}
		return resources;
	}

	/** What a full collection leaves. */
	private static long liveMiB(long pid) throws Exception {
		String total = histogram(pid).filter((line) -> line.startsWith("Total")).findFirst().orElseThrow();
		return Long.parseLong(total.split("\\s+")[2]) >> 20;
	}

	private static long liveInstances(long pid, String type) throws Exception {
		return histogram(pid).map((line) -> line.trim().split("\\s+"))
			.filter((columns) -> columns.length > 3 && columns[3].equals(type))
			.mapToLong((columns) -> Long.parseLong(columns[1]))
			.sum();
	}

	private static Stream<String> histogram(long pid) throws Exception {
		return PairProcesses.jcmd(pid, "GC.class_histogram").lines();
	}

	/** Where there is no /proc there is nothing to compare, and 0 is the same as 0. */
	private static long sockets(long pid) throws IOException {
		Path descriptors = Path.of("/proc/" + pid + "/fd");
		if (!Files.isDirectory(descriptors)) {
			return 0;
		}
		try (var links = Files.list(descriptors)) {
			return links.filter((link) -> {
				try {
					return Files.readSymbolicLink(link).toString().startsWith("socket:");
				}
				catch (IOException ex) {
					return false;
				}
			}).count();
		}
	}

	private static long residentMiB(long pid) throws IOException {
		Path status = Path.of("/proc/" + pid + "/status");
		return Files.exists(status) ? Files.readString(status)
			.lines()
			.filter((line) -> line.startsWith("VmRSS"))
			.mapToLong((line) -> Long.parseLong(line.replaceAll("\\D", "")) / 1024)
			.sum() : 0;
	}

	private String get(String url) throws Exception {
		HttpRequest request = HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(30)).build();
		return this.http.send(request, HttpResponse.BodyHandlers.ofString()).body();
	}

	private static int count(String text, String log) {
		return log.split(text, -1).length - 1;
	}

	private interface Change {

		void happen() throws IOException;

	}

	private interface Condition {

		boolean holds() throws Exception;

	}

	private static void await(Condition condition) throws Exception {
		Instant end = Instant.now().plus(PATIENCE);
		while (!condition.holds()) {
			assertThat(Instant.now()).as("taken within " + PATIENCE).isBefore(end);
			Thread.sleep(50);
		}
	}

	private static String medianAndWorst(List<Long> values) {
		List<Long> sorted = values.stream().sorted().toList();
		return "median " + sorted.get(sorted.size() / 2) + " worst " + sorted.get(sorted.size() - 1);
	}

}
