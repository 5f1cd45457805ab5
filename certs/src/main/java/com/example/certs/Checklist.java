package com.example.certs;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What was checked and what was found, in the order of the checks.
 */
class Checklist {

	private final List<String> lines = new ArrayList<>();

	private final Map<Outcome, Integer> counts = new EnumMap<>(Outcome.class);

	void section(String title) {
		this.lines.add(title);
	}

	void ok(String check, String finding) {
		add(Outcome.OK, check, finding);
	}

	void warn(String check, String finding, String cure) {
		add(Outcome.WARN, check, finding);
		this.lines.add("        cure: " + cure);
	}

	void fail(String check, String finding, String cure) {
		add(Outcome.FAIL, check, finding);
		this.lines.add("        cure: " + cure);
	}

	/**
	 * Reads something that the later checks need.
	 * @param check the name of the check
	 * @param reader reads it, or throws what is wrong with it
	 * @param <T> what is read
	 * @return what was read, or empty when that failed, which is noted
	 */
	<T> Optional<T> read(String check, Supplier<T> reader) {
		try {
			return Optional.of(reader.get());
		}
		catch (CertsException ex) {
			fail(check, ex.getMessage(), ex.cure());
			return Optional.empty();
		}
	}

	private void add(Outcome outcome, String check, String finding) {
		this.counts.merge(outcome, 1, Integer::sum);
		this.lines.add("  %-4s  %-11s  %s".formatted(outcome, check, finding));
	}

	int count(Outcome outcome) {
		return this.counts.getOrDefault(outcome, 0);
	}

	void print(Consumer<String> printer) {
		this.lines.forEach(printer);
		printer.accept("%d failed, %d with a warning, %d fine".formatted(count(Outcome.FAIL), count(Outcome.WARN),
				count(Outcome.OK)));
	}

	/** How a check ended. */
	enum Outcome {

		/** Nothing to do. */
		OK,

		/** It works, for now or less safely than it could. */
		WARN,

		/** The other side will refuse it, or ought to. */
		FAIL

	}

}
