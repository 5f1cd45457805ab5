package com.example.todoservice;

import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;

import com.example.mtls.RawConnection;
import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A feature of somebody else behind the door: its callers are judged like those of the
 * todos, and only the todos have the rules of the todos.
 */
@ExtendWith(OutputCaptureExtension.class)
class OtherControllerTests {

	private static TestService service;

	@BeforeAll
	static void start() {
		service = TestService.start("--spring.main.sources=" + OtherController.class.getName(),
				"--mtls.callers[0].name=todo-client", "--mtls.callers[0].roles=read,write",
				"--mtls.callers[1].name=reader", "--mtls.callers[1].roles=read", "--mtls.callers[2].name=writer",
				"--mtls.callers[2].roles=write");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@AfterEach
	void noStackTrace(CapturedOutput output) {
		assertThat(output.getOut()).doesNotContain("\tat ", "4711");
	}

	@ParameterizedTest
	@CsvSource({ "GET, callable", "POST, future", "GET, deferred", "GET, sse", "GET, stream" })
	void whenControllerAnswersLaterThenServedLikeAnyOther(String method, String path) {
		Answer answer = send("todo-client", method, "/other/" + path);
		assertThat(answer.status()).isEqualTo(200);
		assertThat(answer.response().body()).contains("todo-client");
		Answer stranger = send("stranger", method, "/other/" + path);
		assertThat(stranger.status()).isEqualTo(403);
		assertThat(stranger.body().get("reason").asString()).isEqualTo("unknown-caller");
		Answer unfit = send(method.equals("GET") ? "writer" : "reader", method, "/other/" + path);
		assertThat(unfit.status()).isEqualTo(403);
		assertThat(unfit.body().get("reason").asString()).isEqualTo("missing-role");
	}

	/** One caller's context stays with none of the threads that worked for it. */
	@Test
	void whenManyCallersAreAnsweredLaterThenEachIsTakenForItself() {
		try (RawConnection first = open("todo-client"); RawConnection second = open("reader")) {
			for (int i = 0; i < 50; i++) {
				assertThat(first.get("/other/callable").body()).isEqualTo("todo-client");
				assertThat(second.get("/other/deferred").body()).isEqualTo("reader");
			}
		}
		try (RawConnection stranger = open("stranger")) {
			assertThat(stranger.get("/other/callable").status()).isEqualTo(403);
			assertThat(stranger.get("/error").status()).isEqualTo(403);
		}
	}

	@ParameterizedTest
	@CsvSource({ "admin, missing-role", "denied, missing-role", "late-refusal, missing-role",
			"unauthenticated, forbidden" })
	void whenControllerRefusesThenForbidden(String path, String reason) {
		Answer answer = send("todo-client", "GET", "/other/" + path);
		assertThat(answer.status()).isEqualTo(403);
		assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
		assertThat(answer.body().get("reason").asString()).isEqualTo(reason);
	}

	@ParameterizedTest
	@CsvSource({ "never, 503", "error, 409" })
	void whenControllerFailsLaterThenProblemDocument(String path, int status) {
		Answer answer = send("todo-client", "GET", "/other/" + path);
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
	}

	@ParameterizedTest
	@ValueSource(strings = { "/session", "/other/callable" })
	void whenCallerMayOnlyReadOrOnlyWriteThenOptionsAreTold(String path) {
		for (String caller : List.of("reader", "writer")) {
			Answer answer = send(caller, "OPTIONS", path);
			assertThat(answer.status()).as(caller).isEqualTo(200);
			assertThat(answer.header("Allow")).as(caller).contains("GET");
		}
		assertThat(send("stranger", "OPTIONS", path).status()).isEqualTo(403);
	}

	@Test
	void whenSomebodyElseTakesBytesOrOtherJsonThenTheRulesOfStrictBodiesDoNotHold() {
		TestClient client = service.client("todo-client");
		assertThat(client
			.send(client.request("/other/upload")
				.header("Content-Type", "application/octet-stream")
				.POST(BodyPublishers.ofByteArray(new byte[1_000_000])))
			.response()
			.body()).isEqualTo("1000000");
		String order = "{\"item\":\"" + "x".repeat(100_000) + "\",\"more\":1}";
		assertThat(client
			.send(client.request("/other/order")
				.header("Content-Type", "application/json")
				.header("Accept", "text/plain")
				.POST(BodyPublishers.ofString(order)))
			.status()).isEqualTo(200);
		assertThat(client.post("/other/strict", "{\"item\":\"x\",\"more\":1}").status()).isEqualTo(400);
		assertThat(client.post("/other/strict", "{\"item\":\"" + "x".repeat(100_000) + "\"}").status()).isEqualTo(413);
	}

	private static RawConnection open(String caller) {
		return RawConnection.open(TestClient.sslContext(service.ca().client(caller), service.ca().certificate()),
				service.port());
	}

	private static Answer send(String caller, String method, String path) {
		TestClient client = service.client(caller);
		return client.send(client.request(path).method(method, BodyPublishers.noBody()));
	}

}
