package com.example.todoservice.todo;

import java.net.http.HttpRequest.BodyPublishers;

import com.example.mtls.RawConnection;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import com.example.todoservice.ProblemAssert;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which paths there are, and that each wrong request gets a problem document.
 */
class TodoSurfaceTests {

	private static final TestService service = TestService.shared();

	private final TestClient caller = service.client("todo-client");

	@Test
	void onlyTheApiIsMapped() {
		RequestMappingHandlerMapping mapping = service.bean(RequestMappingHandlerMapping.class);
		assertThat(mapping.getHandlerMethods().keySet().stream().flatMap((each) -> each.getPatternValues().stream()))
			.containsOnly("/todos", "/todos/{id}", "/session", "/error", "/fail");
	}

	@ParameterizedTest
	@CsvSource(delimiter = '|',
			value = { "PATCH|/todos|{}|405|method-not-allowed", "GET|/todos/7||400|invalid-request",
					"GET|/todos/00000000-0000-0000-0000-000000000000||404|todo-not-found",
					"GET|/todos?limit=0||400|invalid-request", "GET|/todos?limit=x||400|invalid-request",
					"GET|/todos?after=x||400|invalid-request", "POST|/todos|{|400|invalid-request",
					"POST|/todos|{}|400|invalid-request", "POST|/todos|[1]|400|invalid-request",
					"POST|/todos|{\"title\":\"x\",\"owner\":\"y\"}|400|invalid-request" })
	void whenRequestIsWrongThenProblemDocumentSaysWhy(String method, String path, String body, int status,
			String reason) {
		Answer answer = this.caller.send(this.caller.request(path)
			.header("Content-Type", "application/json")
			.method(method, (body != null) ? BodyPublishers.ofString(body) : BodyPublishers.noBody()));
		assertThat(answer.status()).isEqualTo(status);
		ProblemAssert.assertProblem(answer.response(), answer.body());
		assertThat(answer.body().get("reason").asString()).isEqualTo(reason);
	}

	@Test
	void whenMediaTypeIsWrongThenProblemDocumentSaysWhy() {
		Answer sent = this.caller.send(this.caller.request("/todos")
			.header("Content-Type", "application/xml")
			.POST(BodyPublishers.ofString("<title>x</title>")));
		assertThat(sent.status()).isEqualTo(415);
		ProblemAssert.assertProblem(sent.response(), sent.body());
		Answer wanted = this.caller.send(this.caller.request("/todos").header("Accept", "text/html").GET());
		assertThat(wanted.status()).isEqualTo(406);
		ProblemAssert.assertProblem(wanted.response(), wanted.body());
		Answer large = this.caller.post("/todos", "{\"title\":\"" + "x".repeat(70_000) + "\"}");
		assertThat(large.status()).isEqualTo(413);
		ProblemAssert.assertProblem(large.response(), large.body());
	}

	/** Spring Security refuses a header when somebody reads it, as only some do. */
	@Test
	void whenAHeaderIsMalformedThenProblemDocument() {
		try (RawConnection connection = RawConnection.open(
				TestClient.sslContext(service.ca().client("todo-client"), service.ca().certificate()),
				service.port())) {
			RawConnection.Answer answer = connection
				.exchange("DELETE /todos/00000000-0000-4000-8000-000000000000 HTTP/1.1\r\nHost: localhost\r\n"
						+ "If-Match: \"\u0080\"\r\n\r\n");
			assertThat(answer.status()).isBetween(400, 499);
			ProblemAssert.assertProblem(JsonMapper.shared().readTree(answer.body()), answer.status());
		}
	}

}
