package com.example.todoservice.todo;

import java.net.URI;
import java.security.Principal;
import java.util.List;
import java.util.UUID;

import com.example.todoservice.problem.FieldException;
import com.example.todoservice.problem.StrictBody;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotNull;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * The todos of whoever calls, as {@code openapi.yaml} describes them.
 */
@RestController
@RequestMapping("/todos")
class TodoController {

	private static final Logger audit = LoggerFactory.getLogger("audit.todo");

	private final Todos todos;

	TodoController(Todos todos) {
		this.todos = todos;
	}

	/**
	 * What a caller sends to create a todo.
	 *
	 * @param title what to do
	 * @param completed whether it is done already; {@code false} where it is missing
	 */
	record NewTodo(@Title String title, @Nullable Boolean completed) implements StrictBody {
	}

	/** All of a todo, as PUT means (RFC 9110 section 9.3.4). */
	record TodoUpdate(@Title String title, @NotNull Boolean completed) implements StrictBody {
	}

	/** No {@code ResponseEntity}, which would send the page and its end separately. */
	@GetMapping(produces = MediaType.APPLICATION_JSON_VALUE)
	List<Todo> list(Principal caller, @RequestParam(defaultValue = "100") @Min(1) @Max(500) int limit,
			@RequestParam(required = false) @Nullable String after,
			@RequestParam(required = false) @Nullable Boolean completed, HttpServletResponse response) {
		Cursor start = (after != null) ? cursor(after, caller.getName()) : Cursor.START;
		Todos.Page page = this.todos.page(caller.getName(), completed, start, limit);
		if (page.next() != null) {
			UriComponentsBuilder next = UriComponentsBuilder.fromPath("/todos")
				.queryParam("limit", limit)
				.queryParam("after", page.next().encode(caller.getName()));
			if (completed != null) {
				next.queryParam("completed", completed);
			}
			response.setHeader(HttpHeaders.LINK, "<" + next.toUriString() + ">; rel=\"next\"");
		}
		return page.todos();
	}

	@PostMapping(produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Todo> create(Principal caller, @RequestBody @Valid NewTodo request) {
		Todo todo = this.todos.add(caller.getName(), request.title(), Boolean.TRUE.equals(request.completed()));
		changed(caller, "created", todo.id());
		return ResponseEntity.created(URI.create("/todos/" + todo.id())).eTag(todo.eTag()).body(todo);
	}

	@GetMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Todo> get(Principal caller, @PathVariable UUID id) {
		Todo todo = this.todos.get(caller.getName(), id);
		return ResponseEntity.ok().eTag(todo.eTag()).body(todo);
	}

	@PutMapping(path = "/{id}", produces = MediaType.APPLICATION_JSON_VALUE)
	ResponseEntity<Todo> replace(Principal caller, @PathVariable UUID id, @RequestBody @Valid TodoUpdate request,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
		Todo todo = this.todos.replace(caller.getName(), id, request.title(), request.completed(),
				Precondition.of(ifMatch));
		changed(caller, "replaced", id);
		return ResponseEntity.ok().eTag(todo.eTag()).body(todo);
	}

	@DeleteMapping("/{id}")
	ResponseEntity<Void> delete(Principal caller, @PathVariable UUID id,
			@RequestHeader(name = HttpHeaders.IF_MATCH, required = false) @Nullable String ifMatch) {
		this.todos.remove(caller.getName(), id, Precondition.of(ifMatch));
		changed(caller, "deleted", id);
		return ResponseEntity.noContent().build();
	}

	/** One line for each change: who, what, which todo. Never its title. */
	private static void changed(Principal caller, String action, UUID id) {
		audit.info("action={} todo={} caller=\"{}\"", action, id, caller.getName());
	}

	private static Cursor cursor(String after, String owner) {
		try {
			return Cursor.decode(after, owner);
		}
		catch (IllegalArgumentException ex) {
			throw new FieldException("after", "must be the cursor of a Link header that this caller was given");
		}
	}

}
