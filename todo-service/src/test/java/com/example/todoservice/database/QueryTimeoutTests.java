package com.example.todoservice.database;

import org.junit.jupiter.api.Test;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.boot.test.context.ConfigDataApplicationContextInitializer;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Where the query timeout of {@code application.yml} is set.
 */
class QueryTimeoutTests {

	private final ApplicationContextRunner context = new ApplicationContextRunner()
		.withInitializer(new ConfigDataApplicationContextInitializer())
		.withConfiguration(
				AutoConfigurations.of(DataSourceAutoConfiguration.class, JdbcTemplateAutoConfiguration.class))
		.withBean(QueryTimeout.class);

	@Test
	void onH2ItIsThatOfTheConnection() {
		this.context.withPropertyValues("spring.datasource.url=jdbc:h2:mem:timeout").run((running) -> {
			JdbcTemplate jdbc = running.getBean(JdbcTemplate.class);
			assertThat(jdbc.getQueryTimeout()).isNegative();
			assertThat(jdbc.queryForObject(
					"select setting_value from information_schema.settings where setting_name = 'QUERY_TIMEOUT'",
					Integer.class))
				.isEqualTo(5000);
		});
	}

	@Test
	void onPostgresItIsThatOfEachStatement() {
		this.context.withPropertyValues("spring.datasource.url=jdbc:postgresql://localhost/todos")
			.run((running) -> assertThat(running.getBean(JdbcTemplate.class).getQueryTimeout()).isEqualTo(5));
	}

}
