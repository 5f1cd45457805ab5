package com.example.todoservice.database;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.env.Environment;
import org.springframework.stereotype.Component;

/**
 * Says at start-up that nothing will outlive the process.
 */
@Component
class InMemoryWarning {

	private static final Logger logger = LoggerFactory.getLogger(InMemoryWarning.class);

	/** Not {@code @Value}, which would evaluate an expression in the URL. */
	InMemoryWarning(Environment environment) {
		if (environment.getRequiredProperty("spring.datasource.url").startsWith("jdbc:h2:mem:")) {
			logger
				.warn("Everything is kept in memory and is gone when todo-service ends, because SPRING_DATASOURCE_URL "
						+ "begins with jdbc:h2:mem. To keep it: jdbc:h2:file:PATH or jdbc:postgresql://HOST:5432/NAME.");
		}
	}

}
