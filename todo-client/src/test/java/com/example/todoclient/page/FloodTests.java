package com.example.todoclient.page;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

import com.example.mtls.TestCa;
import com.example.mtls.client.FakeService;
import com.example.todoclient.TestClientApplication;
import mockwebserver3.MockResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Whatever arrives from the network, a few thousand times: no stack trace, a few lines.
 */
@ExtendWith(OutputCaptureExtension.class)
class FloodTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final String POST = "POST /api/todos HTTP/1.1\r\nHost: localhost\r\n";

	private static final List<String> ODD = List.of("\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003",
			"\0\0\0\0", "GET / HTTP/1.1\r\nHost: \u001b[31m\r\n\r\n", "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
			"PROXY TCP4 1.1.1.1 1.1.1.1 1 1\r\nGET / HTTP/1.1\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
			"GET //[ HTTP/1.1\r\nHost: localhost\r\n\r\n", "GET / HTTP/1.1\r\nHost: [::\r\n\r\n",
			POST + "Content-Length: 99999999999999999999\r\n\r\n", POST + "Transfer-Encoding: chunked\r\n\r\nzz\r\n",
			POST + "Transfer-Encoding: chunked\r\n\r\n2\r\n{}\r\n-1\r\n", POST + "Content-Length: 50\r\n\r\nabc",
			POST + "Content-Type: garbage\r\nContent-Length: 2\r\n\r\n{}", "GET /api/todos/%00 HTTP/1.1\r\n\r\n",
			"GET /app.js HTTP/1.1\r\nHost: localhost\r\nRange: bytes=9-1,x\r\n\r\n",
			"GET /%1b%5b31m/%2e%2e/x HTTP/1.1\r\nHost: localhost\r\nCookie: \u00ff=;;\r\nAccept: //\r\n\r\n",
			"GET /api/tls HTTP/9.9\r\nHost: localhost\r\n\r\n", "CONNECT a:1 HTTP/1.1\r\nHost: localhost\r\n\r\n");

	private static final AtomicInteger ANSWERS = new AtomicInteger();

	private static FakeService service;

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		service = FakeService.start(CA.server(), CA.certificate());
		service.always((request) -> switch (ANSWERS.getAndIncrement() % 6) {
			case 0 -> new MockResponse.Builder().body("<html>\u001b[31m").build();
			case 1 -> new MockResponse.Builder().setHeader("Content-Type", "application/json").body("{").build();
			case 2 -> new MockResponse.Builder().setHeader("Content-Type", "garbage").body("[]").build();
			case 3 -> new MockResponse.Builder().status("HTTP/1.1 999 \u001b[31m").body("x").build();
			case 4 -> new MockResponse.Builder().status("220 mail").build();
			default -> new MockResponse.Builder().setHeader("Content-Type", "application/json").body("null").build();
		});
		client = TestClientApplication.start(service.url(), CA, CA.client("todo-client"), "--logging.level.root=warn",
				"--logging.level.com.example.todoclient=warn", "--logging.level.mockwebserver3=off");
	}

	@AfterAll
	static void stop() {
		client.close();
		service.close();
	}

	@Test
	void oddBytesToThePage(CapturedOutput output) throws IOException {
		Random random = new Random(1);
		for (int i = 0; i < 2000; i++) {
			byte[] bytes = ODD.get(i % ODD.size()).getBytes(StandardCharsets.ISO_8859_1);
			if (i % 5 == 0) {
				random.nextBytes(bytes);
			}
			send((i % 7 == 0) ? client.managementPort() : client.port(), bytes, i % 3 == 0);
		}
		assertQuiet(output);
	}

	/** Half of them with a reset, and before the answer is read. */
	private static void send(int port, byte[] bytes, boolean reset) throws IOException {
		try (Socket socket = new Socket("localhost", port)) {
			socket.setSoTimeout(5);
			socket.getOutputStream().write(bytes);
			socket.getInputStream().read();
			if (reset) {
				socket.setSoLinger(true, 0);
			}
		}
		catch (java.net.SocketException | java.net.SocketTimeoutException ex) {
			// The page may hang up on what it does not understand.
		}
	}

	@Test
	void oddAnswersOfTheService(CapturedOutput output) {
		for (int i = 0; i < 60; i++) {
			client.http().get().uri((i % 2 == 0) ? "/api/tls" : "/api/todos").exchange().expectBody();
		}
		assertQuiet(output);
		assertThat(output.getAll()).containsOnlyOnce("An answer: The answer of todo-service cannot be understood")
			.contains("It was ");
	}

	@Test
	void oddPlaceOfTheService(CapturedOutput output) throws Exception {
		try (ServerSocket server = new ServerSocket(0, 50, InetAddress.getByName("localhost"))) {
			Thread thread = new Thread(() -> {
				Random random = new Random(2);
				while (!server.isClosed()) {
					try (Socket socket = server.accept()) {
						byte[] bytes = new byte[random.nextInt(2, 300)];
						random.nextBytes(bytes);
						bytes[0] = (byte) random.nextInt(20, 24);
						bytes[1] = 3;
						socket.getOutputStream().write(bytes);
					}
					catch (IOException ex) {
						// The client hung up.
					}
				}
			});
			thread.setDaemon(true);
			thread.start();
			try (TestClientApplication other = TestClientApplication.start("https://localhost:" + server.getLocalPort(),
					CA, CA.client("todo-client"), "--logging.level.root=warn")) {
				for (int i = 0; i < 40; i++) {
					other.http().get().uri("/api/tls").exchange().expectStatus().isOk().expectBody();
				}
			}
		}
		assertQuiet(output);
	}

	/** The log of the tests is quiet but for warnings, so each line is one too many. */
	private static void assertQuiet(CapturedOutput output) {
		assertThat(output.getAll()).doesNotContain("\tat ", "Exception: ", "\u001b");
		assertThat(output.getAll().lines().filter((line) -> line.contains(" WARN ") || line.contains(" ERROR ")))
			.hasSizeLessThan(20);
	}

}
