package com.example.todoservice.problem;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/**
 * A part of the request that cannot be accepted.
 */
public class FieldException extends ErrorResponseException {

	/**
	 * Names the part and the rule.
	 * @param field a property of the body, a query parameter or a header
	 * @param message the rule it breaks, to be read after the name
	 */
	public FieldException(String field, String message) {
		super(HttpStatus.BAD_REQUEST, Problems.ofFields(java.util.List.of(new FieldError(field, message))), null);
	}

}
