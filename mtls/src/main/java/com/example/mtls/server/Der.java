package com.example.mtls.server;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One value in DER (X.690), as strangers encode it. It is read one level at a time, so
 * depth costs nothing, and what is not DER is an {@link IllegalArgumentException}.
 *
 * @param tag the first byte
 * @param content what the length counts
 */
record Der(int tag, byte[] content) {

	static final int INTEGER = 0x02;

	static final int OCTET_STRING = 0x04;

	static final int OBJECT_IDENTIFIER = 0x06;

	static final int UTF8_STRING = 0x0c;

	static final int PRINTABLE_STRING = 0x13;

	static final int SEQUENCE = 0x30;

	static final int SET = 0x31;

	private static final int CONSTRUCTED = 0x20;

	private static final int LONG_TAG = 0x1f;

	/** The one value that these bytes are. */
	static Der of(byte[] encoded) {
		List<Der> all = all(encoded);
		check(all.size() == 1);
		return all.get(0);
	}

	/** The values that stand in these bytes, one after the other. */
	private static List<Der> all(byte[] bytes) {
		List<Der> all = new ArrayList<>();
		for (int at = 0; at < bytes.length;) {
			int tag = bytes[at++] & 0xff;
			check((tag & LONG_TAG) != LONG_TAG && at < bytes.length);
			int length = bytes[at++] & 0xff;
			if (length > 0x7f) {
				// 0x80 is the indefinite length of BER; 0x84 and more is no certificate.
				int size = length - 0x80;
				check(size >= 1 && size <= 3 && size <= bytes.length - at);
				length = 0;
				for (int i = 0; i < size; i++) {
					length = length << 8 | bytes[at++] & 0xff;
				}
				check(length >= ((size == 1) ? 0x80 : 1 << 8 * (size - 1)));
			}
			check(length <= bytes.length - at);
			all.add(new Der(tag, Arrays.copyOfRange(bytes, at, at + length)));
			at += length;
		}
		return all;
	}

	/** The values in a constructed one. */
	List<Der> values() {
		check((this.tag & CONSTRUCTED) != 0);
		return all(this.content);
	}

	/** This value, which has to be of that kind. */
	Der as(int wanted) {
		check(this.tag == wanted);
		return this;
	}

	/** The content as text, each byte of which belongs to a character. */
	String text(Charset charset) {
		try {
			return charset.newDecoder().decode(ByteBuffer.wrap(this.content)).toString();
		}
		catch (CharacterCodingException ex) {
			throw new IllegalArgumentException("Not " + charset, ex);
		}
	}

	/** The encoding. */
	byte[] encoded() {
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		out.write(this.tag);
		int length = this.content.length;
		if (length > 0x7f) {
			int size = (Integer.SIZE - Integer.numberOfLeadingZeros(length) + 7) / 8;
			out.write(0x80 + size);
			for (int i = size - 1; i > 0; i--) {
				out.write(length >> 8 * i);
			}
		}
		out.write(length);
		out.writeBytes(this.content);
		return out.toByteArray();
	}

	static void check(boolean sound) {
		if (!sound) {
			throw new IllegalArgumentException("Not DER");
		}
	}

}
