package com.example.todoservice.note;

import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Size;

/**
 * Something to remember.
 *
 * @param subject what it is about
 * @param text what it says
 */
record Note(@NotBlank @Size(max = 100) String subject, @NotBlank @Size(max = 1000) String text) {
}
