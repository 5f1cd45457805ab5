package com.example.mtls.server.tomcat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.example.mtls.RawConnection;
import com.example.mtls.TestCa;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import com.example.mtls.server.AuditLines;
import com.example.mtls.server.RefusalLog;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * Whatever arrives from the network, before or after the handshake: no stack trace, and
 * few lines, whoever writes them.
 */
@ExtendWith(OutputCaptureExtension.class)
public class FloodTests {

	/** Kinds of mistakes are few; each peer has a few lines for each. */
	private static final int LINES = 60;

	protected static final ListAppender<ILoggingEvent> lines = new ListAppender<>();

	protected static TestService service;

	protected static SSLContext caller;

	@BeforeAll
	static void start() {
		service = TestService.start("--server.tomcat.connection-timeout=4s");
		caller = TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate());
	}

	@AfterAll
	static void stop() {
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).detachAppender(lines);
		service.close();
	}

	@BeforeEach
	void listen() {
		// Each time, because the start of another service stops all listeners.
		lines.start();
		((Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME)).addAppender(lines);
		AuditLines.forget(service.bean(RefusalLog.class));
		lines.list.clear();
	}

	@AfterEach
	void noStackTraceAndFewLines() {
		await().atMost(Duration.ofSeconds(60)).until(() -> service.openConnections() == 0);
		List<ILoggingEvent> all = List.copyOf(lines.list);
		assertThat(all).allSatisfy((line) -> assertThat(line.getThrowableProxy()).as(line.toString()).isNull());
		assertThat(all.size())
			.as(() -> all.stream().collect(Collectors.groupingBy(ILoggingEvent::getLoggerName, Collectors.counting()))
					+ " " + all)
			.isLessThan(LINES);
	}

	/** As the port scanners of the field begin: 16 bytes of a ClientHello of 64. */
	@Test
	void whenRecordHasPartOfAClientHelloThenFewLines() {
		byte[] bytes = { 22, 3, 1, 0, 16, 1, 0, 0, 64, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 };
		send(IntStream.range(0, 300).mapToObj((i) -> bytes));
	}

	@Test
	void whenBytesRecordsAndHellosAreOddThenFewLines() throws Exception {
		Random random = new Random(20261130);
		byte[] hello = hello();
		send(Stream.generate(() -> odd(random, hello)).limit(3_000));
	}

	private static byte[] odd(Random random, byte[] hello) {
		byte[] bytes = new byte[1 + random.nextInt(300)];
		random.nextBytes(bytes);
		switch (random.nextInt(6)) {
			case 0 -> bytes = hello.clone();
			case 1 -> System.arraycopy(hello, 0, bytes, 0, Math.min(bytes.length, random.nextInt(hello.length)));
			case 2 -> {
				// A record of any type and version, of any length.
				bytes[0] = (byte) (20 + random.nextInt(5));
				if (bytes.length > 3) {
					bytes[1] = 3;
					bytes[2] = (byte) random.nextInt(5);
					bytes[3] = (byte) random.nextInt(3);
				}
			}
			case 3 -> bytes = records(hello, 1 + random.nextInt(200));
			case 4 -> bytes = Arrays.copyOf(hello, random.nextInt(hello.length));
			default -> {
				// As it is.
			}
		}
		for (int i = 0; bytes.length > 0 && i < random.nextInt(4); i++) {
			bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
		}
		return bytes;
	}

	@Test
	void whenHandshakesBreakOffInTheMiddleThenFewLines() throws Exception {
		Random random = new Random(4711);
		for (int i = 0; i < 300; i++) {
			TestCa stranger = TestCa.create("stranger " + i % 10);
			SSLContext context = TestClient.sslContext(stranger.client("todo-client"), service.ca().certificate());
			try (SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket("127.0.0.1", service.port())) {
				socket.setEnabledProtocols(new String[] { random.nextBoolean() ? "TLSv1.3" : "TLSv1.2" });
				socket.startHandshake();
				socket.getInputStream().read();
			}
			catch (IOException ex) {
				// Refused, as it should.
			}
		}
	}

	/** HAProxy and NLB look in that way whether a port is open. */
	@ParameterizedTest
	@ValueSource(ints = { 0, 3, 40 })
	void whenPeerResetsThenNothingIsLogged(int bytes) throws Exception {
		for (int i = 0; i < 100; i++) {
			try (Socket socket = new Socket("127.0.0.1", service.port())) {
				socket.getOutputStream().write(hello(), 0, bytes);
				socket.setSoLinger(true, 0);
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> service.openConnections() == 0);
		assertThat(lines.list).isEmpty();
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "PROXY TCP4 192.0.2.1 192.0.2.2 5 8443\\r\\n|PROXY protocol (version 1)",
					"PROXY UNKNOWN\\r\\n|PROXY protocol (version 1)",
					"\\r\\n\\r\\n\\0\\r\\nQUIT\\n\\x21\\x11|PROXY protocol (version 2)",
					"GET / HTTP/1.1\\r\\n\\r\\n|sent no TLS", "SSH-2.0-OpenSSH_9.9\\r\\n|sent no TLS",
					"EHLO localhost\\r\\n|sent no TLS" })
	void whenSomethingElseThanTlsComesFirstThenItIsNamed(String text, String why) throws Exception {
		byte[] bytes = text.replace("\\r", "\r")
			.replace("\\n", "\n")
			.replace("\\0", "\0")
			.replace("\\x21", "!")
			.replace("\\x11", "\u0011")
			.getBytes(StandardCharsets.ISO_8859_1);
		byte[] both = Arrays.copyOf(bytes, bytes.length + hello().length);
		System.arraycopy(hello(), 0, both, bytes.length, hello().length);
		send(Stream.of(both));
		assertThat(List.copyOf(lines.list)).singleElement()
			.satisfies((line) -> assertThat(line.getFormattedMessage()).contains(" reason=not-tls ", why));
	}

	/** RFC 8446 section 5.1. All records in one packet, and each in one of its own. */
	@ParameterizedTest
	@CsvSource({ "512, true", "100, true", "1, true", "100, false" })
	void whenClientHelloComesInSeveralRecordsThenServed(int length, boolean together) throws Exception {
		byte[] records = records(hello(), length);
		try (Socket socket = new Socket("127.0.0.1", service.port())) {
			socket.setTcpNoDelay(true);
			socket.setSoTimeout(30_000);
			for (int at = 0; at < records.length; at += together ? records.length : length + 5) {
				socket.getOutputStream()
					.write(records, at, Math.min(together ? records.length : length + 5, records.length - at));
			}
			assertThat(socket.getInputStream().read()).as("a handshake record, not an alert").isEqualTo(22);
			socket.setSoLinger(true, 0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void whenManyAuthoritiesAreTrustedThenServed(String protocol, CapturedOutput output) throws Exception {
		TestCa ca = TestCa.create("test-ca");
		String all = ca.certificatePem() + IntStream.range(0, 900)
			.mapToObj((i) -> TestCa.root("An authority with a name as long as they have them, number " + i)
				.issue()
				.certificatePem())
			.collect(Collectors.joining());
		try (TestService many = TestService.start(ca, ca.server(), "--CA_CERT_FILE_PATH=" + all)) {
			assertThat(output.getOut()).contains("CA_CERT_FILE_PATH holds 901 CA certificates. Their names are ");
			try (RawConnection connection = RawConnection
				.open(TestClient.sslContext(ca.client("todo-client"), ca.certificate()), many.port(), protocol)) {
				assertThat(connection.get("/session").status()).isEqualTo(200);
			}
			assertThat(output.getOut()).doesNotContain(" audit.refused ", "\tat ");
			// It says at start whom it trusts.
			lines.list.clear();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "-1", "0" })
	void whenTimeoutIsInfiniteThenServed(String timeout) {
		try (TestService patient = TestService.start("--server.tomcat.connection-timeout=" + timeout)) {
			assertThat(patient.client("todo-client").get("/session").status()).isEqualTo(200);
		}
	}

	/** Sends each on a connection of its own, and waits until all of them have ended. */
	private static void send(Stream<byte[]> all) {
		all.forEach((bytes) -> {
			try (Socket socket = new Socket("127.0.0.1", service.port())) {
				socket.setSoTimeout(100);
				socket.getOutputStream().write(bytes);
				socket.shutdownOutput();
				socket.getInputStream().readAllBytes();
			}
			catch (SocketTimeoutException | SocketException ex) {
				// Ended, or soon to be.
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		});
	}

	/** A real ClientHello, in one record. */
	private static byte[] hello() throws SSLException {
		SSLEngine engine = caller.createSSLEngine("localhost", 1);
		engine.setUseClientMode(true);
		java.nio.ByteBuffer record = java.nio.ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
		engine.wrap(java.nio.ByteBuffer.allocate(0), record);
		return Arrays.copyOf(record.array(), record.position());
	}

	/** The same handshake message in records of that length. */
	private static byte[] records(byte[] hello, int length) {
		java.io.ByteArrayOutputStream records = new java.io.ByteArrayOutputStream();
		for (int at = 5; at < hello.length; at += length) {
			int size = Math.min(length, hello.length - at);
			records.write(hello, 0, 3);
			records.write(size >> 8);
			records.write(size);
			records.write(hello, at, size);
		}
		return records.toByteArray();
	}

}
