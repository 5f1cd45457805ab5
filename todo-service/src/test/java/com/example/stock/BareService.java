package com.example.stock;

import java.io.File;
import java.util.Map;

import tools.jackson.databind.json.JsonMapper;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Spring MVC on Tomcat and nothing else, for the benchmark to compare with: TLS asks for
 * a client certificate, and nobody asks whose it is. What a service on this framework
 * costs more than this is the price of what it does.
 * <p>
 * The benchmark starts it with the jars of {@code spring-boot-starter-web} alone.
 */
@RestController
@SpringBootConfiguration
@EnableAutoConfiguration
public class BareService {

	private final Map<?, ?> answer;

	/**
	 * Prepares the answer.
	 * @param answer holds what todo-service answers, so that both send the same
	 * @param json reads it
	 */
	BareService(@Value("${answer}") File answer, JsonMapper json) {
		this.answer = json.readValue(answer, Map.class);
	}

	public static void main(String[] args) {
		SpringApplication.run(BareService.class, args);
	}

	@GetMapping("/session")
	Map<?, ?> session() {
		return this.answer;
	}

}
