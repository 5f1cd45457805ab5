package com.example.todoclient.pair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

import static com.example.todoclient.pair.BenchmarkServers.OURS;
import static com.example.todoclient.pair.BenchmarkServers.SESSION;

/**
 * What the JDK offers for handshakes and encryption, each beside todo-service as it is;
 * and whether one replica resumes what another has begun.
 */
final class BenchmarkTls {

	private static final String TICKETS = "-Djdk.tls.server.enableSessionTicketExtension=";

	private static final String CIPHERS = "SPRING_SSL_BUNDLE_PEM_MTLS_OPTIONS_CIPHERS";

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	BenchmarkTls(BenchmarkServers servers, BenchmarkLoad load, int rounds) {
		this.servers = servers;
		this.load = load;
		this.rounds = rounds;
	}

	void run() throws Exception {
		BenchmarkServer ours = start(OURS, "true", Map.of());
		List<BenchmarkServer> all = List.of(ours, start("a cache of sessions, no tickets", "false", Map.of()),
				start("AES-256-GCM", "true", Map.of(CIPHERS, "TLS_AES_256_GCM_SHA384")),
				start("ChaCha20-Poly1305", "true", Map.of(CIPHERS, "TLS_CHACHA20_POLY1305_SHA256")));
		for (BenchmarkServer server : all) {
			this.load.warmUp(server, 20, SESSION);
		}
		BenchmarkReport report = new BenchmarkReport(OURS);
		for (int round = 0; round < this.rounds; round++) {
			for (BenchmarkServer server : all) {
				report.add("full handshakes", server, this.load.handshakes(server, SESSION, 8));
				report.add("resumed handshakes, one after the other", server, this.load.resumed(server, SESSION));
				report.add("`GET %s`, 64 connections".formatted(SESSION), server,
						this.load.keptAlive(server, SESSION, 64));
			}
		}
		report.print();
		replicas(ours, start("a replica", "true", Map.of()));
	}

	private BenchmarkServer start(String name, String tickets, Map<String, String> variables) throws Exception {
		return this.servers.startService(name, this.servers.java(OURS, TICKETS + tickets), variables);
	}

	private void replicas(BenchmarkServer first, BenchmarkServer second) throws Exception {
		if (!BenchmarkCommands.exists("openssl")) {
			System.out.println("Without openssl, a session is not offered to another replica.");
			return;
		}
		Path session = this.servers.folder().resolve("session.pem");
		openssl(first, "-sess_out", session);
		if (Files.notExists(session)) {
			System.out.println("openssl was given no session.");
			return;
		}
		System.out.printf("The session of one replica is %s by itself, and %s by another.%n%n",
				resumed(openssl(first, "-sess_in", session)), resumed(openssl(second, "-sess_in", session)));
	}

	private static String resumed(String output) {
		return output.contains("\nReused, ") ? "resumed" : "not resumed";
	}

	/** The session's ticket comes with the answer. */
	private String openssl(BenchmarkServer server, String option, Path session) throws Exception {
		Path client = this.servers.folder().resolve("client.pem");
		return BenchmarkCommands.output("sh", "-c",
				("printf 'GET %s HTTP/1.1\\r\\nHost: localhost\\r\\nConnection: close\\r\\n\\r\\n' | openssl s_client -ign_eof "
						+ "-connect localhost:%d -cert %s -key %s -CAfile %s %s %s")
					.formatted(SESSION, server.port(), client, client, this.servers.certificates().resolve("ca.crt"),
							option, session));
	}

}
