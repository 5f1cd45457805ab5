package com.example.todoclient.todos;

/**
 * What a caller decides about a todo: the body of a POST or PUT.
 *
 * @param title what to do, 1 to 200 characters
 * @param completed whether it is done
 */
public record TodoContent(String title, boolean completed) {
}
