package com.example.todoclient.pair;

import java.io.IOException;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import com.example.todoclient.TestCa;
import com.example.todoclient.TestCa.Issued;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Calls flow through the real pair while everything about its TLS material changes, again
 * and again: certificates on both sides, revocation lists, broken sets, the whole CA. No
 * call may fail.
 * <p>
 * Runs for {@code -Dsoak.seconds} (default 30), and prints what it measured.
 */
class RotationSoakIT {

	private static final int CALLERS = 6;

	/** A rotation is taken at the second look, and looks are a second apart. */
	private static final Duration PATIENCE = Duration.ofSeconds(60);

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

	@Test
	void noCallFailsWhileEverythingRotates() throws Exception {
		this.service = Files.createDirectory(this.folder.resolve("service"));
		this.client = Files.createDirectory(this.folder.resolve("client"));
		writeTrust(this.ca);
		writeRevocationLists(this.ca);
		replace(this.service, "server", this.ca.server());
		replace(this.client, "client", this.ca.client("todo-client"));
		try (PairProcesses pair = PairProcesses.start(this.service, this.client,
				Map.of("CRL_FILE_PATH", this.service.resolve("ca.crl").toString()))) {
			soak(pair);
		}
	}

	private void soak(PairProcesses pair) throws Exception {
		AtomicBoolean running = new AtomicBoolean(true);
		ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
		for (int i = 0; i < CALLERS; i++) {
			callers.submit(() -> call(pair, running));
		}
		Instant end = Instant.now().plusSeconds(Long.getLong("soak.seconds", 30));
		// One whole round first, so that both ends are measured in the same state.
		round(pair);
		Map<String, Long> begin = resources(pair);
		do {
			round(pair);
		}
		while (Instant.now().isBefore(end));
		Map<String, Long> after = resources(pair);
		running.set(false);
		callers.shutdown();
		assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();

		System.out.printf("soak: %d requests, %d failures, %d rotations%n", this.requests.get(), this.failures.size(),
				this.rotations);
		System.out.printf("soak: file change to first handshake with the new certificate, ms: service %s, client %s%n",
				medianAndWorst(this.serverLatencies), medianAndWorst(this.clientLatencies));
		System.out.printf("soak: resources after the first round %s, at the end %s%n", begin, after);
		assertThat(this.requests.get()).isGreaterThan(100);
		assertThat(this.failures).isEmpty();
		for (String side : List.of("service", "client")) {
			assertThat(after.get(side + " threads")).as(side + " threads")
				.isLessThan(begin.get(side + " threads") + 30);
			assertThat(after.get(side + " sockets")).as(side + " sockets")
				.isLessThan(begin.get(side + " sockets") + 30);
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
		rotateClient(pair);
		rotateServer(pair);
		breakBoth();
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

	/** Half a file, a pair that does not match, a certificate of another CA. */
	private void breakBoth() throws Exception {
		String whole = Files.readString(this.service.resolve("server.crt"));
		Files.writeString(this.service.resolve("server.crt"), whole.substring(0, whole.length() / 2));
		Files.writeString(this.client.resolve("client.key"), this.ca.client("todo-client").keyPem());
		Thread.sleep(2500);
		replace(this.service, "server", TestCa.create("nobody's ca").server());
		replace(this.client, "client", TestCa.create("nobody's ca").client("todo-client"));
		Thread.sleep(2500);
	}

	/** Old and new trusted, new leaves, old dropped. */
	private void rollOver(PairProcesses pair) throws Exception {
		TestCa old = this.ca;
		TestCa next = TestCa.create("ca " + (this.rotations + 1));
		writeRevocationLists(old, next);
		writeTrust(old, next);
		await(() -> trustedBy(pair.serviceManagementPort()) == 2 && trustedBy(pair.clientManagementPort()) == 2);
		this.ca = next;
		rotateServer(pair);
		rotateClient(pair);
		writeTrust(next);
		writeRevocationLists(next);
		await(() -> trustedBy(pair.serviceManagementPort()) == 1 && trustedBy(pair.clientManagementPort()) == 1);
		this.rotations++;
	}

	private void writeTrust(TestCa... trusted) throws IOException {
		Object[] certificates = java.util.Arrays.stream(trusted).map(TestCa::certificate).toArray();
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
			.filter((line) -> !line.endsWith("NaN"))
			.count();
	}

	private Map<String, Long> resources(PairProcesses pair) throws Exception {
		Map<String, Long> resources = new TreeMap<>();
		for (Map.Entry<String, Integer> side : Map
			.of("service", pair.serviceManagementPort(), "client", pair.clientManagementPort())
			.entrySet()) {
			get("http://localhost:" + side.getValue() + "/actuator/prometheus").lines().forEach((line) -> {
				if (line.startsWith("jvm_threads_live_threads ")) {
					resources.put(side.getKey() + " threads", (long) Double.parseDouble(line.split(" ")[1]));
				}
			});
		}
		resources.put("service sockets", sockets(pair.servicePid()));
		resources.put("client sockets", sockets(pair.clientPid()));
		resources.put("service RSS MiB", residentMiB(pair.servicePid()));
		resources.put("client RSS MiB", residentMiB(pair.clientPid()));
		return resources;
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
