package com.example.todoservice.todo;

import com.example.mtls.server.CallerIdentityTests;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same with todos: nobody sees or changes those of another.
 */
class TodoCallerIdentityTests extends CallerIdentityTests {

	private static String secret;

	@BeforeAll
	static void write() {
		secret = service.client(victim).post("/todos", "{\"title\":\"of todo-client\"}").body().get("id").asString();
	}

	@Override
	protected String path() {
		return "todos";
	}

	@Override
	protected void assertReadsAndWritesNothingOfAnother(String header) {
		assertThat(send("GET /todos", header).body()).isEqualTo("[]");
		assertThat(send("GET /todos/" + secret, header).status()).isEqualTo(404);
		assertThat(exchange(
				"POST /todos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
						+ header + "\r\n\r\n{\"title\":\"x\"}")
			.status()).isEqualTo(403);
	}

	/** The method of one rule, with the meaning of another; or of no meaning. */
	@ParameterizedTest
	@CsvSource({ "HEAD, 200", "OPTIONS, 200", "PATCH, 403", "TRACE, 405", "CONNECT, 501", "PROPFIND, 400", "MOVE, 400",
			"get, 400", "G@T, 400" })
	void whenMethodIsOddThenRoleIsNotLetThrough(String method, int status) {
		connect(reader);
		assertStatus(method, status);
	}

	@Test
	void whenTracedThenToldThatItIsNotAllowed() {
		connect(reader);
		assertThat(send("TRACE /session", "X-Secret: 4711").body()).contains("method-not-allowed");
	}

}
