package com.example.todoservice.problem;

/**
 * One entry of {@code errors} in a problem document.
 *
 * @param field a property of the body, a query parameter or a header
 * @param message the rule it breaks, to be read after the name
 */
record FieldError(String field, String message) {
}
