package com.example.todoservice.problem;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** The request body is larger than any todo (RFC 9110 section 15.5.14). */
class ContentTooLargeException extends ErrorResponseException {

	ContentTooLargeException(int limit) {
		super(HttpStatus.CONTENT_TOO_LARGE);
		setTitle("Content too large");
		setDetail("The body has more than " + limit + " bytes.");
		getBody().setProperty("errors",
				java.util.List.of(new FieldError("body", "must have at most " + limit + " bytes")));
	}

}
