package com.example.todoservice.problem;

import java.util.List;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/**
 * A part of the request that cannot be accepted.
 */
public class FieldException extends ErrorResponseException {

	/**
	 * One entry of {@code errors} in a problem document.
	 *
	 * @param field a property of the body, a query parameter or a header
	 * @param message the rule it breaks, to be read after the name
	 */
	record FieldError(String field, String message) {
	}

	/**
	 * Names the part and the rule.
	 * @param field a property of the body, a query parameter or a header
	 * @param message the rule it breaks, to be read after the name
	 */
	public FieldException(String field, String message) {
		super(HttpStatus.BAD_REQUEST, Problems.ofFields(List.of(new FieldError(field, message))), null);
	}

	/** A body that is larger than any todo (RFC 9110 section 15.5.14). */
	FieldException(int limit) {
		super(HttpStatus.CONTENT_TOO_LARGE);
		setTitle("Content too large");
		setDetail("The body has more than " + limit + " bytes.");
		getBody().setProperty("errors", List.of(new FieldError("body", "must have at most " + limit + " bytes")));
	}

}
