package com.example.mtls.material;

import java.nio.ByteBuffer;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import org.jspecify.annotations.Nullable;

/**
 * PEM (RFC 7468) in every form in which people have it. Forms of one line, consoles and
 * {@code .env} files change white space, write line breaks as {@code \n} and put quotes
 * around; secret stores hold base64 of the whole; proxies and HTML forms encode it as
 * URLs are. None of that is part of the content, so it is taken out before anything is
 * read.
 *
 * @param blocks what stands between the markers, in order
 */
record PemText(List<Block> blocks) {

	private static final String BEGIN = "-----BEGIN";

	private static final Pattern BLOCK = Pattern.compile(BEGIN + "([A-Z0-9.#]+)-----(.*?)-----END\\1-----");

	/** Where the end is missing, the beginning still says what it was to be. */
	private static final Pattern BEGINNING = Pattern.compile(BEGIN + "([A-Z0-9.#]{1,40})-----");

	/** As in URLs, once or several times, and as in JSON. */
	private static final Pattern WRITTEN_CHARACTERS = Pattern.compile("(?:%(?:25)*|\\\\+u00)([0-9A-Fa-f]{2})");

	private static final Pattern WRITTEN_ESCAPES = Pattern.compile("\\\\+[nrt]?");

	private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");

	/**
	 * One block.
	 *
	 * @param label its label without spaces, for example {@code PRIVATEKEY}; empty where
	 * its first marker is broken
	 * @param body what stands between its markers, without white space, or {@code null}
	 * where the last one is missing
	 */
	record Block(String label, @Nullable String body) {

		/** The bytes that the body encodes, or nothing if it is damaged. */
		Optional<byte[]> content() {
			return (this.body != null) ? decode(this.body) : Optional.empty();
		}

		/** Never the body: that may be a private key. */
		@Override
		public String toString() {
			return "Block[" + this.label + "]";
		}

	}

	/** The blocks of a text, or nothing where no marker {@code -----BEGIN} is in it. */
	static Optional<PemText> of(String text) {
		String bare = withoutForm(text);
		if (!bare.contains(BEGIN)) {
			bare = base64(text).map((bytes) -> withoutForm(text(bytes))).orElse("");
		}
		return bare.contains(BEGIN) ? Optional.of(new PemText(blocks(bare))) : Optional.empty();
	}

	/** The bytes that a text is base64 of, if so. */
	static Optional<byte[]> base64(String text) {
		return decode(withoutForm(text).replaceFirst("^base64:", ""));
	}

	/** Text as editors store it: UTF-8, or UTF-16 with a byte order mark. */
	static String text(byte[] bytes) {
		boolean utf16 = bytes.length > 1 && (bytes[0] & bytes[1] & 0xFE) == 0xFE;
		Charset charset = utf16 ? StandardCharsets.UTF_16 : StandardCharsets.UTF_8;
		return charset.decode(ByteBuffer.wrap(bytes)).toString();
	}

	private static String withoutForm(String text) {
		StringBuilder bare = new StringBuilder(text.length());
		String plain = text.contains("BEGIN+") ? text.replace('+', ' ') : text;
		String decoded = WRITTEN_CHARACTERS.matcher(plain)
			.replaceAll((found) -> Matcher.quoteReplacement(Character.toString(Integer.parseInt(found.group(1), 16))));
		WRITTEN_ESCAPES.matcher(decoded)
			.replaceAll("")
			.codePoints()
			.filter((c) -> !Character.isWhitespace(c) && !Character.isSpaceChar(c) && !Character.isISOControl(c)
					&& Character.getType(c) != Character.FORMAT && c != '"' && c != '\'')
			.forEach(bare::appendCodePoint);
		return bare.toString();
	}

	/** As many blocks as markers: one that has no end is there, and damaged. */
	private static List<Block> blocks(String bare) {
		List<Block> blocks = new ArrayList<>();
		for (int at = bare.indexOf(BEGIN); at >= 0;) {
			int next = bare.indexOf(BEGIN, at + BEGIN.length());
			String one = bare.substring(at, (next >= 0) ? next : bare.length());
			Matcher block = BLOCK.matcher(one);
			Matcher beginning = BEGINNING.matcher(one);
			blocks.add(block.lookingAt() ? new Block(block.group(1), block.group(2))
					: new Block(beginning.lookingAt() ? beginning.group(1) : "", null));
			at = next;
		}
		return List.copyOf(blocks);
	}

	private static Optional<byte[]> decode(String base64) {
		if (!BASE64.matcher(base64).matches()) {
			return Optional.empty();
		}
		try {
			return Optional.of(Base64.getDecoder().decode(base64));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	/** Never the content: that may be a private key. */
	@Override
	public String toString() {
		return "PemText[" + this.blocks.size() + " blocks]";
	}

}
