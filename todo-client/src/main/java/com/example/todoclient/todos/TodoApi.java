package com.example.todoclient.todos;

import java.util.List;
import java.util.UUID;

import com.example.todoclient.mtls.failure.CallFailure;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PostExchange;
import org.springframework.web.service.annotation.PutExchange;

/**
 * The API of todo-service. Whatever fails ends in a {@link CallFailure}, as the error
 * itself or as its cause.
 */
public interface TodoApi {

	/**
	 * How the service sees us.
	 * @return the session
	 */
	@GetExchange("/session")
	Mono<Session> session();

	/**
	 * A page of our own todos, oldest first.
	 * @param limit how many at most, 1 to 500
	 * @param after the cursor from the {@code Link} header of the page before
	 * @return the todos, with a {@code Link} header while more follow
	 */
	@GetExchange("/todos")
	Mono<ResponseEntity<List<Todo>>> list(@RequestParam int limit,
			@RequestParam(required = false) @Nullable String after);

	/**
	 * Adds a todo.
	 * @param content what it says
	 * @return the todo
	 */
	@PostExchange("/todos")
	Mono<Todo> add(@RequestBody TodoContent content);

	/**
	 * One todo.
	 * @param id its identifier
	 * @return the todo, with its {@code ETag}
	 */
	@GetExchange("/todos/{id}")
	Mono<ResponseEntity<Todo>> get(@PathVariable UUID id);

	/**
	 * Changes a todo.
	 * @param id its identifier
	 * @param content what it says from now on
	 * @param ifMatch the {@code ETag} it must still have, or {@code null} for any
	 * @return the todo
	 */
	@PutExchange("/todos/{id}")
	Mono<Todo> replace(@PathVariable UUID id, @RequestBody TodoContent content,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch);

	/**
	 * Deletes a todo.
	 * @param id its identifier
	 * @param ifMatch the {@code ETag} it must still have, or {@code null} for any
	 * @return nothing, when it is done
	 */
	@DeleteExchange("/todos/{id}")
	Mono<Void> delete(@PathVariable UUID id,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch);

}
