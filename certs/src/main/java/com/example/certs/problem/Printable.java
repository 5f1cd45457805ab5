package com.example.certs.problem;

/**
 * Makes names read from certificates safe to print: one that holds line breaks or
 * terminal control sequences must not be able to forge a line of our output.
 */
public final class Printable {

	private Printable() {
	}

	/**
	 * Escapes control characters, line separators and characters that change the writing
	 * direction as {@code \}{@code uXXXX}; all other text stays as it is.
	 * @param text the text to print
	 * @return the same text on one line
	 */
	public static String of(String text) {
		StringBuilder printable = new StringBuilder(text.length());
		text.codePoints().forEach((c) -> {
			if (isHarmful(c)) {
				printable.append(String.format("\\u%04x", c));
			}
			else {
				printable.appendCodePoint(c);
			}
		});
		return printable.toString();
	}

	private static boolean isHarmful(int c) {
		int type = Character.getType(c);
		boolean direction = (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069);
		return type == Character.CONTROL || type == Character.LINE_SEPARATOR || type == Character.PARAGRAPH_SEPARATOR
				|| type == Character.SURROGATE || direction;
	}

}
