package com.example.todoservice.todo;

import jakarta.validation.constraints.NotNull;

/**
 * What a caller sends to replace a todo: all of it, as PUT means (RFC 9110 section
 * 9.3.4).
 *
 * @param title what to do
 * @param completed whether it is done
 */
record TodoUpdate(@Title String title, @NotNull Boolean completed) {
}
