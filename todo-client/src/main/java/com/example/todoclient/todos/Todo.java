package com.example.todoclient.todos;

import java.time.Instant;
import java.util.UUID;

/**
 * A todo as the service sends it.
 *
 * @param id its identifier
 * @param title what to do
 * @param completed whether it is done
 * @param owner the Common Name of the caller it belongs to
 * @param createdAt when it was created
 * @param updatedAt when it last changed
 */
public record Todo(UUID id, String title, boolean completed, String owner, Instant createdAt, Instant updatedAt) {
}
