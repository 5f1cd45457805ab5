package com.example.todoclient.todos;

import java.net.URI;
import java.util.List;
import java.util.UUID;

import com.example.mtls.CalledService;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The todos of the service for the page, under {@code /api}. Bodies pass through as
 * bytes: decoding and encoding them again costs three times as much and would have to
 * know what the service accepts.
 */
@RestController
@RequestMapping("/api/todos")
class TodosController {

	private static final String PREFIX = "/api";

	/** Blanks only would be no UUID at all, and a failure of ours. */
	private static final String ID = "/{id:\\S+}";

	private static final List<String> TO_SERVICE = List.of(HttpHeaders.CONTENT_TYPE, HttpHeaders.IF_MATCH);

	private static final List<String> FROM_SERVICE = List.of(HttpHeaders.ALLOW, HttpHeaders.CONTENT_TYPE,
			HttpHeaders.ETAG, HttpHeaders.RETRY_AFTER);

	private final WebClient client;

	private final CalledService service;

	TodosController(WebClient client, CalledService service) {
		this.client = client;
		this.service = service;
	}

	@GetMapping
	Mono<ResponseEntity<byte[]>> list(ServerHttpRequest request) {
		String query = request.getURI().getRawQuery();
		return pass(request, (query != null) ? "/todos?" + query : "/todos", null);
	}

	@PostMapping
	Mono<ResponseEntity<byte[]>> add(ServerHttpRequest request, @RequestBody(required = false) byte @Nullable [] body) {
		return pass(request, "/todos", body);
	}

	@GetMapping(ID)
	Mono<ResponseEntity<byte[]>> get(ServerHttpRequest request, @PathVariable UUID id) {
		return pass(request, "/todos/" + id, null);
	}

	@PutMapping(ID)
	Mono<ResponseEntity<byte[]>> replace(ServerHttpRequest request, @PathVariable UUID id,
			@RequestBody(required = false) byte @Nullable [] body) {
		return pass(request, "/todos/" + id, body);
	}

	@DeleteMapping(ID)
	Mono<ResponseEntity<byte[]>> delete(ServerHttpRequest request, @PathVariable UUID id) {
		return pass(request, "/todos/" + id, null);
	}

	/** The path is ours, never the caller's: the certificate opens more than todos. */
	private Mono<ResponseEntity<byte[]>> pass(ServerHttpRequest request, String pathAndQuery, byte @Nullable [] body) {
		WebClient.RequestBodySpec call = this.client.method(request.getMethod())
			.uri((base) -> URI.create(base.build() + pathAndQuery))
			.accept(MediaType.APPLICATION_JSON, MediaType.APPLICATION_PROBLEM_JSON)
			.headers((headers) -> copy(request.getHeaders(), headers, TO_SERVICE));
		if (body != null && body.length > 0) {
			call.bodyValue(body);
		}
		return call.exchangeToMono((response) -> response.toEntity(byte[].class)).map((response) -> {
			HttpHeaders headers = new HttpHeaders();
			copy(response.getHeaders(), headers, FROM_SERVICE);
			addPrefix(response.getHeaders(), headers);
			return new ResponseEntity<>(request.getMethod() == HttpMethod.HEAD ? null : response.getBody(), headers,
					response.getStatusCode());
		}).onErrorMap(this.service::explain);
	}

	private static void copy(HttpHeaders from, HttpHeaders to, List<String> names) {
		names.forEach((name) -> from.getOrEmpty(name).forEach((value) -> to.add(name, value)));
	}

	/** Links of the service point to its own paths; ours have a prefix. */
	private static void addPrefix(HttpHeaders from, HttpHeaders to) {
		String location = from.getFirst(HttpHeaders.LOCATION);
		if (location != null) {
			to.set(HttpHeaders.LOCATION, PREFIX + URI.create(location).getRawPath());
		}
		from.getOrEmpty(HttpHeaders.LINK)
			.forEach((link) -> to.add(HttpHeaders.LINK, link.replace("</todos", "<" + PREFIX + "/todos")));
	}

}
