package com.example.todoservice.todo.storage;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Says at start-up that the todos will not outlive the process.
 */
@Component
class InMemoryWarning {

	private static final Logger logger = LoggerFactory.getLogger(InMemoryWarning.class);

	InMemoryWarning(@Value("${spring.datasource.url}") String url) {
		if (url.startsWith("jdbc:h2:mem:")) {
			logger.warn("Todos are kept in memory and are gone when todo-service ends, because SPRING_DATASOURCE_URL "
					+ "begins with jdbc:h2:mem. To keep them: jdbc:h2:file:PATH or jdbc:postgresql://HOST:5432/NAME.");
		}
	}

}
