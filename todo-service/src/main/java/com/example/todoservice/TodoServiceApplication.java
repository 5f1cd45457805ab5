package com.example.todoservice;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * A todos server that admits callers by the Common Name of their certificate.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class TodoServiceApplication {

	/**
	 * Starts the service.
	 * @param args options of Spring Boot, for example {@code --server.port=9443}
	 */
	public static void main(String[] args) {
		SpringApplication.run(TodoServiceApplication.class, args);
	}

}
