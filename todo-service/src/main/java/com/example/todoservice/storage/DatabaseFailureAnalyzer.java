package com.example.todoservice.storage;

import java.sql.SQLException;
import java.util.Set;

import com.example.todoservice.mtls.material.CertificateText;
import org.flywaydb.core.api.FlywayException;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanCreationException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.env.Environment;

/**
 * Says at start-up why the database cannot be used, instead of a stack trace of the pool
 * and the migration. Neither the password nor what a driver repeats of the URL is shown.
 */
class DatabaseFailureAnalyzer implements FailureAnalyzer {

	private static final Set<String> BEANS = Set.of("dataSource", "flyway", "flywayInitializer");

	/** Of H2: somebody else has the file open. */
	private static final int IN_USE = 90020;

	/** Of H2: the file cannot be opened or written. */
	private static final Set<Integer> NOT_WRITABLE = Set.of(90028, 90031, 90034);

	private final Environment environment;

	DatabaseFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	public @Nullable FailureAnalysis analyze(Throwable failure) {
		if (!isAboutDatabase(failure)) {
			return null;
		}
		SQLException sql = last(failure, SQLException.class);
		FlywayException flyway = last(failure, FlywayException.class);
		if (sql != null) {
			return refused(sql);
		}
		if (flyway != null) {
			return problem("has tables that do not fit this version of todo-service: " + firstLine(flyway),
					"Give an empty database, or the version of todo-service that made these tables. Migrations that "
							+ "have run must never be changed.",
					flyway);
		}
		if (last(failure, ClassNotFoundException.class) != null
				|| String.valueOf(root(failure).getMessage()).contains("driver class")) {
			return problem("names a kind of database that todo-service has no driver for",
					"Use jdbc:postgresql://HOST:5432/NAME or jdbc:h2:file:PATH.", failure);
		}
		return problem("is not the URL of a database that the driver understands",
				"Write it as jdbc:postgresql://HOST:5432/NAME. User and password go into SPRING_DATASOURCE_USERNAME and "
						+ "SPRING_DATASOURCE_PASSWORD.",
				failure);
	}

	private FailureAnalysis refused(SQLException ex) {
		String state = String.valueOf(ex.getSQLState());
		if (ex.getErrorCode() == IN_USE) {
			return problem("is a file that another process has open",
					"Stop the other todo-service, or give this one a file of its own. Several services share todos only "
							+ "through PostgreSQL: set SPRING_DATASOURCE_URL.",
					ex);
		}
		if (NOT_WRITABLE.contains(ex.getErrorCode())) {
			return problem("is a file that cannot be opened or written: " + firstLine(ex),
					"Let the user we run as write to that folder: chown it, or mount a volume there.", ex);
		}
		if (state.startsWith("28")) {
			return problem("refuses our user or password: " + firstLine(ex),
					"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD.", ex);
		}
		if (state.equals("3D000")) {
			return problem("names a database that does not exist: " + firstLine(ex),
					"Create it (createdb NAME), or correct the name at the end of the URL.", ex);
		}
		if (state.startsWith("08")) {
			return problem("cannot be reached: " + firstLine(ex),
					"Start the database, or correct host and port. It was tried several times, so it is not merely slow "
							+ "to start.",
					ex);
		}
		return problem("cannot be used: " + firstLine(ex), "Look into the log of the database.", ex);
	}

	private FailureAnalysis problem(String why, String cure, Throwable cause) {
		return new FailureAnalysis("SPRING_DATASOURCE_URL (%s) %s".formatted(url(), why), cure, cause);
	}

	/** Without its parameters and without a user, either of which may hold a password. */
	private String url() {
		String url = this.environment.getProperty("spring.datasource.url", "");
		return CertificateText.escape(url.replaceFirst("[;?].*", "").replaceFirst("//[^/]*@", "//…@"));
	}

	private static boolean isAboutDatabase(Throwable failure) {
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

	private static Throwable root(Throwable failure) {
		Throwable root = failure;
		while (root.getCause() != null) {
			root = root.getCause();
		}
		return root;
	}

	private static String firstLine(Throwable ex) {
		return CertificateText.escape(String.valueOf(ex.getMessage()).lines().findFirst().orElse("").strip());
	}

}
