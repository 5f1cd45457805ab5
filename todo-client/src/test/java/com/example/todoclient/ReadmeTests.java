package com.example.todoclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The table of variables in README says what {@code application.yml} of both services
 * does.
 */
class ReadmeTests {

	private static final Path README = Path.of("../README.md");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+):([^}]*)}");

	/** The cells of each row that begins with a variable. */
	private static List<List<String>> rows;

	@BeforeAll
	static void readTable() throws IOException {
		assumeTrue(Files.exists(README) || Files.exists(Path.of("../todo-service")),
				"this folder was copied alone, so there is no README to compare with");
		rows = Files.readAllLines(README)
			.stream()
			.filter((line) -> line.matches("\\| `[A-Z_0-9]+`.*"))
			.map((line) -> Arrays.stream(line.split("\\|")).map(String::strip).toList())
			.toList();
	}

	@ParameterizedTest
	@CsvSource({ "../todo-service, 3", "., 4" })
	void tableHasTheDefaultOfEachVariable(Path module, int column) throws IOException {
		Map<String, String> documented = new TreeMap<>();
		rows.stream()
			.filter((cells) -> !cells.get(column).equals("–"))
			.forEach((cells) -> documented.put(unquoted(cells.get(1)), unquoted(cells.get(column))));
		Map<String, String> settings = settings(module);
		Map<String, String> placeholders = settings.values()
			.stream()
			.flatMap((value) -> PLACEHOLDER.matcher(value).results())
			.collect(Collectors.toMap((match) -> match.group(1), (match) -> match.group(2)));

		assertThat(documented.keySet()).containsAll(placeholders.keySet()).hasSizeGreaterThan(7);
		assertThat(documented).allSatisfy((variable, value) -> {
			String actual = placeholders.getOrDefault(variable, settings.getOrDefault(propertyOf(variable), ""));
			if (value.endsWith("…")) {
				assertThat(actual).startsWith(value.replace("…", ""));
			}
			else {
				assertThat(actual).as(variable).isEqualTo(value.equals("none") ? "" : value);
			}
		});
	}

	/** What stands in backticks, or all of it where nothing does. */
	private static String unquoted(String cell) {
		return cell.replaceFirst("^`([^`]*)`.*", "$1");
	}

	/** As Boot binds an environment variable, with the indexes of lists as dots too. */
	private static String propertyOf(String variable) {
		return variable.toLowerCase(Locale.ROOT).replace('_', '.');
	}

	private static Map<String, String> settings(Path module) throws IOException {
		FileSystemResource file = new FileSystemResource(module.resolve("src/main/resources/application.yml"));
		EnumerablePropertySource<?> source = (EnumerablePropertySource<?>) new YamlPropertySourceLoader()
			.load("application", file)
			.get(0);
		return Arrays.stream(source.getPropertyNames())
			.collect(Collectors.toMap((name) -> name.replaceAll("\\[(\\d+)]", ".$1"),
					(name) -> String.valueOf(source.getProperty(name))));
	}

}
