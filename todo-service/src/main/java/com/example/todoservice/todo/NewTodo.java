package com.example.todoservice.todo;

import org.jspecify.annotations.Nullable;

/**
 * What a caller sends to create a todo.
 *
 * @param title what to do
 * @param completed whether it is done already; {@code false} where it is missing
 */
record NewTodo(@Title String title, @Nullable Boolean completed) {
}
