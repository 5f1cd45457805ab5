package com.example.todoservice;

import java.net.http.HttpResponse;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

import tools.jackson.databind.JsonNode;

import static org.assertj.core.api.Assertions.assertThat;

/** What holds of every error: its form, and what it tells nobody. */
public final class ProblemAssert {

	private ProblemAssert() {
	}

	public static void assertProblem(HttpResponse<String> response, JsonNode body) {
		assertThat(response.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem+json");
		assertProblem(body, response.statusCode());
		assertSilent(response);
	}

	public static void assertProblem(JsonNode body, int status) {
		assertThat(body.get("status").asInt()).isEqualTo(status);
		assertThat(body.get("title").asString()).isNotBlank();
		assertThat(body.get("detail").asString()).isNotBlank();
		assertThat(body.get("type").asString())
			.isEqualTo("tag:example.com,2026:todo-mtls/" + body.get("reason").asString());
		assertThat(body.get("reason").asString()).matches("[a-z]+(-[a-z]+)*");
	}

	static void assertSilent(HttpResponse<String> response) {
		Map<String, String> headers = new TreeMap<>();
		response.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.get(0)));
		assertSilent(headers, response.body());
	}

	static void assertSilent(Map<String, String> headers, String body) {
		assertThat(headers).doesNotContainKeys("server", "x-powered-by", "x-application-context", "set-cookie", "via");
		assertThat(body.toLowerCase(Locale.ROOT)).doesNotContain("exception", "\tat ", "org.springframework",
				"org.apache", "java.", "tomcat/", "whitelabel", "<html");
	}

}
