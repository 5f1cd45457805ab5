package com.example.todoclient.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * A public CA for the server, which no longer issues for clients, and a private one for
 * the clients: each side trusts the other's CA and not its own.
 */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class TwoCasIT {

	private static final TestCa PUBLIC = TestCa.create("public-ca");

	private static final TestCa PRIVATE = TestCa.create("private-ca");

	private static final TestCa NEXT = TestCa.create("next-private-ca");

	private static final Issued OLD_CLIENT = PRIVATE.client("todo-client");

	/**
	 * Of the door. A database that is slow to open on a busy machine is no concern here.
	 */
	private static final String WARNING = "(WARN|ERROR) .*\\.mtls\\.";

	@TempDir
	private static Path folder;

	private static PairProcesses pair;

	@BeforeAll
	static void start() throws IOException {
		Path service = Files.createDirectory(folder.resolve("service"));
		Path client = Files.createDirectory(folder.resolve("client"));
		write("service", "server", PUBLIC.server());
		trust("service", PRIVATE);
		write("client", "client", OLD_CLIENT);
		trust("client", PUBLIC);
		pair = PairProcesses.start(service, client, Map.of());
	}

	@AfterAll
	static void stop() {
		if (pair != null) {
			pair.close();
		}
	}

	@Test
	@Order(1)
	void callsAreServedAndEachSideSaysOnceWhichCaTheOtherHasToTrust() throws Exception {
		assertThat(page()).isEqualTo(200);
		assertThat(pair.serviceLog())
			.containsOnlyOnce("Our certificate comes from the CA \"CN=public-ca\", which is not among those of")
			.doesNotContainPattern(WARNING);
		assertThat(pair.clientLog())
			.containsOnlyOnce("Our certificate comes from the CA \"CN=private-ca\", which is not among those of")
			.doesNotContainPattern(WARNING);
	}

	@Test
	@Order(2)
	void aClientCertificateOfTheServersCaIsRefused() {
		Issued ofThePublicCa = PUBLIC.client("todo-client");
		assertThatExceptionOfType(IOException.class).isThrownBy(() -> direct(ofThePublicCa));
	}

	@Test
	@Order(3)
	void aNewServerCertificateOfANewIntermediateIsTakenWithoutAFailingCall() throws Exception {
		Issued intermediate = PUBLIC.leaf().commonName("public-intermediate").ca(0).issue();
		Issued next = intermediate.asCa().server().withChain(intermediate.certificate());
		write("service", "server", next);
		untilServed(() -> pair.serviceLog(), "issuer \"CN=public-intermediate\"");
		assertThat(direct(OLD_CLIENT)).isEqualTo(200);
	}

	@Test
	@Order(4)
	void aNewPrivateCaTakesOverWithoutAFailingCall() throws Exception {
		trust("service", PRIVATE, NEXT);
		untilServed(() -> pair.serviceLog(), "CN=next-private-ca");
		write("client", "client", NEXT.client("todo-client"));
		untilServed(() -> pair.clientLog(), "issuer \"CN=next-private-ca\"");
		trust("service", NEXT);
		untilServed(() -> pair.serviceLog(), "Trusted CAs: [CN=next-private-ca]");
		// The handshake follows the log by a moment; the request, by which all is asked
		// again, does not.
		await().atMost(Duration.ofSeconds(60)).ignoreExceptions().until(() -> {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> direct(OLD_CLIENT));
			return true;
		});
	}

	@Test
	@Order(5)
	void anOldClientCertificateIsRefusedAndANewOneIsServed() throws Exception {
		assertThat(direct(NEXT.client("todo-client"))).isEqualTo(200);
		for (Issued refused : List.of(OLD_CLIENT, PRIVATE.client("todo-client"), PUBLIC.client("todo-client"))) {
			assertThatExceptionOfType(IOException.class).isThrownBy(() -> direct(refused));
		}
	}

	/** Calls all the time, each of which has to be served, until the log has this. */
	private static void untilServed(Supplier<String> log, String text) {
		await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20)).until(() -> {
			assertThat(page()).isEqualTo(200);
			return log.get().contains(text);
		});
	}

	private static int page() throws Exception {
		return send("/api/todos").statusCode();
	}

	private static HttpResponse<String> send(String path) throws Exception {
		URI uri = URI.create("http://localhost:" + pair.clientPort() + path);
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
	}

	private static int direct(Issued certificate) throws Exception {
		return HttpClient.newBuilder()
			.sslContext(TestTls.context(certificate, PUBLIC.certificate()))
			.build()
			.send(HttpRequest.newBuilder(URI.create(pair.serviceUrl() + "/session")).build(),
					HttpResponse.BodyHandlers.discarding())
			.statusCode();
	}

	private static void write(String side, String name, Issued issued) {
		TestCa.write(folder.resolve(side).resolve(name + ".key"), issued.keyPem());
		TestCa.write(folder.resolve(side).resolve(name + ".crt"), issued.certificatePem());
	}

	private static void trust(String side, TestCa... cas) {
		StringBuilder pem = new StringBuilder();
		for (TestCa ca : cas) {
			pem.append(ca.certificatePem());
		}
		TestCa.write(folder.resolve(side).resolve("ca.crt"), pem.toString());
	}

}
