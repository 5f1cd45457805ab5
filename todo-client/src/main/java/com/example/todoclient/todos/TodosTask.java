package com.example.todoclient.todos;

import java.io.PrintStream;
import java.util.List;
import java.util.regex.Pattern;

import com.example.mtls.CallFailure;
import com.example.mtls.CalledService;
import com.example.todoclient.session.Session;
import com.example.todoclient.session.SessionApi;

import org.springframework.http.HttpHeaders;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Component;

/**
 * What the client does as a task: it calls the service once, prints what it learned, and
 * ends.
 */
@Component
public class TodosTask {

	private static final int DONE = 0;

	private static final int FAILED = 1;

	private static final int TLS_REFUSED = 3;

	private static final Pattern CONTROL = Pattern.compile("\\p{C}");

	/** The most that one call may ask for. */
	private static final int LIMIT = 500;

	private final SessionApi sessions;

	private final TodoApi todos;

	private final CalledService service;

	TodosTask(SessionApi sessions, TodoApi todos, CalledService service) {
		this.sessions = sessions;
		this.todos = todos;
		this.service = service;
	}

	/**
	 * Prints the greeting and the todos, or what went wrong.
	 * @param out for the result
	 * @param err for a failure
	 * @return 0 when done, 1 when the service could not be reached or answered an error,
	 * 3 when TLS was refused by one side
	 */
	public int run(PrintStream out, PrintStream err) {
		try {
			Session session = this.sessions.session().block();
			ResponseEntity<List<Todo>> page = this.todos.list(LIMIT, null).block();
			print(session, page, out);
			return DONE;
		}
		catch (RuntimeException ex) {
			CallFailure failure = this.service.explain(ex);
			err.println(failure.title() + " (" + failure.reason().code() + ").");
			err.println(failure.detail());
			return failure.isTlsRefusal() ? TLS_REFUSED : FAILED;
		}
	}

	private static void print(Session session, ResponseEntity<List<Todo>> page, PrintStream out) {
		List<Todo> todos = page.getBody();
		out.println(printable(session.greeting()));
		out.printf("%s, %s. We may: %s.%n", printable(session.protocol()), printable(session.cipherSuite()),
				printable(String.join(", ", session.roles())));
		out.println(todos.isEmpty() ? "No todos." : todos.size() + ((todos.size() == 1) ? " todo:" : " todos:"));
		todos.forEach((todo) -> out
			.println(todo.completed() ? "[x] " + printable(todo.title()) : "[ ] " + printable(todo.title())));
		if (page.getHeaders().containsHeader(HttpHeaders.LINK)) {
			out.println("… and more.");
		}
	}

	/** What the service says must not move a terminal's cursor. */
	private static String printable(String text) {
		return CONTROL.matcher(text).replaceAll((found) -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
	}

}
