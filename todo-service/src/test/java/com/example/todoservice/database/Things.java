package com.example.todoservice.database;

import java.util.List;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** A feature of somebody else: a table of its own, and two calls that use it. */
@TestConfiguration(proxyBeanMethods = false)
@RestController
public class Things {

	/** Makes the table, once the service has made its own. */
	public static final String TABLE = "create table thing (name varchar(50))";

	private final JdbcTemplate jdbc;

	Things(JdbcTemplate jdbc) {
		this.jdbc = jdbc;
	}

	@PostMapping("/things")
	@ResponseStatus(HttpStatus.CREATED)
	void add() {
		this.jdbc.update("insert into thing (name) values ('thing')");
	}

	@GetMapping("/things")
	List<String> all() {
		return this.jdbc.queryForList("select name from thing", String.class);
	}

}
