package com.example.todoclient.pair;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * What each side says in each situation, in {@code target}, to be read aloud by whoever
 * changes a text.
 */
final class Transcript {

	private final Path file;

	Transcript(String name) {
		this.file = Path.of("target", name);
		write("", StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING);
	}

	void situation(String name) {
		add("\n== " + name);
	}

	void said(String side, String text) {
		add("[" + side + "]\n" + text.strip());
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
