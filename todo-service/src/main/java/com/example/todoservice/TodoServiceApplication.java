package com.example.todoservice;

import java.time.Clock;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/**
 * A todos server that admits callers by the Common Name of their certificate.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TodoServiceApplication {

	/** The time that todos are stamped with. */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	/**
	 * Starts the service.
	 * @param args options of Spring Boot, for example {@code --server.port=9443}
	 */
	public static void main(String[] args) {
		SpringApplication.run(TodoServiceApplication.class, args);
	}

}
