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
	 * @return the same text on one line
	 */
	public static String of(String text) {
		return HARMFUL.matcher(text).replaceAll((found) -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
	}

	/**
	 * Writes a text so that it can be pasted into a shell as one word.
	 * @return the text as it is, or in quotes; in those of bash and zsh where it has
	 * something to escape
	 */
	public static String word(String text) {
		if (text.matches("[A-Za-z0-9_@%+=:,./-]+")) {
			return text;
		}
		return HARMFUL.matcher(text).find() ? "$'" + of(text.replaceAll("[\\\\']", "\\\\$0")) + "'"
				: "'" + text.replace("'", "'\\''") + "'";
	}

}
