package com.example.todoservice.database;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;

import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * A real PostgreSQL server that is killed and comes back, and the service that waits for
 * it.
 */
@ExtendWith(OutputCaptureExtension.class)
class OutageTests {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	@Test
	void serviceWaitsForItsDatabaseAtTheStartAndOutlivesItsEnd(CapturedOutput output) {
		try (TestPostgres postgres = TestPostgres.start()) {
			String url = postgres.newDatabase();
			postgres.kill();
			CompletableFuture<TestService> start = CompletableFuture
				.supplyAsync(() -> TestService.start("--spring.main.sources=" + Things.class.getName(),
						"--spring.datasource.url=" + url, "--spring.datasource.username=postgres",
						"--spring.flyway.connect-retries-interval=1s"));
			await().atMost(PATIENCE).until(() -> output.getAll().contains("Retrying in 1 sec"));
			postgres.restart();
			try (TestService service = start.join()) {
				outlivesItsEnd(postgres, service, output);
			}
		}
	}

	private void outlivesItsEnd(TestPostgres postgres, TestService service, CapturedOutput output) {
		TestClient client = service.client("todo-client");
		service.bean(JdbcTemplate.class).execute(Things.TABLE);
		assertThat(client.post("/things", "{}").status()).isEqualTo(201);
		assertThat(probe(service, "readiness")).isEqualTo(200);

		postgres.kill();
		int before = output.getOut().length();
		Answer refused = client.post("/things", "{}");
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.header("Retry-After")).isEqualTo("2");
		assertThat(refused.body().get("reason").asString()).isEqualTo("storage-unavailable");
		assertThat(probe(service, "readiness")).isEqualTo(503);
		List<CompletableFuture<Integer>> calls = IntStream.range(0, 40)
			.mapToObj((number) -> CompletableFuture.supplyAsync(() -> client.get("/things").status()))
			.toList();
		assertThat(calls).allSatisfy((call) -> assertThat(call.join()).isEqualTo(503));
		IntStream.range(0, 3).forEach((number) -> probe(service, "readiness"));
		String log = output.getOut().substring(before);
		assertThat(log.lines().filter((line) -> line.matches("\\d{4}-.* (WARN|ERROR) .*todo-service.*")))
			.as("lines of 40 calls and 4 probes, whoever writes them")
			.hasSizeBetween(1, 4);
		assertThat(log).doesNotContain("\tat ");
		assertThat(probe(service, "liveness")).as("a restart of the service would not help").isEqualTo(200);

		postgres.restart();
		await().atMost(PATIENCE).until(() -> client.get("/things").status() == 200);
		await().atMost(PATIENCE).until(() -> probe(service, "readiness") == 200);
		assertThat(client.get("/things").body()).hasSize(1);
	}

	private static int probe(TestService service, String group) {
		try {
			return HttpClient.newHttpClient()
				.send(HttpRequest
					.newBuilder(
							URI.create("http://localhost:" + service.managementPort() + "/actuator/health/" + group))
					.build(), HttpResponse.BodyHandlers.discarding())
				.statusCode();
		}
		catch (java.io.IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

}
