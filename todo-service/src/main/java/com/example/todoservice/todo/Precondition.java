package com.example.todoservice.todo;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.http.ETag;

/**
 * The {@code If-Match} of a request (RFC 9110 section 13.1.1): which versions may be
 * changed.
 *
 * @param versions the versions named, or {@code null} for any
 */
record Precondition(@Nullable List<Long> versions) {

	/** No entity tag of ours: the condition is there and fails. */
	private static final List<Long> NONE = List.of(-1L);

	/**
	 * Reads the header.
	 * @param ifMatch its value, or {@code null} where it is missing
	 * @return the precondition; tags that are weak or not ours match nothing
	 */
	static Precondition of(@Nullable String ifMatch) {
		if (ifMatch == null || ifMatch.strip().equals("*")) {
			return new Precondition(null);
		}
		List<Long> versions = ETag.parse(ifMatch)
			.stream()
			.filter((tag) -> !tag.weak() && tag.tag().matches("[1-9][0-9]{0,17}"))
			.map((tag) -> Long.valueOf(tag.tag()))
			.toList();
		return new Precondition(versions.isEmpty() ? NONE : versions);
	}

	boolean isAny() {
		return this.versions == null;
	}

}
