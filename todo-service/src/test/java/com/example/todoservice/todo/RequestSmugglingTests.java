package com.example.todoservice.todo;

import java.io.UncheckedIOException;
import java.util.List;

import javax.net.ssl.SSLContext;

import com.example.mtls.RawConnection;
import com.example.mtls.RawConnection.Answer;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Requests whose end one reader sees here and another one there (RFC 9112 sections 6.3
 * and 11.2). Each is followed by a second request: it must not be answered, because after
 * such a request nobody knows where the next one begins.
 */
class RequestSmugglingTests {

	private static final TestService service = TestService.shared();

	private static final SSLContext context = TestClient.sslContext(service.ca().client("todo-client"),
			service.ca().certificate());

	private static final String SMUGGLED = "GET /session HTTP/1.1\r\nHost: localhost\r\n\r\n";

	private static final String BODY = "{\"title\":\"x\"}";

	private static final String CHUNKS = "d\r\n" + BODY + "\r\n0\r\n\r\n";

	/**
	 * What is sent, and the one status it is answered with before the connection ends.
	 */
	enum Attack {

		/** The chunks count, and the connection ends behind them. */
		LENGTH_AND_CHUNKED(201, post("Content-Length: 4\r\nTransfer-Encoding: chunked", CHUNKS)),

		CHUNKED_AND_LENGTH(201, post("Transfer-Encoding: chunked\r\nContent-Length: 4", CHUNKS)),

		TWO_LENGTHS(400, post("Content-Length: 13\r\nContent-Length: 14", BODY)),

		TWO_EQUAL_LENGTHS(400, post("Content-Length: 13\r\nContent-Length: 13", BODY)),

		LIST_OF_LENGTHS(400, post("Content-Length: 13, 13", BODY)),

		LENGTH_WITH_A_SIGN(400, post("Content-Length: +13", BODY)),

		NEGATIVE_LENGTH(400, post("Content-Length: -13", BODY)),

		HEXADECIMAL_LENGTH(400, post("Content-Length: 0xd", BODY)),

		LENGTH_WITH_A_BLANK_IN_IT(400, post("Content-Length: 1 3", BODY)),

		EMPTY_LENGTH(400, post("Content-Length: ", BODY)),

		LENGTH_BEYOND_64_BITS(400, post("Content-Length: 99999999999999999999", BODY)),

		LENGTH_WITH_A_BLANK_BEFORE_THE_COLON(400, post("Content-Length : 13", BODY)),

		LENGTH_WITH_AN_UNDERSCORE(400, post("Content_Length: 13", BODY)),

		UNKNOWN_CODING(501, post("Transfer-Encoding: xchunked", CHUNKS)),

		CODING_BEHIND_CHUNKED(400, post("Transfer-Encoding: chunked, identity", CHUNKS)),

		CODING_BEFORE_CHUNKED(501, post("Transfer-Encoding: gzip, chunked", CHUNKS)),

		CHUNKED_TWICE(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked", CHUNKS)),

		CHUNKED_AND_IDENTITY(400, post("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", CHUNKS)),

		CHUNKED_BEHIND_A_VERTICAL_TAB(400, post("Transfer-Encoding: \u000bchunked", CHUNKS)),

		CHUNKED_IN_QUOTES(400, post("Transfer-Encoding: \"chunked\"", CHUNKS)),

		CHUNKED_WITH_A_BLANK_BEFORE_THE_COLON(400, post("Transfer-Encoding : chunked", CHUNKS)),

		CHUNKED_IN_HTTP_1_0(400, post("Transfer-Encoding: chunked", CHUNKS).replace("HTTP/1.1", "HTTP/1.0")),

		BARE_CR_IN_A_HEADER(400, get("X-A: b\rContent-Length: 13\r\n")),

		NUL_IN_A_HEADER(400, get("X-A: b\u0000c\r\n")),

		HEADER_WITHOUT_A_COLON(400, get("X-A\r\n")),

		HEADER_WITHOUT_A_NAME(400, get(": x\r\n")),

		BLANK_BEFORE_THE_FIRST_HEADER(400, "GET /todos HTTP/1.1\r\n Host: localhost\r\n\r\n"),

		CR_CR_LF(505, "GET /todos HTTP/1.1\r\r\nHost: localhost\r\n\r\n"),

		CHUNK_SIZE_WITH_0X(400, chunked("0xd\r\n" + BODY + "\r\n0\r\n\r\n")),

		NEGATIVE_CHUNK_SIZE(400, chunked("-d\r\n" + BODY + "\r\n0\r\n\r\n")),

		CHUNK_SIZE_BEYOND_32_BITS(400, chunked("10000000d\r\n" + BODY + "\r\n0\r\n\r\n")),

		BLANK_BEFORE_THE_CHUNK_SIZE(400, chunked(" d\r\n" + BODY + "\r\n0\r\n\r\n")),

		BLANK_BEHIND_THE_CHUNK_SIZE(400, chunked("d \r\n" + BODY + "\r\n0\r\n\r\n")),

		NO_CHUNK_SIZE(400, chunked("\r\n" + BODY + "\r\n0\r\n\r\n")),

		BARE_LF_IN_A_CHUNK_EXTENSION(400, chunked("d;a\n" + BODY + "\r\n0\r\n\r\n")),

		BARE_CR_IN_A_CHUNK_EXTENSION(400, chunked("d;a\rb\r\n" + BODY + "\r\n0\r\n\r\n")),

		OPEN_QUOTE_IN_A_CHUNK_EXTENSION(400, chunked("d;a=\"\r\n" + BODY + "\r\n0\r\n\r\n")),

		LONG_CHUNK_EXTENSION(400, chunked("d;a=" + "b".repeat(100_000) + "\r\n" + BODY + "\r\n0\r\n\r\n")),

		BARE_LF_BETWEEN_CHUNKS(400, chunked("d\n" + BODY + "\n0\n\n")),

		NOTHING_BETWEEN_CHUNKS(400, chunked("d\r\n" + BODY + "0\r\n\r\n")),

		CHUNK_LONGER_THAN_ITS_SIZE(400, chunked("5\r\n" + BODY + "\r\n0\r\n\r\n")),

		LONG_TRAILER(400, chunked("d\r\n" + BODY + "\r\n0\r\nX: " + "y".repeat(100_000) + "\r\n\r\n")),

		LONG_HEADER(431, get("X: " + "y".repeat(9_000) + "\r\n")),

		MEGABYTE_OF_HEADER(431, get("X: " + "y".repeat(1_000_000) + "\r\n")),

		MANY_HEADERS(431, get("X: y\r\n".repeat(101))),

		LONG_PATH(414, "GET /todos?" + "y".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),

		/** More than Tomcat reads. */
		MANY_PARAMETERS(400, "GET /todos?" + "a&".repeat(3_900) + " HTTP/1.1\r\nHost: localhost\r\n\r\n"),

		BROKEN_PARAMETER(400, "GET /todos?limit=%zz HTTP/1.1\r\nHost: localhost\r\n\r\n"),

		TWO_HOSTS(400, "GET /todos HTTP/1.1\r\nHost: localhost\r\nHost: localhost\r\n\r\n"),

		HOST_AND_ANOTHER_HOST(400, "GET https://elsewhere/todos HTTP/1.1\r\nHost: localhost\r\n\r\n");

		private final int status;

		private final String bytes;

		Attack(int status, String bytes) {
			this.status = status;
			this.bytes = bytes;
		}

		private static String post(String headers, String body) {
			return "POST /todos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n" + headers
					+ "\r\n\r\n" + body;
		}

		private static String chunked(String body) {
			return post("Transfer-Encoding: chunked", body);
		}

		private static String get(String headers) {
			return "GET /todos HTTP/1.1\r\nHost: localhost\r\n" + headers + "\r\n";
		}

	}

	/** Whose end everyone sees in the same place; both are answered. */
	enum Odd {

		/** RFC 9112 section 5.2: replaced by blanks. */
		FOLDED_HEADER("GET /todos HTTP/1.1\r\nHost: localhost\r\nX-A: b\r\n Content-Length: 13\r\n\r\n"),

		/** RFC 9112 section 2.2: may be taken for the end of a line. */
		BARE_LF_BEHIND_A_HEADER("GET /todos HTTP/1.1\nHost: localhost\n\n"),

		CHUNK_EXTENSION(Attack.chunked("d;a=b\r\n" + BODY + "\r\n0\r\n\r\n")),

		/** A trailer comes too late to change anything. */
		TRAILER_WITH_A_LENGTH(Attack.chunked("d\r\n" + BODY + "\r\n0\r\nContent-Length: 5\r\nHost: evil\r\n\r\n")),

		/** To no other protocol. */
		UPGRADE("GET /todos HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c, websocket\r\n"
				+ "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n");

		private final String bytes;

		Odd(String bytes) {
			this.bytes = bytes;
		}

	}

	@AfterEach
	void othersAreServed() {
		try (RawConnection other = RawConnection.open(context, service.port())) {
			assertThat(other.get("/session").status()).isEqualTo(200);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenItsEndIsDoubtfulThenConnectionEnds(Attack attack) {
		try (RawConnection connection = RawConnection.open(context, service.port())) {
			try {
				connection.send(attack.bytes + SMUGGLED);
			}
			catch (UncheckedIOException ex) {
				// The service has refused it, and ended the connection, before all of it
				// was sent. The answer may be lost with it (RFC 9112 section 9.6).
				assertThat(attack.bytes.length()).as("more than a TLS record").isGreaterThan(16_384);
				return;
			}
			List<Answer> answers = connection.readAll();
			if (attack == Attack.BROKEN_PARAMETER || attack == Attack.MANY_PARAMETERS) {
				// Where it ends is clear, so the next one may be answered.
				assertThat(answers.get(0).status()).isEqualTo(attack.status);
				return;
			}
			assertThat(answers).extracting(Answer::status).containsExactly(attack.status);
		}
	}

	@ParameterizedTest
	@EnumSource
	void whenItsEndIsClearThenBothAreAnswered(Odd odd) {
		try (RawConnection connection = RawConnection.open(context, service.port())) {
			connection.send(odd.bytes + SMUGGLED);
			assertThat(connection.read().status()).isIn(200, 201);
			assertThat(connection.read().body()).contains("\"name\":\"todo-client\"");
		}
	}

	/** The body of a GET is not the next request. */
	@Test
	void whenRequestIsInABodyThenItIsNotAnswered() {
		try (RawConnection connection = RawConnection.open(context, service.port())) {
			connection.send("GET /todos HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + SMUGGLED.length()
					+ "\r\n\r\n" + SMUGGLED + "GET /nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
			assertThat(connection.readAll()).extracting(Answer::status).containsExactly(200, 404);
		}
	}

}
