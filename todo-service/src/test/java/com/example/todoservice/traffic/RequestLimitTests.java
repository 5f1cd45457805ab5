package com.example.todoservice.traffic;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import com.example.todoservice.database.TestPostgres;
import com.example.todoservice.database.Things;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

/**
 * More requests than the service works on at once, over real connections and with a real
 * database that is made to wait.
 */
class RequestLimitTests {

	private static final int LIMIT = 4;

	private static final int CALLERS = 24;

	private static final int WRITES = 20;

	private static final String URL = TestPostgres.shared().newDatabase();

	private static final ExecutorService callers = Executors.newFixedThreadPool(CALLERS);

	private static TestService service;

	private static TestClient client;

	@BeforeAll
	static void start() {
		service = TestService.start("--spring.main.sources=" + Things.class.getName(), "--spring.datasource.url=" + URL,
				"--spring.datasource.username=postgres", "--traffic.concurrent-requests=" + LIMIT,
				"--spring.jdbc.template.query-timeout=60s",
				"--spring.datasource.hikari.data-source-properties.socketTimeout=60");
		service.bean(JdbcTemplate.class).execute(Things.TABLE);
		client = service.client("todo-client");
	}

	@AfterAll
	static void stop() {
		callers.shutdownNow();
		service.close();
	}

	@Test
	void whatIsTooMuchIsAnsweredWhileTheOthersStillWait() throws Exception {
		List<CompletableFuture<Answer>> calls;
		try (Connection blocker = DriverManager.getConnection(URL, "postgres", "");
				Statement statement = blocker.createStatement()) {
			blocker.setAutoCommit(false);
			statement.execute("lock table thing in access exclusive mode");
			calls = IntStream.range(0, CALLERS)
				.mapToObj((each) -> CompletableFuture.supplyAsync(() -> client.get("/things"), callers))
				.toList();
			await().atMost(Duration.ofSeconds(50)).until(() -> answered(calls).size() == CALLERS - LIMIT);
			assertThat(answered(calls)).allSatisfy((refused) -> {
				assertThat(refused.status()).isEqualTo(503);
				assertThat(refused.header("Retry-After")).isEqualTo("1");
				assertThat(refused.header("Content-Type")).isEqualTo("application/problem+json");
				assertThat(refused.body().get("reason").asString()).isEqualTo("overloaded");
			});
			assertThat(management("/actuator/health/liveness").statusCode()).as("probes are not limited")
				.isEqualTo(200);
			assertThat(management("/actuator/prometheus").body())
				.contains("requests_refused_total " + (double) (CALLERS - LIMIT))
				.containsPattern("http_server_requests_active_seconds_count\\{.*} " + LIMIT);
			blocker.rollback();
		}
		assertThat(calls.stream().map(CompletableFuture::join).filter((each) -> each.status() == 200)).hasSize(LIMIT);
		assertThat(client.get("/things").status()).isEqualTo(200);
	}

	@Test
	void underLoadEachWriteIsEitherServedOrToldToComeBackAndAfterwardsAllAreServed() {
		List<CompletableFuture<List<Integer>>> all = IntStream.range(0, CALLERS)
			.mapToObj((caller) -> CompletableFuture.supplyAsync(
					() -> IntStream.range(0, WRITES).mapToObj((i) -> client.post("/things", "{}").status()).toList(),
					callers))
			.toList();
		Map<Integer, Long> statuses = all.stream()
			.flatMap((each) -> each.join().stream())
			.collect(Collectors.groupingBy((status) -> status, Collectors.counting()));
		assertThat(statuses).containsOnlyKeys(201, 503);
		assertThat(client.get("/things").body()).hasSize(statuses.get(201).intValue());
		assertThat(client.post("/things", "{}").status()).isEqualTo(201);
	}

	private static List<Answer> answered(List<CompletableFuture<Answer>> calls) {
		return calls.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join).toList();
	}

	private static HttpResponse<String> management(String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + service.managementPort() + path)).build(),
					HttpResponse.BodyHandlers.ofString());
	}

}
