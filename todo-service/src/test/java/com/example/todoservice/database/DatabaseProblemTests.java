package com.example.todoservice.database;

import com.example.mtls.TestClient;
import com.example.mtls.TestClient.Answer;
import com.example.mtls.TestService;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What the database refuses for good is a fault of ours, and no outage.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseProblemTests {

	private static final String SECRET = "secret-4711";

	/** A feature of somebody else, with a table of its own. */
	@TestConfiguration(proxyBeanMethods = false)
	@RestController
	static class Own {

		private final JdbcTemplate jdbc;

		Own(JdbcTemplate jdbc) {
			this.jdbc = jdbc;
		}

		@GetMapping("/column")
		void column() {
			this.jdbc.execute("create table if not exists renamed (headline varchar(50))");
			this.jdbc.queryForList("select title from renamed");
		}

		@GetMapping("/duplicate")
		void duplicate() {
			this.jdbc.execute("create table if not exists own (name varchar(50) primary key)");
			this.jdbc.update("insert into own (name) values (?)", SECRET);
			this.jdbc.update("insert into own (name) values (?)", SECRET);
		}

		@GetMapping("/constraint")
		void constraint() {
			this.jdbc
				.execute("create table if not exists checked (name varchar(50) not null, size int check (size > 3))");
			this.jdbc.update("insert into checked (name, size) values (?, 2)", SECRET);
		}

		@GetMapping("/conversion")
		void conversion() {
			this.jdbc.queryForObject("select cast('" + SECRET + "' as int)", Integer.class);
		}

		@GetMapping("/two-rows")
		void twoRows() {
			this.jdbc.queryForObject("select 1 union select 2", Integer.class);
		}

		@GetMapping("/deadline")
		void deadline() {
			this.jdbc
				.queryForObject("select count(*) from " + ("information_schema.columns a, information_schema.columns "
						+ "b, information_schema.columns c, information_schema.columns d"), Long.class);
		}

	}

	@ParameterizedTest
	@EnumSource(Database.class)
	void mistakesAreFaultsOfOursAndLoggedOnce(Database database, CapturedOutput output) {
		try (TestService service = database.start("--spring.main.sources=" + Own.class.getName(),
				"--spring.datasource.hikari.data-source-properties.QUERY_TIMEOUT=500",
				"--spring.jdbc.template.query-timeout=1s")) {
			TestClient client = service.client("todo-client");
			for (String path : new String[] { "/column", "/duplicate", "/constraint", "/conversion", "/two-rows" }) {
				int before = output.getOut().length();
				for (int i = 0; i < 3; i++) {
					Answer answer = client.get(path);
					assertThat(answer.status()).as(path).isEqualTo(500);
					assertThat(answer.header("Retry-After")).isNull();
				}
				assertThat(output.getOut().substring(before)).as(path)
					.containsOnlyOnce(" ERROR ")
					.contains("The database refused a statement")
					.containsPattern("\tat com.example.todoservice.database.");
			}
			assertThat(output.getOut()).containsIgnoringCase("column \"title\"").doesNotContain(SECRET);

			Answer late = client.get("/deadline");
			assertThat(late.status()).as("a statement that took too long").isEqualTo(503);
			assertThat(late.body().get("reason").asString()).isEqualTo("storage-unavailable");
		}
	}

}
