package com.example.todoclient.pair;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers of todo-client that add todos, each under a title of its own, remember what was
 * acknowledged, and never repeat anything. What is then stored twice was repeated by the
 * client.
 */
final class Writers implements AutoCloseable {

	private static final int WRITERS = 8;

	private static final Pattern NEXT = Pattern.compile("<(?<path>[^>]*)>; rel=\"next\"");

	private record Call(int writer, String title, int status, String reason, long begun, long ended) {

		boolean isAcknowledged() {
			return this.status == 201;
		}

	}

	/**
	 * What a fault did.
	 *
	 * @param requests writes that were sent
	 * @param acknowledged those answered 201
	 * @param lost acknowledged, and not stored
	 * @param duplicated stored more than once
	 * @param failures how often each other answer came
	 * @param recovered from the fault to the first acknowledged write after the last that
	 * was not; zero where all were
	 */
	record Outcome(int requests, int acknowledged, List<String> lost, List<String> duplicated,
			Map<String, Long> failures, Duration recovered) {
	}

	private final String client;

	private final String run;

	private final HttpClient http = HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();

	private final ExecutorService threads = Executors.newFixedThreadPool(WRITERS);

	private final ConcurrentLinkedQueue<Call> calls = new ConcurrentLinkedQueue<>();

	private volatile boolean running = true;

	private volatile long fault;

	private Writers(String client, String run) {
		this.client = client;
		this.run = run;
	}

	/**
	 * Begins, and returns when writes are acknowledged.
	 * @param clientPort where todo-client listens
	 * @param run a prefix of the titles, to tell this run from others
	 */
	static Writers start(int clientPort, String run) throws InterruptedException {
		Writers writers = new Writers("http://localhost:" + clientPort, run);
		for (int i = 0; i < WRITERS; i++) {
			int writer = i;
			writers.threads.submit(() -> writers.write(writer));
		}
		writers.awaitAcknowledged(100);
		return writers;
	}

	private void write(int writer) {
		for (int i = 0; this.running; i++) {
			String title = this.run + " " + writer + "-" + i;
			long begun = System.nanoTime();
			int status = 0;
			String reason;
			try {
				HttpResponse<String> answer = this.http
					.send(HttpRequest.newBuilder(URI.create(this.client + "/api/todos"))
						.header("Content-Type", "application/json")
						.timeout(Duration.ofSeconds(60))
						.POST(HttpRequest.BodyPublishers.ofString("{\"title\":\"" + title + "\"}"))
						.build(), HttpResponse.BodyHandlers.ofString());
				status = answer.statusCode();
				reason = status + " " + JsonMapper.shared().readTree(answer.body()).path("reason").asString("");
				Thread.sleep(5);
			}
			catch (IOException ex) {
				reason = ex.getClass().getSimpleName();
			}
			catch (InterruptedException ex) {
				return;
			}
			this.calls.add(new Call(writer, title, status, reason, begun, System.nanoTime()));
			if (status != 201) {
				pause(50);
			}
		}
	}

	/** Marks the moment of the fault. */
	void faultBegins() {
		this.fault = System.nanoTime();
	}

	/**
	 * Waits until so many more writes are acknowledged that were sent from now on, and
	 * one of each writer: none is still waiting for an answer from before.
	 */
	void awaitAcknowledged(int more) throws InterruptedException {
		long now = System.nanoTime();
		long end = now + TimeUnit.MINUTES.toNanos(2);
		List<Call> since = List.of();
		while (since.size() < more || since.stream().map(Call::writer).distinct().count() < WRITERS) {
			assertThat(System.nanoTime()).as(() -> "acknowledged within two minutes; last: " + last()).isLessThan(end);
			pause(20);
			since = this.calls.stream().filter((call) -> call.begun() > now && call.isAcknowledged()).toList();
		}
	}

	/** Waits until a write is answered with this status. */
	void awaitStatus(int status) {
		long now = System.nanoTime();
		long end = now + TimeUnit.MINUTES.toNanos(2);
		while (this.calls.stream().noneMatch((call) -> call.ended() > now && call.status() == status)) {
			assertThat(System.nanoTime()).as(() -> status + " within two minutes; last: " + last()).isLessThan(end);
			pause(20);
		}
	}

	private List<Call> last() {
		List<Call> all = new ArrayList<>(this.calls);
		return all.subList(Math.max(0, all.size() - 5), all.size());
	}

	/** Ends the writers and compares what was acknowledged with what is stored. */
	Outcome stop() throws Exception {
		this.running = false;
		this.threads.shutdown();
		assertThat(this.threads.awaitTermination(90, TimeUnit.SECONDS)).isTrue();
		Map<String, Integer> stored = stored();
		List<String> lost = this.calls.stream()
			.filter(Call::isAcknowledged)
			.map(Call::title)
			.filter((title) -> !stored.containsKey(title))
			.toList();
		List<String> duplicated = stored.entrySet()
			.stream()
			.filter((each) -> each.getValue() > 1)
			.map(Map.Entry::getKey)
			.toList();
		Map<String, Long> failures = this.calls.stream()
			.filter((call) -> !call.isAcknowledged())
			.collect(Collectors.groupingBy(Call::reason, TreeMap::new, Collectors.counting()));
		int acknowledged = (int) this.calls.stream().filter(Call::isAcknowledged).count();
		return new Outcome(this.calls.size(), acknowledged, lost, duplicated, failures, recovered());
	}

	private Duration recovered() {
		Call lastFailure = this.calls.stream()
			.filter((call) -> !call.isAcknowledged() && call.ended() > this.fault)
			.max(Comparator.comparingLong(Call::ended))
			.orElse(null);
		if (lastFailure == null) {
			return Duration.ZERO;
		}
		return this.calls.stream()
			.filter((call) -> call.isAcknowledged() && call.ended() > lastFailure.ended())
			.min(Comparator.comparingLong(Call::ended))
			.map((call) -> Duration.ofNanos(call.ended() - this.fault))
			.orElseThrow(() -> new AssertionError("no write was acknowledged after " + lastFailure));
	}

	/** How often each title of this run is there. */
	private Map<String, Integer> stored() throws Exception {
		Map<String, Integer> stored = new TreeMap<>();
		Set<String> ids = new HashSet<>();
		String path = "/api/todos?limit=500";
		while (path != null) {
			HttpResponse<String> page = this.http.send(
					HttpRequest.newBuilder(URI.create(this.client + path)).timeout(Duration.ofSeconds(60)).build(),
					HttpResponse.BodyHandlers.ofString());
			assertThat(page.statusCode()).as(page.body()).isEqualTo(200);
			for (JsonNode todo : JsonMapper.shared().readTree(page.body())) {
				assertThat(ids.add(todo.get("id").asString())).as("each todo is on one page").isTrue();
				String title = todo.get("title").asString();
				if (title.startsWith(this.run + " ")) {
					stored.merge(title, 1, Integer::sum);
				}
			}
			Matcher next = NEXT.matcher(page.headers().firstValue("Link").orElse(""));
			path = next.find() ? next.group("path") : null;
		}
		return stored;
	}

	private static void pause(int millis) {
		try {
			Thread.sleep(millis);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public void close() {
		this.running = false;
		this.threads.shutdownNow();
	}

}
