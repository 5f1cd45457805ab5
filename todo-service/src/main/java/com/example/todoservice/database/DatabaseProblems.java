package com.example.todoservice.database;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

import com.example.mtls.LogLimit;
import com.example.todoservice.problem.ProblemDocument;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.TransactionTimedOutException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/**
 * Tells an outage of the database from a mistake in a statement or a constraint, and logs
 * either, each kind once in a minute.
 */
@RestControllerAdvice
@Order(-1)
class DatabaseProblems {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseProblems.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** Seconds after which a caller may try again when the database was out of reach. */
	private static final String RETRY_AFTER = "2";

	/** Classes of SQL states: connection, resources, operator, system. */
	private static final Set<String> RESOURCES = Set.of("08", "53", "57", "58");

	/** Too complex or too large for the database: it will be so the next time. */
	private static final String TOO_LARGE = "54";

	/** The server has become a standby; the next connection finds the new primary. */
	private static final String READ_ONLY = "25006";

	/** Of H2: its file cannot be read or written, or it has closed itself for that. */
	private static final Set<Integer> H2_RESOURCES = Set.of(90028, 90031, 90067, 90098, 90121);

	/** H2's store of rows, by name because H2 may be left out. */
	private static final String H2_STORE = "org.h2.mvstore.MVStoreException";

	private final LogLimit limit;

	DatabaseProblems(Clock clock) {
		this.limit = new LogLimit(clock, PAUSE);
	}

	/**
	 * The database is down, slow or full, and trying again may help; or a statement of
	 * ours is wrong, which no trying again will mend.
	 */
	@ExceptionHandler({ DataAccessException.class, TransactionException.class })
	ResponseEntity<ProblemDetail> handle(RuntimeException ex) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(ex);
		if (!passesByItself(ex)) {
			String before = this.limit.next(ex.getClass().getName() + root.getMessage());
			if (before != null) {
				logger.error("The database refused a statement.{}", before, new WithoutValues(ex));
			}
			return answer(ProblemDocument.ofFailure(), HttpHeaders.EMPTY);
		}
		String kind = root.getClass().getSimpleName();
		String before = this.limit.next(kind + state(root));
		if (before != null) {
			logger.error("The database did not answer: {}: {}{}", kind, firstLine(root), before);
		}
		HttpHeaders headers = new HttpHeaders();
		headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		return answer(ProblemDocument.of(HttpStatus.SERVICE_UNAVAILABLE, "Storage unavailable",
				"The database of todo-service cannot be used at the moment. Try again after " + RETRY_AFTER
						+ " seconds."),
				headers);
	}

	private static ResponseEntity<ProblemDetail> answer(ProblemDetail problem, HttpHeaders headers) {
		return ResponseEntity.status(problem.getStatus())
			.headers(headers)
			.contentType(MediaType.APPLICATION_PROBLEM_JSON)
			.body(problem);
	}

	private static boolean passesByItself(RuntimeException ex) {
		SQLException sql = sql(ex);
		String state = (sql != null) ? state(sql) : "";
		if (state.startsWith(TOO_LARGE)) {
			return false;
		}
		return ex instanceof TransientDataAccessException || ex instanceof RecoverableDataAccessException
				|| ex instanceof DataAccessResourceFailureException || ex instanceof CannotCreateTransactionException
				|| ex instanceof TransactionTimedOutException || state.equals(READ_ONLY)
				|| (state.length() == 5 && RESOURCES.contains(state.substring(0, 2)))
				|| (sql != null && H2_RESOURCES.contains(sql.getErrorCode())) || isAboutFiles(ex);
	}

	/** A file or a connection: H2 calls a full disk a general error. */
	private static boolean isAboutFiles(Throwable ex) {
		for (Throwable each = ex; each != null; each = each.getCause()) {
			if (each instanceof IOException || each.getClass().getName().equals(H2_STORE)) {
				return true;
			}
		}
		return false;
	}

	private static @Nullable SQLException sql(Throwable ex) {
		SQLException last = null;
		for (Throwable each = ex; each != null; each = each.getCause()) {
			last = (each instanceof SQLException sql) ? sql : last;
		}
		return last;
	}

	private static String state(Throwable ex) {
		return (ex instanceof SQLException sql) ? String.valueOf(sql.getSQLState()) : "";
	}

	/** Drivers quote values in later lines of a message, and H2 behind this word. */
	private static String firstLine(Throwable ex) {
		return String.valueOf(ex.getMessage()).lines().findFirst().orElse("").replaceFirst(" VALUES .*", "");
	}

	/**
	 * The same trace, without what may be somebody's data: only of a wrong statement and
	 * of a constraint does the message tell something without it.
	 */
	private static final class WithoutValues extends Exception {

		private final String text;

		WithoutValues(Throwable ex) {
			super(null, (ex.getCause() != null) ? new WithoutValues(ex.getCause()) : null);
			String state = state(ex);
			String message = (state.startsWith("42") || state.startsWith("23")) ? ": " + firstLine(ex) : "";
			this.text = ex.getClass().getName() + (state.isEmpty() ? "" : " (SQL state " + state + ")") + message;
			setStackTrace(ex.getStackTrace());
		}

		@Override
		public String toString() {
			return this.text;
		}

	}

}
