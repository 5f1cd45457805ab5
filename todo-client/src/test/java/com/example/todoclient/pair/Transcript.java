package com.example.todoclient.pair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What each side says in each situation, in {@code target}, to be read aloud by whoever
 * changes a text. Each message has to be in docs/messages.md, next to the folders.
 */
final class Transcript {

	private static final Path MESSAGES = Path.of("../docs/messages.md");

	private static final Pattern FIRST_COLUMN = Pattern.compile("(?m)^\\| ([^|]+) \\|");

	/** A reason, wherever it stands. */
	private static final Pattern REASON = Pattern.compile("`((?:reason=)?[a-z-]+)`");

	private final Path file;

	private final List<String> documented = documented();

	Transcript(String name) {
		this.file = Path.of("target", name);
		write("", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
	}

	void situation(String name) {
		add("\n== " + name);
	}

	void said(String side, String text) {
		assertThat(this.documented).as(() -> MESSAGES + " has a row with \"" + text + '"').anyMatch(text::contains);
		add("[" + side + "]\n" + text.strip());
	}

	/** The parts of messages between what differs from case to case. */
	private static List<String> documented() {
		try {
			String messages = Files.readString(MESSAGES);
			return Stream
				.concat(FIRST_COLUMN.matcher(messages)
					.results()
					.flatMap((column) -> Arrays.stream(column.group(1).split("[;…]"))),
						REASON.matcher(messages).results().map((reason) -> reason.group(1)))
				.map(String::strip)
				.filter((part) -> part.length() > 6)
				.toList();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private void add(String text) {
		write(text + "\n", StandardOpenOption.APPEND);
	}

	private void write(String text, StandardOpenOption... options) {
		try {
			Files.writeString(this.file, text, options);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
