package com.example.todoservice.todo.storage;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/**
 * Leaves H2's query timeout to the connection, where {@code application.yml} sets it too.
 * Set for each statement, as JDBC would have it, H2 takes it for a change of the schema
 * and parses every statement again: a tenth of the time of a page.
 */
@Component
class QueryTimeout {

	private static final int NOT_SET = -1;

	QueryTimeout(JdbcTemplate jdbc, @Value("${spring.datasource.url}") String url) {
		if (url.startsWith("jdbc:h2:")) {
			jdbc.setQueryTimeout(NOT_SET);
		}
	}

}
