package com.example.todoservice;

import java.time.Clock;

import com.example.todoservice.mtls.TlsDefaults;
import com.example.todoservice.mtls.material.Purpose;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * A todos server that admits callers by the Common Name of their certificate.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class TodoServiceApplication {

	static {
		TlsDefaults.apply();
	}

	/**
	 * Starts the service.
	 * @param args options of Spring Boot, for example {@code --server.port=9443}
	 */
	public static void main(String[] args) {
		SpringApplication.run(TodoServiceApplication.class, args);
	}

	/** Which end of a connection our certificate is for. */
	@Bean
	Purpose purpose() {
		return Purpose.SERVER;
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
