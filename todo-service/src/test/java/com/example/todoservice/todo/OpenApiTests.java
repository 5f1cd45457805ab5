package com.example.todoservice.todo;

import java.io.IOException;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.core.MethodParameter;
import org.springframework.core.annotation.AnnotatedElementUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Holds {@code openapi.yaml} and the running service together: the same paths, methods
 * and parameters; every documented status seen in real answers, and every answer and
 * every example as its schema says.
 */
class OpenApiTests {

	private static final String ID = "https://todo-service.example/openapi.json";

	private static TestService service;

	private static Map<String, Object> openApi;

	private static SchemaRegistry schemas;

	@BeforeAll
	static void start() throws IOException {
		openApi = new Yaml().load(Files.readString(Path.of("openapi.yaml")));
		schemas = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12,
				(registry) -> registry.schemas(Map.of(ID, JsonMapper.shared().writeValueAsString(openApi))));
		service = TestService.start("--mtls.callers[0].name=todo-client", "--mtls.callers[0].roles=read,write",
				"--mtls.callers[1].name=reader", "--mtls.callers[1].roles=read", "--mtls.callers[2].name=writer",
				"--mtls.callers[2].roles=write");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void pathsMethodsAndParametersAreTheSame() {
		Map<String, Set<String>> documented = new TreeMap<>();
		operations().forEach((name, operation) -> documented.put(name, documentedParameters(name, operation)));
		Map<String, Set<String>> implemented = new TreeMap<>();
		service.bean(RequestMappingHandlerMapping.class).getHandlerMethods().forEach((mapping, handler) -> {
			if (!mapping.getPatternValues().contains("/error")) {
				names(mapping).forEach((name) -> implemented.put(name, implementedParameters(handler)));
			}
		});
		assertThat(implemented).isEqualTo(documented);
	}

	@Test
	void everyDocumentedAnswerIsSeenAndEveryAnswerIsAsDocumented() {
		Set<String> expected = new TreeSet<>();
		operations().forEach((name, operation) -> map(operation, "responses").keySet()
			.stream()
			.filter((status) -> !status.equals("default"))
			.forEach((status) -> expected.add(name + " " + status)));
		Set<String> seen = new TreeSet<>();
		for (Exchange exchange : exchanges()) {
			String status = String.valueOf(exchange.answer().status());
			assertThat(expected).as("documented").contains(exchange.operation() + " " + status);
			assertThat(errors(exchange)).as(exchange.operation() + " " + status + " " + exchange.answer().body())
				.isEmpty();
			seen.add(exchange.operation() + " " + status);
		}
		assertThat(seen).isEqualTo(expected);
	}

	@Test
	void answersThatDifferFromTheirSchemaAreNoticed() {
		Answer session = service.client("todo-client").get("/session");
		assertThat(errors(new Exchange("GET /session", session))).isEmpty();
		assertThat(errors(new Exchange("GET /todos/{id}", session))).isNotEmpty();
	}

	@Test
	void everyBodyHasAnExampleThatIsAsItsSchemaSays() {
		Map<String, Object> examples = new TreeMap<>();
		findExamples("", openApi, examples);
		assertThat(examples).hasSizeGreaterThanOrEqualTo(12).allSatisfy((pointer, example) -> {
			assertThat(example).isNotNull();
			assertThat(errors(pointer + "/schema", JsonMapper.shared().writeValueAsString(example))).isEmpty();
		});
	}

	/** Those of each {@code content}, by where it stands; null where there is none. */
	private static void findExamples(String pointer, Map<String, Object> from, Map<String, Object> examples) {
		from.forEach((key, value) -> {
			String below = pointer + "/" + key.replace("/", "~1");
			if (key.equals("content")) {
				cast(value).forEach(
						(type, body) -> examples.put(below + "/" + type.replace("/", "~1"), cast(body).get("example")));
			}
			else if (value instanceof Map) {
				findExamples(below, cast(value), examples);
			}
		});
	}

	@Test
	void httpFileHasEveryOperation() throws IOException {
		Set<String> called = new TreeSet<>();
		Set<String> calledThroughClient = new TreeSet<>();
		Pattern.compile("(?m)^([A-Z]+) \\{\\{(service|client)}}(/[^?\\s]*)")
			.matcher(Files.readString(Path.of("todos.http")).replace("{{id}}", "{id}"))
			.results()
			.forEach((call) -> (call.group(2).equals("service") ? called : calledThroughClient)
				.add(call.group(1) + " " + call.group(3)));
		assertThat(called).isEqualTo(operations().keySet());
		assertThat(calledThroughClient).hasSizeGreaterThan(1).allSatisfy((call) -> {
			if (!call.equals("GET /api/tls")) {
				assertThat(operations()).containsKey(call.replace(" /api/", " /"));
			}
		});
	}

	@Test
	void connectionNeedsACertificate() {
		Map<String, Object> schemes = map(map(openApi, "components"), "securitySchemes");
		assertThat(list(openApi, "security")).isEqualTo(List.of(Map.of("mutualTls", List.of())));
		assertThat(map(schemes, "mutualTls")).containsEntry("type", "mutualTLS");
	}

	private record Exchange(String operation, Answer answer) {
	}

	private static List<Exchange> exchanges() {
		TestClient client = service.client("todo-client");
		TestClient reader = service.client("reader");
		TestClient writer = service.client("writer");
		TestClient stranger = service.client("stranger");
		String unknown = "/todos/00000000-0000-4000-8000-000000000000";
		String good = "{\"title\":\"x\",\"completed\":true}";
		String large = " ".repeat(65 * 1024);
		List<Exchange> all = new ArrayList<>();
		Answer created = client.post("/todos", good);
		String path = created.header("Location");
		client.post("/todos", good);
		all.add(new Exchange("POST /todos", created));
		all.add(new Exchange("POST /todos", client.post("/todos", "{}")));
		all.add(new Exchange("POST /todos", reader.post("/todos", good)));
		all.add(new Exchange("POST /todos", client.post("/todos", large)));
		all.add(new Exchange("POST /todos",
				client.send(client.request("/todos").POST(java.net.http.HttpRequest.BodyPublishers.ofString(good)))));
		all.add(new Exchange("GET /todos", client.get("/todos?limit=1&completed=true")));
		all.add(new Exchange("GET /todos", client.get("/todos?limit=0")));
		all.add(new Exchange("GET /todos", writer.get("/todos")));
		all.add(new Exchange("GET /todos/{id}", client.get(path)));
		all.add(new Exchange("GET /todos/{id}", client.get("/todos/x")));
		all.add(new Exchange("GET /todos/{id}", stranger.get(path)));
		all.add(new Exchange("GET /todos/{id}", client.get(unknown)));
		all.add(new Exchange("PUT /todos/{id}", client.put(path, good)));
		all.add(new Exchange("PUT /todos/{id}", client.put(path, "{")));
		all.add(new Exchange("PUT /todos/{id}", reader.put(path, good)));
		all.add(new Exchange("PUT /todos/{id}", client.put(unknown, good)));
		all.add(new Exchange("PUT /todos/{id}", client.put(path, good, "If-Match", "\"1\"")));
		all.add(new Exchange("PUT /todos/{id}", client.put(path, large)));
		all.add(new Exchange("PUT /todos/{id}",
				client.send(client.request(path).PUT(java.net.http.HttpRequest.BodyPublishers.ofString(good)))));
		all.add(new Exchange("DELETE /todos/{id}", client.delete("/todos/x")));
		all.add(new Exchange("DELETE /todos/{id}", reader.delete(path)));
		all.add(new Exchange("DELETE /todos/{id}", client.delete(path, "If-Match", "\"1\"")));
		all.add(new Exchange("DELETE /todos/{id}", client.delete(path)));
		all.add(new Exchange("DELETE /todos/{id}", client.delete(path)));
		all.add(new Exchange("GET /session", client.get("/session")));
		all.add(new Exchange("GET /session", stranger.get("/session")));
		return all;
	}

	/** What is wrong with an answer, measured by the document. */
	private static List<String> errors(Exchange exchange) {
		Map<String, Object> response = resolve(map(operations().get(exchange.operation()), "responses")
			.get(String.valueOf(exchange.answer().status())));
		List<String> errors = new ArrayList<>();
		map(response, "headers").forEach((name, header) -> {
			if (Boolean.TRUE.equals(resolve(header).get("required")) && exchange.answer().header(name) == null) {
				errors.add("header " + name + " is missing");
			}
		});
		Map<String, Object> content = map(response, "content");
		if (content.isEmpty()) {
			if (exchange.answer().body() != null) {
				errors.add("a body that is not documented");
			}
			return errors;
		}
		String type = content.keySet().iterator().next();
		if (!type.equals(exchange.answer().header("Content-Type"))) {
			errors.add("Content-Type is " + exchange.answer().header("Content-Type") + ", not " + type);
		}
		errors.addAll(errors(pointer(exchange, type), exchange.answer().body().toString()));
		return errors;
	}

	private static List<String> errors(String pointer, String json) {
		Schema schema = schemas.getSchema(SchemaLocation.of(ID + "#" + pointer));
		return schema
			.validate(json, InputFormat.JSON,
					(context) -> context.executionConfig((config) -> config.formatAssertionsEnabled(true)))
			.stream()
			.map(Object::toString)
			.toList();
	}

	private static String pointer(Exchange exchange, String type) {
		String[] operation = exchange.operation().split(" ");
		Map<String, Object> declared = map(map(operations().get(exchange.operation()), "responses"),
				String.valueOf(exchange.answer().status()));
		String response = declared.containsKey("$ref") ? declared.get("$ref").toString().substring(1)
				: "/paths/" + operation[1].replace("/", "~1") + "/" + operation[0].toLowerCase() + "/responses/"
						+ exchange.answer().status();
		return response + "/content/" + type.replace("/", "~1") + "/schema";
	}

	/** All operations by method and path, such as {@code GET /todos}. */
	private static Map<String, Map<String, Object>> operations() {
		Map<String, Map<String, Object>> operations = new TreeMap<>();
		map(openApi, "paths").forEach((path, item) -> {
			for (String method : List.of("get", "put", "post", "delete", "patch", "head", "options", "trace")) {
				if (cast(item).containsKey(method)) {
					operations.put(method.toUpperCase() + " " + path, map(cast(item), method));
				}
			}
		});
		return operations;
	}

	private static Set<String> documentedParameters(String operation, Map<String, Object> declared) {
		List<Object> parameters = new ArrayList<>();
		parameters.addAll(list(map(map(openApi, "paths"), operation.split(" ")[1]), "parameters"));
		parameters.addAll(list(declared, "parameters"));
		Set<String> names = new HashSet<>();
		parameters.stream()
			.map(OpenApiTests::resolve)
			.forEach((parameter) -> names.add(parameter.get("in") + " " + parameter.get("name")));
		return names;
	}

	private static Set<String> names(RequestMappingInfo mapping) {
		Set<String> names = new HashSet<>();
		mapping.getMethodsCondition()
			.getMethods()
			.forEach((method) -> mapping.getPatternValues().forEach((path) -> names.add(method + " " + path)));
		return names;
	}

	private static Set<String> implementedParameters(HandlerMethod handler) {
		Set<String> names = new HashSet<>();
		Method method = handler.getMethod();
		for (int i = 0; i < method.getParameterCount(); i++) {
			MethodParameter parameter = new MethodParameter(method, i);
			String name = method.getParameters()[i].getName();
			if (parameter.hasParameterAnnotation(RequestParam.class)) {
				names.add("query " + name);
			}
			if (parameter.hasParameterAnnotation(PathVariable.class)) {
				names.add("path " + name);
			}
			RequestHeader header = AnnotatedElementUtils.getMergedAnnotation(method.getParameters()[i],
					RequestHeader.class);
			if (header != null) {
				assertThat(header.name()).isEqualTo(HttpHeaders.IF_MATCH);
				names.add("header " + header.name());
			}
		}
		return names;
	}

	private static Map<String, Object> resolve(Object value) {
		Map<String, Object> map = cast(value);
		if (!(map.get("$ref") instanceof String reference)) {
			return map;
		}
		Map<String, Object> target = openApi;
		for (String step : reference.substring(2).split("/")) {
			target = map(target, step);
		}
		return target;
	}

	private static Map<String, Object> map(Map<String, Object> from, String key) {
		return from.containsKey(key) ? cast(from.get(key)) : Map.of();
	}

	private static List<Object> list(Map<String, Object> from, String key) {
		return from.containsKey(key) ? new ArrayList<>((List<?>) from.get(key)) : List.of();
	}

	@SuppressWarnings("unchecked")
	private static Map<String, Object> cast(Object value) {
		return (Map<String, Object>) value;
	}

}
