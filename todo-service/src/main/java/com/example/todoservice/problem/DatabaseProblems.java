package com.example.todoservice.problem;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionTimedOutException;

/**
 * Tells an outage of the database from a mistake in a statement or a constraint, and logs
 * either, each kind once in a minute: an outage under load would fill the disk.
 */
@Component
class DatabaseProblems {

	private static final Logger logger = LoggerFactory.getLogger(DatabaseProblems.class);

	private static final Duration PAUSE = Duration.ofMinutes(1);

	/** More kinds than a database has at once. */
	private static final int KINDS = 100;

	/** Classes of SQL states: connection, resources, operator, system. */
	private static final Set<String> RESOURCES = Set.of("08", "53", "57", "58");

	/** Too complex or too large for the database: it will be so the next time. */
	private static final String TOO_LARGE = "54";

	/** The server has become a standby; the next connection finds the new primary. */
	private static final String READ_ONLY = "25006";

	/** Of H2: its file cannot be read or written, or it has closed itself for that. */
	private static final Set<Integer> H2_RESOURCES = Set.of(90028, 90031, 90067, 90098, 90121);

	private final Map<String, Burst> bursts = new HashMap<>();

	private final Clock clock;

	private record Burst(Instant since, long unlogged) {
	}

	DatabaseProblems(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Logs a failure, unless one of its kind was logged within a minute.
	 * @return whether it passes by itself, so that trying again may help
	 */
	boolean isOutage(RuntimeException ex) {
		boolean outage = passesByItself(ex);
		Throwable root = NestedExceptionUtils.getMostSpecificCause(ex);
		String before = outage ? before(root.getClass().getSimpleName() + state(root))
				: before(ex.getClass().getName() + root.getMessage());
		if (before != null && outage) {
			logger.error("The database did not answer: {}: {}{}", root.getClass().getSimpleName(), firstLine(root),
					before);
		}
		else if (before != null) {
			logger.error("The database refused a statement{}", before, new WithoutValues(ex));
		}
		return outage;
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
				|| (sql != null && H2_RESOURCES.contains(sql.getErrorCode()));
	}

	/** What to add to the line, or {@code null} for no line. */
	private synchronized @Nullable String before(String kind) {
		Instant now = this.clock.instant();
		Burst burst = this.bursts.get(kind);
		if (burst != null && Duration.between(burst.since(), now).abs().compareTo(PAUSE) < 0) {
			this.bursts.put(kind, new Burst(burst.since(), burst.unlogged() + 1));
			return null;
		}
		if (this.bursts.size() >= KINDS) {
			this.bursts.clear();
		}
		this.bursts.put(kind, new Burst(now, 0));
		return (burst != null && burst.unlogged() > 0)
				? " (and %d more times since %s)".formatted(burst.unlogged(), burst.since()) : "";
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
