package com.example.todoservice.database;

import org.springframework.core.env.Environment;
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

	/** Not {@code @Value}, which would evaluate an expression in the URL. */
	QueryTimeout(JdbcTemplate jdbc, Environment environment) {
		if (environment.getRequiredProperty("spring.datasource.url").startsWith("jdbc:h2:")) {
			jdbc.setQueryTimeout(NOT_SET);
		}
	}

}
