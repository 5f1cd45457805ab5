package com.example.todoservice.todo;

import java.util.UUID;

import org.springframework.http.HttpStatus;
import org.springframework.web.ErrorResponseException;

/** There is no such todo, or it is someone else's: callers cannot tell which. */
class TodoNotFoundException extends ErrorResponseException {

	TodoNotFoundException(UUID id) {
		super(HttpStatus.NOT_FOUND);
		setTitle("Todo not found");
		setDetail("You have no todo with the id " + id + ".");
	}

}
