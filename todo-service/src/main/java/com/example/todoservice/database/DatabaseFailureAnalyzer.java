package com.example.todoservice.database;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;

import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLException;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;

/**
 * Says at start-up why the database cannot be used, instead of a stack trace of the pool
 * and the migration. The URL is shown only as far as it plainly is one, and no message of
 * a driver, which may repeat the rest of it.
 */
class DatabaseFailureAnalyzer implements FailureAnalyzer {

	private static final Set<String> BEANS = Set.of("dataSource", "flyway", "flywayInitializer");

	/** Of H2: somebody else has the file open. */
	private static final int IN_USE = 90020;

	/** Of H2: which folder a path is relative to has to be said. */
	private static final int RELATIVE = 90011;

	/** Of H2: the file cannot be opened or written. */
	private static final Set<Integer> NOT_WRITABLE = Set.of(90028, 90031, 90034, 90062);

	/** A kind, and a file or a host and a name: no user and no parameter. */
	private static final Pattern PLAIN_URL = Pattern.compile("jdbc:[a-z0-9]{1,20}:(file:|mem:)?[\\w./:\\\\~ -]{0,200}");

	private static final Pattern PLAIN_PATH = Pattern.compile("[\\w./:\\\\~ -]{1,200}");

	/** Longer than names are: a pass phrase, a key. */
	private static final Pattern LONG_WORD = Pattern.compile("(?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{16}|\\w{25}",
			Pattern.CASE_INSENSITIVE);

	private final Environment environment;

	DatabaseFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (!isAboutDatabase(failure)) {
			return null;
		}
		BindException unusable = last(failure, BindException.class);
		if (unusable != null) {
			return new FailureAnalysis(
					"%s cannot be used: its value is of the wrong kind or out of range".formatted(unusable.getName()),
					"Correct it, or leave it out: application.yml has a value that works.", null);
		}
		SQLException sql = last(failure, SQLException.class);
		FlywayException flyway = last(failure, FlywayException.class);
		if (sql != null) {
			return refused(sql);
		}
		if (flyway != null) {
			return problem("has tables that do not fit this version of todo-service",
					"Give an empty database, or the version of todo-service that made these tables. Migrations that "
							+ "have run must never be changed.");
		}
		if (last(failure, ClassNotFoundException.class) != null
				|| String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage())
					.contains("driver class")) {
			return problem("names a kind of database that todo-service has no driver for",
					"Use jdbc:postgresql://HOST:5432/NAME or jdbc:h2:file:PATH.");
		}
		return problem("is not the URL of a database that the driver understands",
				"Write it as jdbc:postgresql://HOST:5432/NAME. User and password go into SPRING_DATASOURCE_USERNAME and "
						+ "SPRING_DATASOURCE_PASSWORD.");
	}

	private FailureAnalysis refused(SQLException ex) {
		String state = String.valueOf(ex.getSQLState());
		if (state.startsWith("28") && endsInLineBreak()) {
			return new FailureAnalysis("SPRING_DATASOURCE_PASSWORD ends in a line break, which is part of it, and the "
					+ "database refuses it.", "Write it without: printf %s instead of echo.", null);
		}
		PostgresFailure postgres = (ex instanceof PSQLException answer) ? PostgresFailure.of(answer, parameters())
				: null;
		if (postgres != null) {
			return problem(postgres.why(), postgres.cure());
		}
		if (ex.getErrorCode() == IN_USE) {
			return problem("is a file that another process has open",
					"Stop the other todo-service, or give this one a file of its own. Several services share todos only "
							+ "through PostgreSQL: set SPRING_DATASOURCE_URL.");
		}
		if (ex.getErrorCode() == RELATIVE) {
			return problem("is a path that H2 does not take, because it begins with neither ./ nor /",
					"Write it as jdbc:h2:file:./PATH or jdbc:h2:file:/PATH.");
		}
		if (NOT_WRITABLE.contains(ex.getErrorCode())) {
			return problem("is a file that cannot be opened or written",
					"Let the user we run as write to that folder: chown it, or mount a volume there.");
		}
		if (state.startsWith("28")) {
			return problem("refuses our user or password",
					"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.");
		}
		if (state.equals("3D000")) {
			return problem("names a database that does not exist",
					"Create it (createdb NAME), or correct the name at the end of the URL.");
		}
		if (ex instanceof SQLTransientConnectionException && ex.getCause() == null) {
			return problem("does not answer in time",
					"Start the database, correct host and port, or look for a firewall " + "in between.");
		}
		if (state.startsWith("08")) {
			return problem(
					"cannot be reached (" + NestedExceptionUtils.getMostSpecificCause(ex).getClass().getSimpleName()
							+ ")",
					"Start the database, or correct host and port. It was tried several times, so it is not merely slow "
							+ "to start.");
		}
		return problem("cannot be used (SQL state " + state + ", error " + ex.getErrorCode() + ")",
				"Look into the log of the database.");
	}

	/** Without its cause, which would be logged at debug level. */
	private FailureAnalysis problem(String why, String cure) {
		return new FailureAnalysis(setting(this.environment) + " " + why, cure, null);
	}

	/** The name of the setting, with as much of its value as may be shown. */
	static String setting(Environment environment) {
		String url = environment.getProperty("spring.datasource.url", "").replaceFirst("[;?].*", "");
		boolean shown = PLAIN_URL.matcher(url).matches() && !LONG_WORD.matcher(url).find();
		return "SPRING_DATASOURCE_URL" + (shown ? " (" + url + ")" : "");
	}

	/** Whether this plainly is a path, and no secret that somebody took for one. */
	static boolean isPlain(String path) {
		return PLAIN_PATH.matcher(path).matches() && !LONG_WORD.matcher(path).find();
	}

	/** Those of the URL, and what the pool adds to them. */
	private Properties parameters() {
		Properties given = new Properties();
		Binder.get(this.environment)
			.bind("spring.datasource.hikari.data-source-properties", Bindable.mapOf(String.class, String.class))
			.ifBound(given::putAll);
		given.setProperty(PGProperty.PASSWORD.getName(), password());
		Properties all = Driver.parseURL(this.environment.getProperty("spring.datasource.url", ""), given);
		return (all != null) ? all : given;
	}

	private boolean endsInLineBreak() {
		return password().endsWith("\n") || password().endsWith("\r");
	}

	private String password() {
		return this.environment.getProperty("spring.datasource.password", "");
	}

	private static boolean isAboutDatabase(Throwable failure) {
		BindException unusable = last(failure, BindException.class);
		if (unusable != null) {
			return unusable.getName().toString().matches("spring\\.(datasource|flyway)(\\..*)?");
		}
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof BeanCreationException creation && creation.getBeanName() != null
					&& BEANS.contains(creation.getBeanName())) {
				return true;
			}
		}
		return false;
	}

	private static <T extends Throwable> @Nullable T last(Throwable failure, Class<T> type) {
		T last = null;
		for (Throwable each = failure; each != null; each = each.getCause()) {
			last = type.isInstance(each) ? type.cast(each) : last;
		}
		return last;
	}

}
