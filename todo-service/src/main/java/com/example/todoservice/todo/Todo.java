package com.example.todoservice.todo;

import java.time.Instant;
import java.util.UUID;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * Something to do.
 *
 * @param id its identifier
 * @param title what to do, 1 to 200 characters
 * @param completed whether it is done
 * @param owner the Common Name of the caller it belongs to
 * @param createdAt when it was created
 * @param updatedAt when it last changed
 * @param version counts the changes; it is the ETag, not part of the representation
 */
record Todo(UUID id, String title, boolean completed, String owner, Instant createdAt, Instant updatedAt,
		@JsonIgnore long version) {

	/** The entity tag of RFC 9110 section 8.8.3. */
	String eTag() {
		return "\"" + this.version + "\"";
	}

}
