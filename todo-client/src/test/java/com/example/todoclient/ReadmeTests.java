package com.example.todoclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * README's table of variables says what {@code application.yml} of both services does,
 * and every link in it and in docs leads somewhere.
 */
class ReadmeTests {

	private static final Path README = Path.of("../README.md");

	/** What is in the parentheses behind a text in brackets, unless it is an address. */
	private static final Pattern LINK = Pattern.compile("]\\((?!https?:)([^)#\\s]*)(?:#([^)\\s]+))?\\)");

	private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([A-Z_]+):([^}]*)}");

	/** Nothing, the variable, what it means, and its default in either service. */
	private static final int COLUMNS = 5;

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
			// Not those of other tables that somebody's own README has.
			.filter((cells) -> cells.size() == COLUMNS)
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

	@Test
	void everyLinkLeadsToAFileAndAHeading() throws IOException {
		List<String> links = new ArrayList<>();
		List<String> broken = new ArrayList<>();
		for (Path page : pages()) {
			for (MatchResult link : LINK.matcher(Files.readString(page)).results().toList()) {
				links.add(link.group());
				Path target = link.group(1).isEmpty() ? page : page.resolveSibling(link.group(1));
				if (!Files.exists(target) || (link.group(2) != null && !headings(target).contains(link.group(2)))) {
					broken.add(page + ": " + link.group());
				}
			}
		}

		assertThat(broken).isEmpty();
		assertThat(links).hasSizeGreaterThan(30);
	}

	private static List<Path> pages() throws IOException {
		try (Stream<Path> top = Files.list(Path.of("..")); Stream<Path> docs = Files.list(Path.of("../docs"))) {
			return Stream.concat(top, docs).filter((file) -> file.toString().endsWith(".md")).sorted().toList();
		}
	}

	/** The names that GitHub gives headings. */
	private static List<String> headings(Path page) throws IOException {
		return Files.readAllLines(page)
			.stream()
			.filter((line) -> line.matches("#+ .*"))
			.map((line) -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
			.map((heading) -> heading.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
			.toList();
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
