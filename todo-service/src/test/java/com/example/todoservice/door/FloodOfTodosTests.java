package com.example.todoservice.door;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

import javax.net.ssl.SSLSocket;

import ch.qos.logback.classic.spi.ILoggingEvent;
import com.example.mtls.RawConnection;
import com.example.mtls.server.tomcat.FloodTests;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * The same with requests that are odd, which this service answers itself.
 */
class FloodOfTodosTests extends FloodTests {

	@Test
	void whenRequestsAreOddThenFewLines() {
		Random random = new Random(26);
		List<String> requests = new ArrayList<>(REQUESTS);
		for (int i = 0; i < 1_000; i++) {
			char[] request = REQUESTS.get(random.nextInt(REQUESTS.size())).toCharArray();
			for (int j = 0; j < 1 + random.nextInt(4); j++) {
				request[random.nextInt(Math.min(request.length, 200))] = (char) random.nextInt(256);
			}
			requests.add(new String(request));
		}
		for (String request : requests) {
			try (RawConnection connection = RawConnection.open(caller, service.port())) {
				connection.socket().setSoTimeout(2_000);
				connection.send(request);
				connection.socket().shutdownOutput();
				connection.readAll();
			}
			catch (UncheckedIOException | IOException ex) {
				assertThat(ex).hasMessageNotContaining("NullPointer");
			}
		}
	}

	private static final List<String> REQUESTS = Stream
		.of("GET /todos HTTP/1.1", "GET /todos?limit=%zz HTTP/1.1", "GET /todos?a=%ff&%=1&&&=b HTTP/1.1",
				"GET /%2e%2e/%00/%c0%af;a=b HTTP/1.1", "POST /todos HTTP/1.1\r\nContent-Length: 9",
				"POST /todos HTTP/1.1\r\nContent-Length: 99999", "POST /todos HTTP/1.1\r\nContent-Length: x",
				"POST /todos HTTP/1.1\r\nTransfer-Encoding: chunked",
				"POST /todos HTTP/1.1\r\nContent-Type: multipart/form-data; boundary=x\r\nContent-Length: 4",
				"POST /todos HTTP/1.1\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 4",
				"POST /todos HTTP/1.1\r\nContent-Type: application/json; charset=utf-77\r\nContent-Length: 2",
				"POST /todos HTTP/1.1\r\nContent-Encoding: gzip\r\nContent-Length: 2",
				"GET /todos HTTP/1.1\r\nCookie: a=\u0001; =;;$Version=1; b=\"", "GET /todos HTTP/0.9", "GET /todos",
				"GET /todos HTTP/1.1\r\nAccept: a/b/c;q=x\r\nAccept-Language: *-*;q=9\r\nRange: bytes=-",
				"PUT /todos/0 HTTP/1.1\r\nIf-Match: \u00ff\"\r\nContent-Length: 2", "OPTIONS * HTTP/1.1",
				"TRACE / HTTP/1.1", "CONNECT a:1 HTTP/1.1", "PRI * HTTP/2.0", "GET http://[::1/todos HTTP/1.1",
				"GET /todos HTTP/1.1\r\nUpgrade: h2c\r\nConnection: Upgrade",
				"GET /todos HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 5",
				"GET /todos HTTP/1.1\r\nX: " + "x".repeat(9_000), "GET /" + "x".repeat(9_000) + " HTTP/1.1",
				"GET /todos?" + "a=b&".repeat(1_500) + " HTTP/1.1",
				"GET /todos HTTP/1.1\r\n" + "X: y\r\n".repeat(150) + "Z: y",
				"GET /session HTTP/1.1\r\nOrigin: null\r\nAccess-Control-Request-Method: PUT\r\nAuthorization: Basic !")
		.map((head) -> head + "\r\nHost: localhost\r\n\r\n{\"title\":1}")
		.toList();

	/** The page that nobody reads is longer than what a socket takes in. */
	@Test
	void whenPeerLeavesBeforeItsAnswerThenNoLine() {
		String todo = "{\"title\":\"" + "x".repeat(200) + "\"}";
		try (RawConnection connection = RawConnection.open(caller, service.port())) {
			for (int i = 0; i < 100; i++) {
				connection.exchange("POST /todos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
						+ "Content-Length: " + todo.length() + "\r\n\r\n" + todo);
			}
		}
		for (int i = 0; i < 60; i++) {
			try (RawConnection connection = RawConnection.open(caller, service.port())) {
				connection.send("GET /todos?limit=500 HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(1 + i % 30));
				connection.send("POST /todos HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
						+ "Content-Type: application/json\r\n\r\n{");
				reset(connection.socket());
			}
			catch (SocketException ex) {
				throw new UncheckedIOException(ex);
			}
		}
		await().atMost(Duration.ofSeconds(30)).until(() -> service.openConnections() == 0);
		assertThat(lines.list).extracting(ILoggingEvent::getLoggerName).allMatch("audit.todo"::equals);
		lines.list.clear();
	}

	private static void reset(SSLSocket socket) throws SocketException {
		socket.setSoLinger(true, 0);
	}

}
