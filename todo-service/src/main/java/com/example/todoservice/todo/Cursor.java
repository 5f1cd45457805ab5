package com.example.todoservice.todo;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.zip.CRC32;

/**
 * Where the next page starts: after the todo with this sequence number. Opaque to
 * callers, so that it can change.
 * <p>
 * The checksum tells a cursor we gave to this caller from anything else. It protects
 * nothing: every query names the owner anyway.
 *
 * @param seq the sequence number of the last todo of the page before
 */
record Cursor(long seq) {

	static final Cursor START = new Cursor(0);

	/**
	 * Reads what {@link #encode} wrote.
	 * @param text the cursor as the caller sent it
	 * @param owner the caller
	 * @return the cursor
	 * @throws IllegalArgumentException if it is not a cursor of this caller
	 */
	static Cursor decode(String text, String owner) {
		byte[] bytes = Base64.getUrlDecoder().decode(text);
		if (bytes.length == Long.BYTES + Integer.BYTES) {
			Cursor cursor = new Cursor(ByteBuffer.wrap(bytes).getLong());
			if (cursor.encode(owner).equals(text)) {
				return cursor;
			}
		}
		throw new IllegalArgumentException("not a cursor of this caller");
	}

	/** The cursor as its caller gets it: URL-safe text. */
	String encode(String owner) {
		CRC32 checksum = new CRC32();
		checksum.update(owner.getBytes(StandardCharsets.UTF_8));
		checksum.update(ByteBuffer.allocate(Long.BYTES).putLong(this.seq).flip());
		byte[] bytes = ByteBuffer.allocate(Long.BYTES + Integer.BYTES)
			.putLong(this.seq)
			.putInt((int) checksum.getValue())
			.array();
		return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
	}

}
