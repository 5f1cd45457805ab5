package com.example.todoservice.todo;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

import com.example.todoservice.problem.ProblemDocument;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;
import org.springframework.web.ErrorResponseException;

/**
 * All todos there are. Every statement names the owner, so nobody reaches another's.
 */
@Repository
class Todos {

	private static final String COLUMNS = "id, seq, title, completed, owner, version, created_at, updated_at";

	private final JdbcClient jdbc;

	private final Clock clock;

	Todos(JdbcClient jdbc, Clock clock) {
		this.jdbc = jdbc;
		this.clock = clock;
	}

	/**
	 * One page of todos, oldest first.
	 *
	 * @param todos the todos
	 * @param next where the next page starts, or {@code null} if there is none
	 */
	record Page(List<Todo> todos, @Nullable Cursor next) {
	}

	private record Row(long seq, Todo todo) {
	}

	Page page(String owner, @Nullable Boolean completed, Cursor after, int limit) {
		// One owner's todos in the order of seq; H2 takes the order from an index only if
		// all of its columns are named.
		String order = (completed != null) ? "owner, completed, seq" : "owner, seq";
		JdbcClient.StatementSpec statement = this.jdbc
			.sql("select " + COLUMNS + " from todo where owner = :owner"
					+ ((completed != null) ? " and completed = :completed" : "") + " and seq > :after order by " + order
					+ " limit :limit")
			.param("owner", owner)
			.param("after", after.seq())
			// One more than asked for tells whether a page follows.
			.param("limit", limit + 1);
		if (completed != null) {
			statement = statement.param("completed", completed);
		}
		List<Row> rows = statement.query(Todos::row).list();
		boolean more = rows.size() > limit;
		List<Todo> todos = new ArrayList<>(rows.stream().limit(limit).map(Row::todo).toList());
		return new Page(todos, more ? new Cursor(rows.get(limit - 1).seq()) : null);
	}

	/** One todo. Of someone else's, callers cannot tell whether it is there. */
	Todo get(String owner, UUID id) {
		return this.jdbc.sql("select " + COLUMNS + " from todo where id = :id and owner = :owner")
			.param("id", id)
			.param("owner", owner)
			.query(Todos::row)
			.optional()
			.map(Row::todo)
			.orElseThrow(
					() -> problem(HttpStatus.NOT_FOUND, "Todo not found", "You have no todo with the id " + id + "."));
	}

	Todo add(String owner, String title, boolean completed) {
		Instant now = now();
		Todo todo = new Todo(UUID.randomUUID(), title, completed, owner, now, now, 1);
		this.jdbc
			.sql("insert into todo (id, owner, title, completed, version, created_at, updated_at)"
					+ " values (:id, :owner, :title, :completed, :version, :now, :now)")
			.param("id", todo.id())
			.param("owner", owner)
			.param("title", title)
			.param("completed", completed)
			.param("version", todo.version())
			.param("now", now.atOffset(ZoneOffset.UTC))
			.update();
		return todo;
	}

	/**
	 * Replaces a todo if its version still fits, in one statement, so that of two callers
	 * who read the same version only one succeeds.
	 */
	@Transactional
	public Todo replace(String owner, UUID id, String title, boolean completed, Precondition precondition) {
		int changed = conditional(
				"update todo set title = :title, completed = :completed, version = version + 1, updated_at = :now",
				owner, id, precondition)
			.param("title", title)
			.param("completed", completed)
			.param("now", now().atOffset(ZoneOffset.UTC))
			.update();
		Todo todo = get(owner, id);
		if (changed == 0) {
			throw hasChanged(id);
		}
		return todo;
	}

	/** Removes a todo if its version still fits. */
	@Transactional
	public void remove(String owner, UUID id, Precondition precondition) {
		if (conditional("delete from todo", owner, id, precondition).update() == 0) {
			get(owner, id);
			throw hasChanged(id);
		}
	}

	private JdbcClient.StatementSpec conditional(String change, String owner, UUID id, Precondition precondition) {
		JdbcClient.StatementSpec statement = this.jdbc
			.sql(change + " where id = :id and owner = :owner"
					+ (precondition.isAny() ? "" : " and version in (:versions)"))
			.param("id", id)
			.param("owner", owner);
		return precondition.isAny() ? statement : statement.param("versions", precondition.versions());
	}

	/** Somebody has changed it since the caller read it (RFC 9110 section 15.5.13). */
	private static ErrorResponseException hasChanged(UUID id) {
		return problem(HttpStatus.PRECONDITION_FAILED, "Todo has changed", "The todo " + id
				+ " is no longer as If-Match expects it. Read it again, then repeat the change with its new ETag.");
	}

	private static ErrorResponseException problem(HttpStatus status, String title, String detail) {
		return new ErrorResponseException(status, ProblemDocument.of(status, title, detail), null);
	}

	/** Microseconds are what both databases keep. */
	private Instant now() {
		return this.clock.instant().truncatedTo(ChronoUnit.MICROS);
	}

	private static Row row(ResultSet row, int number) throws SQLException {
		return new Row(row.getLong("seq"),
				new Todo(row.getObject("id", UUID.class), row.getString("title"), row.getBoolean("completed"),
						row.getString("owner"), instant(row, "created_at"), instant(row, "updated_at"),
						row.getLong("version")));
	}

	private static Instant instant(ResultSet row, String column) throws SQLException {
		return row.getObject(column, OffsetDateTime.class).toInstant();
	}

}
