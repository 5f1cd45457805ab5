package com.example.todoservice.todo;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

import com.example.todoservice.TestClient;
import com.example.todoservice.TestClient.Answer;
import com.example.todoservice.TestPostgres;
import com.example.todoservice.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

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
				.supplyAsync(() -> TestService.start("--spring.datasource.url=" + url,
						"--spring.datasource.username=postgres", "--spring.flyway.connect-retries-interval=1s"));
			await().atMost(PATIENCE).until(() -> output.getAll().contains("Retrying in 1 sec"));
			postgres.restart();
			try (TestService service = start.join()) {
				outlivesItsEnd(postgres, service);
			}
		}
	}

	private void outlivesItsEnd(TestPostgres postgres, TestService service) {
		TestClient client = service.client("todo-client");
		assertThat(client.post("/todos", "{\"title\":\"before\"}").status()).isEqualTo(201);
		assertThat(probe(service, "readiness")).isEqualTo(200);

		postgres.kill();
		Answer refused = client.post("/todos", "{\"title\":\"meanwhile\"}");
		assertThat(refused.status()).isEqualTo(503);
		assertThat(refused.header("Retry-After")).isEqualTo("2");
		assertThat(refused.body().get("reason").asString()).isEqualTo("storage-unavailable");
		assertThat(probe(service, "readiness")).isEqualTo(503);
		assertThat(probe(service, "liveness")).as("a restart of the service would not help").isEqualTo(200);

		postgres.restart();
		await().atMost(PATIENCE).until(() -> client.get("/todos").status() == 200);
		await().atMost(PATIENCE).until(() -> probe(service, "readiness") == 200);
		assertThat(client.get("/todos").body()).hasSize(1);
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
