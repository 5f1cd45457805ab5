package com.example.todoservice.todo;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

import com.example.todoservice.database.TestPostgres;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the databases are asked, and how they find the answer.
 */
class StatementsTests {

	private static final int TODOS = 20_000;

	@TempDir
	private Path folder;

	private Set<String> statements;

	@BeforeEach
	void record() {
		Recorder recorder = new Recorder(h2());
		Todos todos = new Todos(JdbcClient.create(recorder), Clock.systemUTC());
		UUID id = todos.add("owner", "title", false).id();
		todos.get("owner", id);
		for (Boolean completed : new Boolean[] { null, false, true }) {
			todos.page("owner", completed, Cursor.START, 100);
		}
		todos.replace("owner", id, "title", true, new Precondition(List.of(1L, 7L)));
		todos.replace("owner", id, "title", true, new Precondition(null));
		todos.remove("owner", id, new Precondition(List.of(3L)));
		UUID other = todos.add("owner", "title", false).id();
		todos.remove("owner", other, new Precondition(null));
		this.statements = recorder.statements;
		assertThat(this.statements).as("insert, select, two kinds of page, of update and of delete").hasSize(8);
	}

	@Test
	void everyStatementNamesTheOwner() {
		for (String statement : this.statements) {
			if (statement.startsWith("insert")) {
				assertThat(statement).contains("(id, owner,");
			}
			else {
				assertThat(statement).containsPattern(" where (id = \\? and )?owner = \\?").doesNotContain(" or ");
			}
		}
	}

	/**
	 * The generic plan is the one that PostgreSQL keeps for a prepared statement, whoever
	 * calls.
	 */
	@Test
	void postgresFindsEachRowThroughAnIndexAndSortsNothing() throws SQLException {
		DataSource postgres = migrated(new DriverManagerDataSource(
				TestPostgres.shared().newDatabase() + "?preferQueryMode=simple", "postgres", null));
		JdbcClient jdbc = JdbcClient.create(postgres);
		// Nine in ten belong to one owner, the rest to ten others.
		jdbc.sql("insert into todo (id, owner, title, completed, version, created_at, updated_at) "
				+ "select gen_random_uuid(), case when i % 10 > 0 then 'owner' else 'owner' || i / 10 % 10 end, "
				+ "'title', i % 3 = 0, 1, now(), now() from generate_series(1, " + TODOS + ") i")
			.update();
		jdbc.sql("analyze todo").update();
		for (String statement : this.statements) {
			if (!statement.startsWith("insert")) {
				String plan = String.join("\n",
						jdbc.sql("explain (generic_plan) " + numbered(statement)).query(String.class).list());
				assertThat(plan).as(statement)
					.contains(statement.contains("where id") ? "Index Scan using todo_pkey"
							: statement.contains("completed =") ? "Index Scan using todo_owner_completed_seq"
									: "Index Scan using todo_owner_seq")
					.doesNotContain("Seq Scan", "Sort", "Bitmap");
				if (statement.contains("seq >")) {
					assertThat(plan).containsPattern("Index Cond: .*owner.* AND .*seq > ").doesNotContain("Filter");
				}
			}
		}
	}

	@Test
	void h2FindsEachRowThroughAnIndexAndSortsNothing() throws SQLException {
		DataSource h2 = h2();
		JdbcClient jdbc = JdbcClient.create(h2);
		jdbc.sql("insert into todo (id, owner, title, completed, version, created_at, updated_at) "
				+ "select random_uuid(), case when x % 10 > 0 then 'owner' else 'owner' || x / 10 % 10 end, "
				+ "'title', x % 3 = 0, 1, now(), now() from system_range(1, " + TODOS + ")")
			.update();
		jdbc.sql("analyze").update();
		for (String statement : this.statements) {
			if (!statement.startsWith("insert")) {
				String plan = explainOnH2(h2, statement);
				assertThat(plan).as(statement)
					.contains(statement.contains("where id") ? "/* PUBLIC.PRIMARY_KEY_"
							: statement.contains("completed =") ? "/* PUBLIC.TODO_OWNER_COMPLETED_SEQ:"
									: "/* PUBLIC.TODO_OWNER_SEQ:");
				if (statement.contains("order by")) {
					assertThat(plan).contains("/* index sorted */").containsPattern("(?s)/\\* [^/]*SEQ > .*\\*/");
				}
			}
		}
	}

	private static String explainOnH2(DataSource h2, String statement) throws SQLException {
		try (Connection connection = h2.getConnection();
				var explain = connection.prepareStatement("explain " + statement);
				var plan = explain.executeQuery()) {
			plan.next();
			return plan.getString(1);
		}
	}

	private static String numbered(String statement) {
		StringBuilder numbered = new StringBuilder();
		int number = 0;
		for (String part : statement.split("\\?", -1)) {
			numbered.append((number > 0) ? "$" + number : "").append(part);
			number++;
		}
		return numbered.toString();
	}

	private DataSource h2() {
		return migrated(
				new DriverManagerDataSource("jdbc:h2:file:" + this.folder.resolve(UUID.randomUUID().toString())));
	}

	private static DataSource migrated(DataSource database) {
		Flyway.configure().dataSource(database).load().migrate();
		return database;
	}

	/** Remembers each statement as the driver gets it. */
	private static final class Recorder extends DelegatingDataSource {

		private final Set<String> statements = new LinkedHashSet<>();

		Recorder(DataSource target) {
			super(target);
		}

		@Override
		public Connection getConnection() throws SQLException {
			Connection connection = super.getConnection();
			return (Connection) Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] { Connection.class },
					(proxy, method, arguments) -> {
						if (method.getName().startsWith("prepare")) {
							this.statements.add((String) arguments[0]);
						}
						try {
							return method.invoke(connection, arguments);
						}
						catch (InvocationTargetException ex) {
							throw ex.getCause();
						}
					});
		}

	}

}
