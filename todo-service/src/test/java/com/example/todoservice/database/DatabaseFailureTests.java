package com.example.todoservice.database;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

/**
 * What is said at start when the database or a port cannot be used.
 */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseFailureTests {

	private static final String PASSWORD = "open-sesame";

	@TempDir
	private static Path folder;

	/** A database that cannot be used, and the three parts of what is said about it. */
	private record Problem(String name, List<String> arguments, String what, String why, String cure) {

		Problem(String name, String url, String shown, String why, String cure, String... more) {
			this(name, Stream.concat(Stream.of("--spring.datasource.url=" + url), Stream.of(more)).toList(),
					(shown != null) ? "SPRING_DATASOURCE_URL (" + shown + ")" : "SPRING_DATASOURCE_URL", why, cure);
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Problem> problems() throws SQLException {
		String nowhere = "jdbc:postgresql://localhost:" + TestPostgres.freePort() + "/todos";
		String postgres = TestPostgres.shared().newDatabase();
		String foreign = TestPostgres.shared().newDatabase();
		try (Connection connection = DriverManager.getConnection(foreign, "postgres", "")) {
			connection.createStatement().execute("create table unlike_ours (id int)");
		}
		String missing = postgres.substring(0, postgres.lastIndexOf('/')) + "/nowhere";
		String locked = "jdbc:h2:file:" + folder.resolve("locked");
		String secret = "jdbc:h2:mem:secret;DB_CLOSE_DELAY=-1";
		return Stream.of(
				new Problem("no JDBC URL", "postgres://todos:" + PASSWORD + "@db/todos?password=" + PASSWORD, null,
						"is not the URL of a database", "Write it as jdbc:postgresql://HOST:5432/NAME"),
				new Problem("a password as the URL", PASSWORD.repeat(3), null, "is not the URL of a database",
						"Write it as jdbc:postgresql://HOST:5432/NAME"),
				new Problem("a key as the host", "jdbc:postgresql://" + "MIGHAgEA0".repeat(5) + ":5432/todos", null,
						"cannot be reached (UnknownHostException)", "Start the database, or correct host and port"),
				new Problem("another kind of database", "jdbc:mysql://db/todos", "jdbc:mysql://db/todos",
						"has no driver for", "Use jdbc:postgresql://HOST:5432/NAME or jdbc:h2:file:PATH"),
				new Problem("nobody listens", nowhere, nowhere, "cannot be reached (ConnectException)",
						"Start the database, or correct host and port", "--spring.datasource.password=" + PASSWORD),
				new Problem("no such user", postgres, postgres, "refuses our user or password",
						"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD",
						"--spring.datasource.username=stranger", "--spring.datasource.password=" + PASSWORD),
				new Problem("wrong password", secret, "jdbc:h2:mem:secret", "refuses our user or password",
						"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD",
						"--spring.datasource.username=todos", "--spring.datasource.password=" + PASSWORD),
				new Problem("no such database", missing, missing, "names a database that does not exist",
						"Create it (createdb NAME)", "--spring.datasource.username=postgres"),
				new Problem("tables of somebody else", foreign, foreign, "has tables that do not fit",
						"Give an empty database", "--spring.datasource.username=postgres"),
				new Problem("a file that somebody has open", locked, locked, "is a file that another process has open",
						"Stop the other todo-service"),
				new Problem("a file that cannot be written", "jdbc:h2:file:/proc/todos;TRACE_LEVEL_FILE=0",
						"jdbc:h2:file:/proc/todos", "is a file that cannot be opened or written",
						"Let the user we run as write to that folder"));
	}

	@ParameterizedTest
	@MethodSource("problems")
	void startWhenDatabaseCannotBeUsedThenSaysWhatWhyAndCure(Problem problem, CapturedOutput output) throws Exception {
		try (Connection secret = DriverManager.getConnection("jdbc:h2:mem:secret;DB_CLOSE_DELAY=-1", "todos", "right");
				FileChannel lock = lock(folder.resolve("locked.mv.db"))) {
			assertThatThrownBy(
					() -> TestService
						.start(Stream
							.concat(problem.arguments().stream(),
									Stream.of("--spring.flyway.connect-retries=0",
											"--spring.datasource.hikari.connection-timeout=1000"))
							.toArray(String[]::new))
						.close());
		}
		assertThat(output.getOut()).contains("APPLICATION FAILED TO START")
			.contains("\n" + problem.what() + " ")
			.contains(problem.why())
			.contains("\n" + problem.cure())
			.doesNotContain("\tat ", PASSWORD, "MIGHAgEA0");
	}

	/** Settings that nobody would give on purpose; none of them ends in a stack trace. */
	@ParameterizedTest
	@CsvSource(delimiter = '|', value = {
			"spring.datasource.hikari.maximum-pool-size=0 | spring.datasource.hikari cannot be used",
			"spring.datasource.hikari.maximum-pool-size=open-sesame | spring.datasource.hikari.maximum-pool-size cannot be",
			"spring.datasource.hikari.connection-timeout=1 | spring.datasource.hikari cannot be used",
			"spring.datasource.driver-class-name=com.example.NoSuchDriver | no driver for",
			"spring.datasource.url=jdbc:postgres://db/todos | is not the URL of a database",
			"spring.datasource.url=jdbc:postgresql:/db/todos | is not the URL of a database",
			"spring.datasource.url=jdbc:postgresql://db:port/todos | is not the URL of a database",
			"spring.datasource.url=jdbc:postgresql://localhost:99999/todos | is not the URL of a database",
			"spring.datasource.url=jdbc:h2:todos | is a path that H2 does not take",
			"spring.datasource.url=jdbc:h2:tcp://localhost:1/todos | does not answer in time",
			"spring.datasource.url=jdbc:h2:mem:x;NO_SUCH=1 | cannot be",
			"spring.datasource.url=jdbc:h2:mem:x;INIT=open-sesame | cannot be",
			"spring.datasource.url=jdbc: | SPRING_DATASOURCE_URL",
			"spring.datasource.url= jdbc:h2:mem:x | SPRING_DATASOURCE_URL",
			"spring.datasource.type=com.example.NoSuchPool | spring.datasource.type cannot be used",
			"spring.flyway.connect-retries=open-sesame | spring.flyway.connect-retries cannot be used" })
	void oddSettingIsNamed(String setting, String expected, CapturedOutput output) {
		// Boot would join the values of an option that is given twice.
		String[] arguments = Stream
			.of(setting, "spring.datasource.hikari.connection-timeout=1000", "spring.flyway.connect-retries=0")
			.filter((each) -> each.equals(setting) || !setting.startsWith(each.substring(0, each.indexOf('=') + 1)))
			.map("--"::concat)
			.toArray(String[]::new);
		assertThatThrownBy(() -> TestService.start(arguments).close());
		assertThat(output.getOut()).contains("APPLICATION FAILED TO START")
			.contains((expected != null) ? expected : "")
			.doesNotContain("\tat ", PASSWORD);
	}

	@ParameterizedTest
	@ValueSource(strings = { "\n", "\r\n", "\r" })
	void passwordThatEndsInALineBreakIsNamed(String end, CapturedOutput output) throws SQLException {
		try (Connection secret = DriverManager.getConnection("jdbc:h2:mem:secret;DB_CLOSE_DELAY=-1", "todos",
				"right")) {
			assertThatThrownBy(() -> TestService
				.start("--spring.datasource.url=jdbc:h2:mem:secret", "--spring.datasource.username=todos",
						"--spring.datasource.password=right" + end, "--spring.flyway.connect-retries=0",
						"--spring.datasource.hikari.connection-timeout=1000")
				.close());
		}
		assertThat(output.getOut()).contains("\nSPRING_DATASOURCE_PASSWORD ends in a line break")
			.contains("\nWrite it without: printf %s")
			.doesNotContain("\tat ");
	}

	private static FileChannel lock(Path file) throws IOException {
		FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
		channel.lock();
		return channel;
	}

	@Test
	void startWhenPortIsInUseThenNamesIt(CapturedOutput output) throws IOException {
		try (ServerSocket taken = new ServerSocket(0)) {
			int port = taken.getLocalPort();
			for (String argument : List.of("--server.port=", "--management.server.port=")) {
				assertThatThrownBy(() -> TestService.start(argument + port).close());
				assertThat(output.getOut()).contains("Port " + port + " was already in use.").doesNotContain("\tat ");
			}
		}
	}

	/** Read with {@code @Value}, it would be evaluated, and repeated where that fails. */
	@Test
	void startWhenUrlLooksLikeAnExpressionThenIsTakenLiterally(CapturedOutput output) throws SQLException {
		String url = TestPostgres.shared().newDatabase() + "?user=postgres&password=#{" + PASSWORD + " 7}";
		assertThatCode(() -> TestService.start("--spring.datasource.url=" + url).close()).doesNotThrowAnyException();
		assertThat(output.getOut()).doesNotContain(PASSWORD);
	}

	@Test
	void startWhenDatabaseIsInMemoryThenWarnsInOneLine(CapturedOutput output) {
		TestService.start("--spring.datasource.url=jdbc:h2:mem:" + folder.getFileName()).close();
		assertThat(output.getOut().lines().filter((line) -> line.contains(" WARN "))).singleElement()
			.asString()
			.contains("Everything is kept in memory", "SPRING_DATASOURCE_URL", "jdbc:h2:file:PATH");
	}

}
