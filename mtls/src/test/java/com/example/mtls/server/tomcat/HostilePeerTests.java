package com.example.mtls.server.tomcat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.example.mtls.RawConnection;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import com.example.mtls.server.AuditLines;
import com.example.mtls.server.RefusalLog;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

/**
 * Peers that do not speak TLS as they should. Each costs the service its connection and
 * at most a line in the log; a caller that came before is served all the time.
 */
public class HostilePeerTests {

	private static final int HANDSHAKE_FAILURE = 40;

	private static final int PROTOCOL_VERSION = 70;

	private static final AuditLines lines = new AuditLines();

	private static TestService service;

	private RawConnection caller;

	@BeforeAll
	static void start() {
		service = TestService.start("--server.tomcat.connection-timeout=4s", "--server.tomcat.keep-alive-timeout=60s");
		lines.listen();
	}

	@AfterAll
	static void stop() {
		lines.end();
		service.close();
	}

	@BeforeEach
	void connect() {
		AuditLines.forget(service.bean(RefusalLog.class));
		lines.list.clear();
		this.caller = open("TLSv1.3");
	}

	@AfterEach
	void theCallerIsServedAndNothingIsLeft() {
		try (RawConnection caller = this.caller) {
			assertThat(caller.get("/session").status()).isEqualTo(200);
			await().atMost(Duration.ofSeconds(30)).until(() -> service.openConnections() == 1);
			assertThat(lines.list).hasSizeLessThan(20);
		}
	}

	@Test
	void whenNothingIsSentThenConnectionsEndInTime() throws Exception {
		List<Socket> silent = new ArrayList<>();
		for (int i = 0; i < 200; i++) {
			silent.add(new Socket("127.0.0.1", service.port()));
		}
		assertThat(this.caller.get("/session").status()).isEqualTo(200);
		for (Socket socket : silent) {
			assertEnds(socket);
		}
		assertThat(lines.list).extracting(ILoggingEvent::getFormattedMessage)
			.allMatch((line) -> line.startsWith("peer=127.0.0.1 reason=handshake-timeout certificate=[none]"));
	}

	/** Each byte is progress, but not enough. */
	@Test
	void whenHandshakeIsSlowThenConnectionEndsInTime() throws Exception {
		byte[] hello = clientHello(0x0303, 0x1301);
		try (Socket socket = new Socket("127.0.0.1", service.port())) {
			int sent = 0;
			try {
				for (byte each : hello) {
					socket.getOutputStream().write(each);
					sent++;
					Thread.sleep(200);
				}
			}
			catch (IOException ex) {
				// Ended, as it should.
			}
			assertThat(sent).isLessThan(hello.length);
		}
		assertThat(List.copyOf(lines.list)).singleElement()
			.satisfies((line) -> assertThat(line.getFormattedMessage()).contains("reason=handshake-timeout"));
	}

	/** The TLS versions of before RFC 8996, and the one before them all. */
	@ParameterizedTest
	@CsvSource({ "0x0300", "0x0301", "0x0302" })
	void whenVersionIsOldThenRefused(String version) throws Exception {
		assertThat(alert(clientHello(Integer.decode(version), 0xc009, 0xc013, 0x002f, 0xc02b)))
			.isEqualTo(PROTOCOL_VERSION);
	}

	/**
	 * CBC, static RSA, finite fields, NULL, anonymous, RC4, 3DES; GCM without forward
	 * secrecy too.
	 */
	@ParameterizedTest
	@ValueSource(strings = { "0xc009", "0xc023", "0xc00a", "0xc024", "0x002f", "0x009c", "0x003c", "0x009e", "0x0067",
			"0x0033", "0x0001", "0x003b", "0xc018", "0x0005", "0xc008", "0xc0ac", "0xc0ae" })
	void whenCipherSuiteIsWeakThenRefused(String suite) throws Exception {
		assertThat(alert(clientHello(0x0303, Integer.decode(suite)))).isEqualTo(HANDSHAKE_FAILURE);
	}

	@Test
	void whenCipherSuiteIsGoodThenSameHelloIsAnswered() throws Exception {
		assertThat(alert(clientHello(0x0303, 0xc02b))).as("the record type of a handshake, not an alert")
			.isEqualTo(-0x16);
	}

	@Test
	void whenRenegotiatedThenConnectionEnds() {
		try (RawConnection connection = open("TLSv1.2")) {
			assertThat(connection.get("/session").status()).isEqualTo(200);
			assertThatExceptionOfType(UncheckedIOException.class).isThrownBy(() -> {
				try {
					connection.socket().startHandshake();
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
				connection.get("/session");
			});
		}
	}

	static Stream<byte[]> noise() {
		Random random = new Random(20261125);
		return Stream.generate(() -> {
			byte[] bytes = new byte[1 + random.nextInt(600)];
			random.nextBytes(bytes);
			if (random.nextBoolean()) {
				// So that it passes for a handshake record at first.
				byte[] hello = clientHello(0x0303, 0x1301);
				System.arraycopy(hello, 0, bytes, 0, Math.min(bytes.length, random.nextInt(hello.length)));
			}
			return bytes;
		});
	}

	@Test
	void whenNoiseIsSentThenConnectionsEndAndLogIsShort() throws Exception {
		List<Socket> sockets = new ArrayList<>();
		for (byte[] bytes : noise().limit(300).toList()) {
			Socket socket = new Socket("127.0.0.1", service.port());
			sockets.add(socket);
			try {
				socket.getOutputStream().write(bytes);
			}
			catch (IOException ex) {
				// Ended already.
			}
		}
		for (Socket socket : sockets) {
			assertEnds(socket);
		}
	}

	@Test
	void whenPlainHttpIsSentThenConnectionEnds() throws Exception {
		try (Socket socket = new Socket("127.0.0.1", service.port())) {
			socket.getOutputStream()
				.write("GET /session HTTP/1.1\r\nHost: localhost\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
				.startsWith("HTTP/1.1 400 ")
				.doesNotContain("Tomcat", "Apache");
		}
	}

	/** A peer that leaves in the middle is no event. */
	@Test
	void whenPeerLeavesInTheHandshakeThenNothingIsLogged() throws Exception {
		for (int i = 0; i < 50; i++) {
			try (Socket socket = new Socket("127.0.0.1", service.port())) {
				if (i % 2 == 0) {
					socket.getOutputStream().write(clientHello(0x0303, 0xc02b), 0, 40);
				}
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> service.openConnections() == 1);
		assertThat(lines.list).isEmpty();
	}

	/** Both kinds of keys at both ends, over both versions. */
	@Test
	void whenKeysAreRsaThenServedToo() {
		KeyPair rsa = TestCa.rsa(2048);
		Issued client = service.ca().leaf().commonName("todo-client").keyPair(rsa).issue();
		present(service.ca()
			.leaf()
			.commonName("localhost")
			.keyPair(rsa)
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.issue());
		for (String protocol : List.of("TLSv1.3", "TLSv1.2")) {
			for (Issued each : List.of(client, service.ca().client("todo-client"))) {
				try (RawConnection connection = RawConnection
					.open(TestClient.sslContext(each, service.ca().certificate()), service.port(), protocol)) {
					assertThat(connection.get("/session").status()).isEqualTo(200);
				}
			}
		}
		present(service.ca().server());
	}

	private static void present(Issued server) {
		TestCa.write(service.folder().resolve("server.key"), server.keyPem());
		TestCa.write(service.folder().resolve("server.crt"), server.certificatePem());
		await().atMost(Duration.ofSeconds(30)).until(() -> {
			try (RawConnection connection = open("TLSv1.3")) {
				return connection.socket().getSession().getPeerCertificates()[0].equals(server.certificate());
			}
		});
	}

	private static RawConnection open(String protocol) {
		RawConnection connection = RawConnection.open(
				TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()), service.port(),
				protocol);
		assertThat(connection.get("/session").status()).isEqualTo(200);
		return connection;
	}

	/** With time to spare, but not for ever. */
	private static void assertEnds(Socket socket) throws IOException {
		socket.setSoTimeout(30_000);
		try (socket; InputStream in = socket.getInputStream()) {
			in.readAllBytes();
		}
		catch (java.net.SocketException ex) {
			// Reset: ended as well.
		}
	}

	/** The alert that comes of it, or the negative type of any other record. */
	private static int alert(byte[] hello) throws IOException {
		try (Socket socket = new Socket("127.0.0.1", service.port())) {
			socket.setSoTimeout(30_000);
			socket.getOutputStream().write(hello);
			byte[] record = socket.getInputStream().readNBytes(7);
			return (record[0] == 0x15) ? record[6] : -record[0];
		}
	}

	/** A ClientHello (RFC 5246 section 7.4.1.2) with all a server needs to go on. */
	private static byte[] clientHello(int version, int... suites) {
		try {
			ByteArrayOutputStream extensions = new ByteArrayOutputStream();
			DataOutputStream out = new DataOutputStream(extensions);
			// supported_groups: secp256r1; ec_point_formats; signature_algorithms.
			for (int each : new int[] { 10, 4, 2, 23, 13, 6, 4, 0x0403, 0x0401 }) {
				out.writeShort(each);
			}
			out.write(new byte[] { 0, 11, 0, 2, 1, 0 });
			ByteArrayOutputStream body = new ByteArrayOutputStream();
			out = new DataOutputStream(body);
			out.writeShort(version);
			out.write(new byte[32]);
			out.writeByte(0);
			out.writeShort(2 * suites.length);
			for (int suite : suites) {
				out.writeShort(suite);
			}
			out.writeShort(0x0100);
			out.writeShort(extensions.size());
			extensions.writeTo(out);
			ByteArrayOutputStream record = new ByteArrayOutputStream();
			out = new DataOutputStream(record);
			out.writeByte(0x16);
			out.writeShort(0x0301);
			out.writeShort(body.size() + 4);
			out.writeByte(1);
			out.writeByte(0);
			out.writeShort(body.size());
			body.writeTo(out);
			return record.toByteArray();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
