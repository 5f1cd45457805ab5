package com.example.todoservice.database;

import java.util.stream.Stream;

import com.example.mtls.TestService;

/** The two databases: what holds on one must hold on the other. */
public enum Database {

	H2, POSTGRESQL;

	/** Starts the service with an empty database. */
	public TestService start(String... arguments) {
		return switch (this) {
			case H2 -> TestService.start(arguments);
			case POSTGRESQL ->
				TestService.start(
						Stream
							.concat(Stream.of("--spring.datasource.url=" + TestPostgres.shared().newDatabase(),
									"--spring.datasource.username=postgres"), Stream.of(arguments))
							.toArray(String[]::new));
		};
	}

}
