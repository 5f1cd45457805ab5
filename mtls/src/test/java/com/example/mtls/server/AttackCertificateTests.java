package com.example.mtls.server;

import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import com.example.mtls.server.AttackCertificate.Outcome;
import com.example.mtls.server.AttackCertificate.Pki;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Every {@link AttackCertificate} against one running service, over both protocol
 * versions: what comes of it, and what the log says.
 */
public class AttackCertificateTests {

	private static final AuditLines lines = new AuditLines();

	private static Pki pki;

	private static TestService service;

	@BeforeAll
	static void start() throws Exception {
		pki = new Pki();
		Path folder = Files.createTempDirectory("attack");
		Issued server = pki.ca.server();
		TestCa.write(folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(folder.resolve("server.key"), server.keyPem());
		TestCa.write(folder.resolve("ca.crt"), pki.trustedPem());
		service = TestService.start(folder, pki.ca);
		lines.listen();
	}

	@AfterAll
	static void stop() {
		lines.end();
		service.close();
	}

	@BeforeEach
	void forget() {
		service.bean(RefusalLog.class).summarise();
		lines.list.clear();
	}

	@ParameterizedTest
	@EnumSource
	void overTls13(AttackCertificate attack) {
		check(attack, "TLSv1.3");
	}

	@ParameterizedTest
	@EnumSource
	void overTls12(AttackCertificate attack) {
		check(attack, "TLSv1.2");
	}

	@Test
	void overTlsWhenNameIsMalformedThenRefusedOrForbidden() throws Exception {
		long seed = Long.getLong("fuzz.seed", 20261124);
		System.out.println("Malformed names over TLS with -Dfuzz.seed=" + seed);
		MalformedNames names = new MalformedNames(new Random(seed));
		Map<Object, Integer> outcomes = new TreeMap<>();
		for (int i = 0; i < 200; i++) {
			byte[] subject = names.next();
			String hex = HexFormat.of().formatHex(subject);
			TestClient client = new TestClient("https://localhost:" + service.port(), pki.raw(subject),
					pki.ca.certificate(), (i % 2 == 0) ? "TLSv1.3" : "TLSv1.2");
			int status = 0;
			try {
				Answer answer = client.get("/session");
				status = answer.status();
				assertThat(status).as(hex).isIn(200, 403);
				if (status == 200) {
					assertThat(answer.body().get("name").asString()).as(hex).isEqualTo("todo-client");
				}
			}
			catch (UncheckedIOException ex) {
				// Refused in the handshake, as it should.
			}
			outcomes.merge(status, 1, Integer::sum);
		}
		System.out.println("Outcomes: " + outcomes);
		assertThat(outcomes).containsOnlyKeys(0, 200, 403);
		assertThat(service.client("todo-client").get("/session").status()).isEqualTo(200);
	}

	private void check(AttackCertificate attack, String protocol) {
		Outcome outcome = attack.outcome();
		TestClient client = new TestClient("https://localhost:" + service.port(), attack.issue(pki),
				pki.ca.certificate(), protocol);
		if (outcome.status() == 0) {
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> client.get("/session"));
			assertLine(outcome, "handshake");
			return;
		}
		Answer answer = client.get("/session");
		assertThat(answer.status()).as("%s", answer.body()).isEqualTo(outcome.status());
		if (outcome.status() == 200) {
			assertThat(answer.body().get("name").asString()).isEqualTo("todo-client");
			assertThat(answer.body().get("protocol").asString()).isEqualTo(protocol);
			assertThat(lines.list).isEmpty();
			return;
		}
		assertThat(answer.header("content-type")).isEqualTo("application/problem+json");
		assertThat(answer.body().get("reason").asString()).isEqualTo(outcome.reason());
		assertThat(answer.body().get("type").asString())
			.isEqualTo("tag:example.com,2026:todo-mtls/" + outcome.reason());
		assertThat(answer.body().get("detail").asString()).containsIgnoringCase(outcome.why());
		assertLine(outcome, "GET /session");
	}

	private static void assertLine(Outcome outcome, String request) {
		// The alert reaches the client before the line is written; and where the client
		// tries
		// twice, the summary of the minute may come in between and let the line appear
		// again.
		await().pollDelay(Duration.ZERO)
			.pollInterval(Duration.ofMillis(5))
			.atMost(Duration.ofSeconds(30))
			.until(() -> !lines.list.isEmpty());
		List<String> messages = List.copyOf(lines.list)
			.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.distinct()
			.toList();
		assertThat(messages).hasSize(1);
		String line = messages.get(0);
		assertThat(line).startsWith("peer=127.0.0.1 reason=" + outcome.reason() + " certificate=[")
			.contains("] request=\"" + request + "\" why=\"")
			.endsWith("\"")
			.contains(outcome.why().replace('"', '\''))
			.hasSizeLessThan(2500);
		assertThat(line.codePoints())
			.noneMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.FORMAT || c == 0x2028);
	}

}
