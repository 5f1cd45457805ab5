package com.example.todoclient.todos;

import java.util.List;

import com.example.mtls.CallFailure;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;

/**
 * What we call of the API of todo-service, one method for each call. What prevents an
 * answer is a {@link CallFailure}, as the error itself or as its cause.
 */
public interface TodoApi {

	/**
	 * A page of our own todos, oldest first.
	 * @param limit how many at most, 1 to 500
	 * @param after the cursor from the {@code Link} header of the page before
	 * @return the todos, with a {@code Link} header while more follow
	 */
	@GetExchange("/todos")
	Mono<ResponseEntity<List<Todo>>> list(@RequestParam int limit,
			@RequestParam(required = false) @Nullable String after);

}
