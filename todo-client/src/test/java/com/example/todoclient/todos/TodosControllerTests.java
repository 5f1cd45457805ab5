package com.example.todoclient.todos;

import java.net.URI;
import java.util.UUID;

import com.example.mtls.TestCa;
import com.example.mtls.client.FakeService;
import com.example.todoclient.TestClientApplication;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.test.web.reactive.server.WebTestClient;

import static org.assertj.core.api.Assertions.assertThat;

class TodosControllerTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final UUID ID = UUID.randomUUID();

	private static final String TODO = "{ \"id\" : \"%s\",\"title\":\"Milch, süß\",\"neu\":1 }".formatted(ID);

	private static FakeService service;

	private static TestClientApplication client;

	@BeforeAll
	static void start() {
		service = FakeService.start(CA.server(), CA.certificate());
		client = TestClientApplication.start(service.url(), CA, CA.client("todo-client"));
	}

	@AfterAll
	static void stop() {
		client.close();
		service.close();
	}

	/** An address that is encoded already. */
	private static URI at(String path) {
		return URI.create("http://localhost:" + client.port() + path);
	}

	private WebTestClient http() {
		return client.http();
	}

	@Test
	void listPassesQueryAndBodyThroughAndRewritesLink() {
		service.answer(new MockResponse.Builder().setHeader("Content-Type", "application/json")
			.setHeader("Link", "</todos?limit=2&after=a%2Fb>; rel=\"next\"")
			.setHeader("Server", "secret")
			.body("[" + TODO + "]"));
		http().get()
			.uri(at("/api/todos?limit=2&after=x%2Fy&completed=false"))
			.exchange()
			.expectStatus()
			.isOk()
			.expectHeader()
			.contentType("application/json")
			.expectHeader()
			.valueEquals("Link", "</api/todos?limit=2&after=a%2Fb>; rel=\"next\"")
			.expectHeader()
			.doesNotExist("Server")
			.expectBody(String.class)
			.isEqualTo("[" + TODO + "]");
		RecordedRequest request = service.taken();
		assertThat(request.getMethod() + " " + request.getTarget())
			.isEqualTo("GET /todos?limit=2&after=x%2Fy&completed=false");
		assertThat(request.getHandshake().peerCertificates()).isNotEmpty();
	}

	@Test
	void postPassesBytesThroughAndRewritesLocation() {
		service.answer(new MockResponse.Builder().code(201)
			.setHeader("Content-Type", "application/json")
			.setHeader("Location", "/todos/" + ID)
			.setHeader("ETag", "\"1\"")
			.body(TODO));
		http().post()
			.uri("/api/todos")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{ \"title\":\"Milch, süß\" }")
			.exchange()
			.expectStatus()
			.isCreated()
			.expectHeader()
			.valueEquals("Location", "/api/todos/" + ID)
			.expectHeader()
			.valueEquals("ETag", "\"1\"")
			.expectBody(String.class)
			.isEqualTo(TODO);
		RecordedRequest request = service.taken();
		assertThat(request.getMethod() + " " + request.getTarget()).isEqualTo("POST /todos");
		assertThat(request.getHeaders().get("Content-Type")).isEqualTo("application/json");
		assertThat(request.getBody().utf8()).isEqualTo("{ \"title\":\"Milch, süß\" }");
	}

	@Test
	void putPassesIfMatchThrough() {
		service.json(412, "{\"title\":\"Changed meanwhile\",\"status\":412}");
		http().put()
			.uri("/api/todos/" + ID)
			.header("If-Match", "\"1\"")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("{}")
			.exchange()
			.expectStatus()
			.isEqualTo(412)
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody(String.class)
			.isEqualTo("{\"title\":\"Changed meanwhile\",\"status\":412}");
		RecordedRequest request = service.taken();
		assertThat(request.getMethod() + " " + request.getTarget()).isEqualTo("PUT /todos/" + ID);
		assertThat(request.getHeaders().get("If-Match")).isEqualTo("\"1\"");
	}

	@Test
	void deletePassesNoContentThrough() {
		service.answer(new MockResponse.Builder().code(204));
		http().delete().uri("/api/todos/" + ID).exchange().expectStatus().isNoContent().expectBody().isEmpty();
		assertThat(service.taken().getMethod()).isEqualTo("DELETE");
	}

	@Test
	void headersOfTheCallerStayHere() {
		service.json(200, "{}");
		http().get()
			.uri("/api/todos/" + ID)
			.header("Cookie", "a=b")
			.header("Authorization", "Basic eDp5")
			.header("X-Forwarded-For", "1.2.3.4")
			.exchange()
			.expectStatus()
			.isOk()
			.expectBody();
		assertThat(service.taken().getHeaders().names()).doesNotContain("Cookie", "Authorization", "X-Forwarded-For");
	}

	@Test
	void retryAfterOfTheServicePassesThrough() {
		service.answer(new MockResponse.Builder().code(503)
			.setHeader("Retry-After", "2")
			.setHeader("Content-Type", "application/problem+json")
			.body("{}"));
		http().get()
			.uri("/api/todos")
			.exchange()
			.expectStatus()
			.isEqualTo(503)
			.expectHeader()
			.valueEquals("Retry-After", "2")
			.expectBody();
		service.taken();
	}

	@ParameterizedTest
	@ValueSource(strings = { "1", "%20", "..", "%2e%2e%2fsession", "x%0d%0aHost:%20x",
			"00000000-0000-0000-0000-00000000000g" })
	void idThatIsNoUuidIsRefusedHere(String id) {
		int before = service.server().getRequestCount();
		http().get()
			.uri(at("/api/todos/" + id))
			.exchange()
			.expectStatus()
			.value((status) -> assertThat(status).isIn(400, 404))
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody()
			.jsonPath("$.reason")
			.exists();
		assertThat(service.server().getRequestCount()).isEqualTo(before);
	}

	@ParameterizedTest
	@CsvSource({ "Content-Type, garbage", "Location, http://[::bad" })
	void answerWhoseHeadersCannotBeReadIsNoFailureOfOurs(String name, String value) {
		service.answer(new MockResponse.Builder().code(201).setHeader(name, value).body("{}"));
		expectInvalidResponse(HttpMethod.POST);
	}

	@Test
	void answerThatIsOnlyAnnouncedIsInvalid() {
		service.answer(new MockResponse.Builder().addInformationalResponse(new MockResponse.Builder().code(103).build())
			.body("[]"));
		expectInvalidResponse(HttpMethod.GET);
	}

	private void expectInvalidResponse(HttpMethod method) {
		http().method(method)
			.uri("/api/todos")
			.exchange()
			.expectStatus()
			.isEqualTo(502)
			.expectBody()
			.jsonPath("$.reason")
			.isEqualTo("invalid-response");
		service.taken();
	}

	@Test
	void bodyLargerThanAnyTodoIsRefusedHere() {
		http().post()
			.uri("/api/todos")
			.contentType(MediaType.APPLICATION_JSON)
			.bodyValue("x".repeat(200 * 1024))
			.exchange()
			.expectStatus()
			.isEqualTo(413)
			.expectHeader()
			.contentType("application/problem+json")
			.expectBody()
			.jsonPath("$.detail")
			.isEqualTo("The body is larger than any todo.");
	}

}
