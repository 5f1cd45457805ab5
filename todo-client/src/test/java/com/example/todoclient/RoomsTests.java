package com.example.todoclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is yours and what is the door's: who may import whom. Your own feature may have
 * any packages; they are all those that are not named here.
 */
class RoomsTests {

	private static final String BASE = RoomsTests.class.getPackageName();

	private static final Path SOURCES = Path.of("src/main/java", BASE.split("\\."));

	/** What goes on when the feature is replaced by yours. */
	private static final Set<String> KEPT = Set.of("page", "session");

	@Test
	void whatIsKeptKnowsNothingOfTheFeature() throws IOException {
		Map<String, Set<String>> arrows = arrows(Pattern.compile("import (?:static )?" + BASE + "\\.([a-z.]+)\\."));
		assertThat(arrows).containsKeys(KEPT.toArray(String[]::new));
		KEPT.forEach((room) -> assertThat(KEPT).as(room + " imports").containsAll(arrows.get(room)));
	}

	/** The page shows certificates; what is yours sees only why a call failed. */
	@Test
	void theFeatureKnowsWordsForFailuresButNoCertificateAndNoConnection() throws IOException {
		Map<String, Set<String>> arrows = arrows(Pattern.compile("import (?:static )?(com\\.example\\.mtls\\.[a-z]+"
				+ "|java\\.security\\.cert|javax\\.net\\.ssl|io\\.netty)\\."));
		arrows.keySet().removeIf((room) -> room.isEmpty() || room.equals("page"));
		assertThat(arrows).isNotEmpty();
		arrows.forEach((room, found) -> assertThat(found).as(room + " imports").isEmpty());
	}

	/** What the files of each package import, as far as it matches. */
	private static Map<String, Set<String>> arrows(Pattern imports) throws IOException {
		Map<String, Set<String>> arrows = new TreeMap<>();
		try (Stream<Path> files = Files.walk(SOURCES)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
				String room = SOURCES.relativize(file.getParent())
					.toString()
					.replace(file.getFileSystem().getSeparator(), ".");
				Matcher matcher = imports.matcher(Files.readString(file));
				Set<String> found = arrows.computeIfAbsent(room, (key) -> new TreeSet<>());
				matcher.results().map((each) -> each.group(1)).filter((each) -> !each.equals(room)).forEach(found::add);
			}
		}
		return arrows;
	}

}
