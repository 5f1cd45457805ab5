package com.example.todoservice.todo;

import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** The todo has changed since the caller read it (RFC 9110 section 15.5.13). */
class PreconditionFailedException extends ErrorResponseException {

	PreconditionFailedException(UUID id) {
		super(HttpStatus.PRECONDITION_FAILED);
		setTitle("Todo has changed");
		setDetail("The todo " + id + " is no longer as If-Match expects it. Read it again, then repeat the change with "
				+ "its new ETag.");
	}

}
