package com.example.certs.problem;

import java.util.regex.Pattern;

/**
 * Makes names read from certificates safe to print: one that holds line breaks or
 * terminal control sequences must not be able to forge a line of our output.
 */
public final class Printable {

	private static final Pattern HARMFUL = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]");

	private Printable() {
	}

	/**
	 * Escapes control characters, line separators and invisible characters, such as those
	 * that change the writing direction, as {@code \}{@code uXXXX}; all other text stays
	 * as it is.
	 * @param text the text to print
	 * @return the same text on one line
	 */
	public static String of(String text) {
		return HARMFUL.matcher(text).replaceAll((found) -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
	}

}
