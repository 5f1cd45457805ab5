package com.example.todoclient.pair;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Keeps what everybody in this JVM writes to the standard output.
 */
final class Console implements AutoCloseable {

	private final PrintStream before = System.out;

	private final ByteArrayOutputStream written = new ByteArrayOutputStream();

	Console() {
		System.setOut(new PrintStream(this.written, true, StandardCharsets.UTF_8));
	}

	/** Forgets what was written so far. */
	void clear() {
		this.written.reset();
	}

	String text() {
		return this.written.toString(StandardCharsets.UTF_8);
	}

	/** The warnings of one application so far, without the time and the place. */
	List<String> warnings(String application) {
		return text().lines()
			.filter((line) -> line.contains(" WARN ") && line.contains("[" + application + "]"))
			.map((line) -> line.substring(line.indexOf(" : ") + 3))
			.toList();
	}

	@Override
	public void close() {
		System.setOut(this.before);
	}

}
