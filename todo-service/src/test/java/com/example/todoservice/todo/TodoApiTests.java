package com.example.todoservice.todo;

import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import com.example.todoservice.database.Database;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.argumentSet;

/**
 * The life of todos over mutual TLS, and every way to get it wrong.
 */
@ExtendWith(OutputCaptureExtension.class)
@ParameterizedClass
@EnumSource(Database.class)
class TodoApiTests {

	private static final int CALLERS = 12;

	@Parameter
	Database database;

	private static TestService service;

	private static TestClient client;

	private static TestClient other;

	@BeforeParameterizedClassInvocation
	static void start(Database database) {
		service = database.start("--mtls.callers[0].name=todo-client", "--mtls.callers[0].roles=read,write",
				"--mtls.callers[1].name=other", "--mtls.callers[1].roles=read,write", "--mtls.callers[2].name=pager",
				"--mtls.callers[2].roles=read,write", "--mtls.callers[3].name=reader", "--mtls.callers[3].roles=read");
		client = service.client("todo-client");
		other = service.client("other");
	}

	@AfterParameterizedClassInvocation
	static void stop() {
		service.close();
	}

	@Test
	void aTodoIsCreatedFoundChangedAndDeleted() {
		Answer created = client.post("/todos", "{\"title\":\"Buy milk\"}");
		assertThat(created.status()).isEqualTo(201);
		assertThat(created.body().get("title").asString()).isEqualTo("Buy milk");
		assertThat(created.body().get("completed").asBoolean()).isFalse();
		assertThat(created.body().get("owner").asString()).isEqualTo("todo-client");
		String path = "/todos/" + created.body().get("id").asString();
		assertThat(created.header("Location")).isEqualTo(path);

		Answer found = client.get(path);
		assertThat(found.status()).isEqualTo(200);
		assertThat(found.body()).isEqualTo(created.body());
		assertThat(found.header("ETag")).isEqualTo(created.header("ETag"));

		Answer changed = client.put(path, "{\"title\":\"Buy oat milk\",\"completed\":true}");
		assertThat(changed.status()).isEqualTo(200);
		assertThat(changed.body().get("title").asString()).isEqualTo("Buy oat milk");
		assertThat(changed.body().get("completed").asBoolean()).isTrue();
		assertThat(changed.body().get("createdAt")).isEqualTo(created.body().get("createdAt"));
		assertThat(changed.header("ETag")).isNotEqualTo(created.header("ETag"));
		assertThat(client.get(path).body()).isEqualTo(changed.body());

		assertThat(client.delete(path).status()).isEqualTo(204);
		assertThat(client.get(path).status()).isEqualTo(404);
		assertThat(client.delete(path).status()).isEqualTo(404);
	}

	@ParameterizedTest
	@ValueSource(strings = { "x", "日本語のタイトル", "𝕏 and 😀", "'; drop table todo; --", "<script>alert(1)</script>",
			"a\\\"b\\\\c" })
	void aTitleComesBackAsItWasSent(String json) {
		Answer created = client.post("/todos", "{\"title\":\"" + json + "\"}");
		assertThat(created.status()).isEqualTo(201);
		assertThat(client.get(created.header("Location")).body().get("title")).isEqualTo(created.body().get("title"));
		assertThat(created.body().get("title").asString()).isEqualTo(json.replace("\\\"", "\"").replace("\\\\", "\\"));
	}

	@Test
	void titlesOf200CharactersFitEvenOutsideTheBasicPlane() {
		assertThat(client.post("/todos", "{\"title\":\"" + "x".repeat(200) + "\"}").status()).isEqualTo(201);
		assertThat(client.post("/todos", "{\"title\":\"" + "😀".repeat(200) + "\"}").status()).isEqualTo(201);
	}

	@Test
	void someoneElsesTodoIsNotFound() {
		String path = client.post("/todos", "{\"title\":\"mine\"}").header("Location");
		assertThat(other.get(path).status()).isEqualTo(404);
		assertThat(other.put(path, "{\"title\":\"theirs\",\"completed\":true}").status()).isEqualTo(404);
		assertThat(other.put(path, "{\"title\":\"theirs\",\"completed\":true}", "If-Match", "\"1\"").status())
			.isEqualTo(404);
		assertThat(other.delete(path).status()).isEqualTo(404);
		assertThat(other.get("/todos").body()).noneMatch((todo) -> todo.get("title").asString().equals("mine"));
		assertThat(client.get(path).body().get("title").asString()).isEqualTo("mine");
	}

	@Test
	void aCallerWhoMayOnlyReadCannotWrite() {
		TestClient reader = service.client("reader");
		assertThat(reader.get("/todos").status()).isEqualTo(200);
		assertThat(reader.get("/session").body().get("roles").toString()).isEqualTo("[\"read\"]");
		Answer refused = reader.post("/todos", "{\"title\":\"x\"}");
		assertThat(refused.status()).isEqualTo(403);
		assertThat(refused.body().get("reason").asString()).isEqualTo("missing-role");
		assertThat(reader.get("/todos").body()).isEmpty();
	}

	@Test
	void pagesFollowEachOtherOldestFirst() {
		TestClient pager = service.client("pager");
		IntStream.range(0, 7)
			.forEach((i) -> pager.post("/todos", "{\"title\":\"%d\",\"completed\":%b}".formatted(i, i % 2 == 0)));
		assertThat(titles(pager, "/todos?limit=3")).containsExactly("0", "1", "2", "3", "4", "5", "6");
		assertThat(titles(pager, "/todos?limit=7")).containsExactly("0", "1", "2", "3", "4", "5", "6");
		assertThat(titles(pager, "/todos?limit=2&completed=true")).containsExactly("0", "2", "4", "6");
		assertThat(titles(pager, "/todos?limit=1&completed=false")).containsExactly("1", "3", "5");
		assertThat(pager.get("/todos?limit=7").header("Link")).isNull();
	}

	private static List<String> titles(TestClient client, String path) {
		List<String> titles = new ArrayList<>();
		for (String next = path; next != null;) {
			Answer page = client.get(next);
			assertThat(page.status()).isEqualTo(200);
			page.body().forEach((todo) -> titles.add(todo.get("title").asString()));
			String link = page.header("Link");
			next = (link != null) ? link.substring(1, link.indexOf('>')) : null;
		}
		return titles;
	}

	@Test
	void aCursorOfAnotherCallerIsRefused() {
		client.post("/todos", "{\"title\":\"1\"}");
		client.post("/todos", "{\"title\":\"2\"}");
		String link = client.get("/todos?limit=1").header("Link");
		Answer refused = other.get(link.substring(1, link.indexOf('>')));
		assertThat(refused.status()).isEqualTo(400);
		assertThat(refused.body().get("errors").get(0).get("field").asString()).isEqualTo("after");
	}

	@Test
	void aStaleIfMatchChangesNothing() {
		Answer created = client.post("/todos", "{\"title\":\"first\"}");
		String path = created.header("Location");
		String stale = created.header("ETag");
		String current = client.put(path, "{\"title\":\"second\",\"completed\":false}", "If-Match", stale)
			.header("ETag");

		assertThat(client.put(path, "{\"title\":\"lost\",\"completed\":true}", "If-Match", stale).status())
			.isEqualTo(412);
		assertThat(client.delete(path, "If-Match", stale).status()).isEqualTo(412);
		assertThat(client.delete(path, "If-Match", "W/" + current).status()).isEqualTo(412);
		assertThat(client.delete(path, "If-Match", "\"nonsense\"").status()).isEqualTo(412);
		assertThat(client.get(path).body().get("title").asString()).isEqualTo("second");

		assertThat(client.put(path, "{\"title\":\"third\",\"completed\":true}", "If-Match", "*").status())
			.isEqualTo(200);
		assertThat(client.delete(path, "If-Match", "\"nonsense\", \"3\"").status()).isEqualTo(204);
	}

	static Stream<org.junit.jupiter.params.provider.Arguments> badBodies() {
		return Stream.of(argumentSet("blank title", "{\"title\":\"  \"}", "title", "must not be blank"),
				argumentSet("empty title", "{\"title\":\"\"}", "title", "must not be blank"),
				argumentSet("title missing", "{}", "title", "must not be blank"),
				argumentSet("title null", "{\"title\":null}", "title", "must not be blank"),
				argumentSet("201 characters", "{\"title\":\"" + "x".repeat(201) + "\"}", "title",
						"must have at most 200 characters"),
				argumentSet("NUL in the title", "{\"title\":\"a\\u0000b\"}", "title", "control characters"),
				argumentSet("line break in the title", "{\"title\":\"a\\nb\"}", "title", "control characters"),
				argumentSet("half a character", "{\"title\":\"\\ud83d\"}", "title", "broken characters"),
				argumentSet("title is a number", "{\"title\":1}", "title", "wrong type"),
				argumentSet("title is an object", "{\"title\":{}}", "title", "wrong type"),
				argumentSet("completed is text", "{\"title\":\"x\",\"completed\":\"true\"}", "completed", "wrong type"),
				argumentSet("completed is blank", "{\"title\":\"x\",\"completed\":\" \"}", "completed", "wrong type"),
				argumentSet("unknown property of any length", "{\"" + "x".repeat(65) + "\":1}", "body",
						"is not a property"),
				argumentSet("unknown property", "{\"title\":\"x\",\"owner\":\"me\"}", "owner", "known are"),
				argumentSet("property twice", "{\"title\":\"x\",\"title\":\"y\"}", "body", "not valid JSON"),
				argumentSet("malformed JSON", "{\"title\":", "body", "not valid JSON"),
				argumentSet("two documents", "{\"title\":\"x\"} {}", "body", "not valid JSON"),
				argumentSet("array", "[]", "body", "JSON"), argumentSet("no body", "", "body", "missing"));
	}

	@ParameterizedTest
	@MethodSource("badBodies")
	void aBadBodyIsRefusedByNameAndNothingIsStored(String json, String field, String message) {
		int before = count();
		for (Answer answer : List.of(client.post("/todos", json),
				client.put("/todos/00000000-0000-4000-8000-000000000000", json))) {
			assertProblem(answer, 400);
			assertThat(answer.body().get("errors")).anySatisfy((error) -> {
				assertThat(error.get("field").asString()).isEqualTo(field);
				assertThat(error.get("message").asString()).contains(message);
			});
			assertThat(answer.body().get("detail").asString()).contains(field);
		}
		assertThat(count()).isEqualTo(before);
	}

	static Stream<org.junit.jupiter.params.provider.Arguments> badParameters() {
		return Stream.of(argumentSet("limit 0", "/todos?limit=0", "limit"),
				argumentSet("limit 501", "/todos?limit=501", "limit"),
				argumentSet("limit abc", "/todos?limit=abc", "limit"),
				argumentSet("limit too large for a number", "/todos?limit=99999999999", "limit"),
				argumentSet("completed maybe", "/todos?completed=maybe", "completed"),
				argumentSet("short cursor", "/todos?after=abc", "after"),
				argumentSet("cursor that is not Base64", "/todos?after=%21%21", "after"),
				argumentSet("forged cursor", "/todos?after=AAAAAAAAAAEAAAAA", "after"),
				argumentSet("empty cursor", "/todos?after=", "after"),
				argumentSet("id is no UUID", "/todos/abc", "id"));
	}

	@ParameterizedTest
	@MethodSource("badParameters")
	void aBadParameterIsRefusedByName(String path, String field) {
		Answer answer = client.get(path);
		assertProblem(answer, 400);
		assertThat(answer.body().get("errors").get(0).get("field").asString()).isEqualTo(field);
	}

	@Test
	void aBodyOf64KiBIsReadAndOneByteMoreIsNot() {
		int before = count();
		String fits = "{\"title\":\"x\"}" + " ".repeat(64 * 1024 - 13);
		assertThat(client.post("/todos", fits).status()).isEqualTo(201);
		assertProblem(client.post("/todos", fits + " "), 413);
		// Without a Content-Length.
		assertProblem(client.send(client.request("/todos")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream((fits + " ").getBytes())))), 413);
		assertThat(count()).isEqualTo(before + 1);
	}

	@Test
	void aBodyThatIsNotUtf8IsRefused() {
		int before = count();
		byte[] overlong = "{\"title\":\"\u00c1\u00a1\"}".getBytes(StandardCharsets.ISO_8859_1);
		assertProblem(client.send(client.request("/todos")
			.header("Content-Type", "application/json")
			.POST(BodyPublishers.ofByteArray(overlong))), 400);
		assertThat(count()).isEqualTo(before);
	}

	@ParameterizedTest
	@ValueSource(strings = { "application/json;charset=", "application/json;charset=a%b", "multipart/form-data" })
	void aContentTypeThatNobodyKnowsIsNoFailureOfOurs(String type, CapturedOutput output) {
		assertThat(client.send(client.request("/todos").header("Content-Type", type).GET()).status()).isEqualTo(200);
		assertProblem(client.send(client.request("/nothing").header("Content-Type", type).GET()), 404);
		assertProblem(client.send(client.request("/todos")
			.header("Content-Type", type)
			.POST(BodyPublishers.ofString("{\"title\":\"x\"}"))), 415);
		assertThat(output.getOut()).doesNotContain("ERROR");
	}

	@ParameterizedTest
	@ValueSource(strings = { "text/html", "text/plain", "nonsense", "application/json;q=nonsense" })
	void whatCannotBeAnsweredAsAskedIsNotDone(String accept) {
		Answer todo = client.post("/todos", "{\"title\":\"x\"}");
		String path = "/todos/" + todo.body().get("id").asString();
		int before = count();
		assertProblem(client.send(client.request("/todos")
			.headers("Accept", accept, "Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{\"title\":\"y\"}"))), 406);
		assertProblem(client.put(path, "{\"title\":\"y\",\"completed\":true}", "Accept", accept), 406);
		assertProblem(client.send(client.request("/nothing").header("Accept", accept)), 404);
		assertThat(count()).isEqualTo(before);
		assertThat(client.get(path).header("ETag")).isEqualTo(todo.header("ETag"));
	}

	@Test
	void theWordsAreThoseOfTheDocumentationInEveryLanguage() {
		Answer answer = client.send(client.request("/todos")
			.headers("Accept-Language", "de", "Content-Type", "application/json")
			.POST(BodyPublishers.ofString("{}")));
		assertThat(answer.body().get("detail").asString()).isEqualTo("title must not be blank.");
	}

	@Test
	void otherErrorsAreProblemDocumentsToo() {
		assertProblem(client.send(client.request("/todos").POST(BodyPublishers.ofString("title=x"))), 415);
		assertProblem(client.send(client.request("/todos").header("Accept", "text/html")), 406);
		assertProblem(client.send(client.request("/todos").method("PATCH", BodyPublishers.ofString("{}"))), 405);
		assertProblem(client.get("/todos/00000000-0000-4000-8000-000000000000"), 404);
		assertProblem(client.get("/nothing"), 404);
		assertProblem(client.get("/error"), 404);
		assertProblem(client.get("/actuator/health"), 404);
		assertProblem(client.get("/todos%2fx"), 400);
		assertProblem(client.send(client.request("/todos").header("X-Large", "x".repeat(9000))), 431);
	}

	@Test
	void anAuditLineNamesCallerAndIdButNeverTheTitle(CapturedOutput output) {
		Answer created = client.post("/todos", "{\"title\":\"a secret plan\"}");
		String id = created.body().get("id").asString();
		client.put("/todos/" + id, "{\"title\":\"a secret plan\",\"completed\":true}");
		client.delete("/todos/" + id);
		assertThat(output).contains("action=created todo=" + id + " caller=\"todo-client\"")
			.contains("action=replaced todo=" + id)
			.contains("action=deleted todo=" + id)
			.doesNotContain("secret plan");
	}

	@Test
	void ofCallersWhoChangeTheSameVersionExactlyOneWins() {
		for (int round = 0; round < 5; round++) {
			Answer created = client.post("/todos", "{\"title\":\"round\"}");
			String path = created.header("Location");
			List<Answer> answers = atOnce((i) -> client.put(path, "{\"title\":\"%d\",\"completed\":true}".formatted(i),
					"If-Match", created.header("ETag")));
			assertThat(answers).filteredOn((answer) -> answer.status() == 412).hasSize(CALLERS - 1);
			assertThat(answers).filteredOn((answer) -> answer.status() == 200)
				.singleElement()
				.satisfies((winner) -> assertThat(client.get(path).body()).isEqualTo(winner.body()));
			String eTag = client.get(path).header("ETag");
			assertThat(atOnce((i) -> client.delete(path, "If-Match", eTag))).map(Answer::status)
				.containsOnlyOnce(204)
				.containsOnly(204, 404);
		}
	}

	@Test
	void changesWithoutAConditionFollowEachOther() {
		String path = client.post("/todos", "{\"title\":\"x\"}").header("Location");
		List<Answer> answers = atOnce((i) -> client.put(path, "{\"title\":\"%d\",\"completed\":true}".formatted(i)));
		assertThat(answers).extracting(Answer::status).containsOnly(200);
		assertThat(answers).extracting((answer) -> answer.header("ETag")).doesNotHaveDuplicates();
		assertThat(client.get(path).header("ETag")).isEqualTo("\"" + (CALLERS + 1) + "\"");
	}

	private static List<Answer> atOnce(IntFunction<Answer> call) {
		ExecutorService threads = Executors.newFixedThreadPool(CALLERS);
		try {
			List<CompletableFuture<Answer>> answers = IntStream.range(0, CALLERS)
				.mapToObj((i) -> CompletableFuture.supplyAsync(() -> call.apply(i), threads))
				.toList();
			return answers.stream().map(CompletableFuture::join).toList();
		}
		finally {
			threads.shutdown();
		}
	}

	private static int count() {
		int count = 0;
		for (String next = "/todos?limit=500"; next != null;) {
			Answer page = client.get(next);
			count += page.body().size();
			String link = page.header("Link");
			next = (link != null) ? link.substring(1, link.indexOf('>')) : null;
		}
		return count;
	}

	private static void assertProblem(Answer answer, int status) {
		assertThat(answer.status()).isEqualTo(status);
		assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
		assertThat(answer.body().get("status").asInt()).isEqualTo(status);
		assertThat(answer.body().get("title").asString()).isNotBlank();
		assertThat(answer.response().body()).doesNotContain("Exception").doesNotContain("org.springframework");
	}

}
