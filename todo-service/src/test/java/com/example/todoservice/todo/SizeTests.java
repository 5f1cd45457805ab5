package com.example.todoservice.todo;

import java.util.Arrays;

import com.example.mtls.TestService;
import com.example.todoservice.database.Database;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a page and a write cost at a thousand, a hundred thousand and a million todos of
 * one owner. Prints microseconds, and runs only when asked for:
 * {@code mvn test -Dgroups=size -DexcludedGroups=none}.
 */
@Tag("size")
class SizeTests {

	private static final int PAGE = 100;

	private static final int REPETITIONS = 300;

	@ParameterizedTest
	@EnumSource(Database.class)
	void theLastPageOfAMillionIsFoundAsTheFirstOne(Database database) {
		try (TestService service = database.start("--spring.jdbc.template.query-timeout=10m",
				"--spring.datasource.hikari.data-source-properties.socketTimeout=600")) {
			Todos todos = service.bean(Todos.class);
			JdbcClient jdbc = service.bean(JdbcClient.class);
			int stored = 0;
			for (int size : new int[] { 1_000, 100_000, 1_000_000 }) {
				seed(database, jdbc, stored + 1, size);
				stored = size;
				long last = jdbc.sql("select max(seq) from todo").query(Long.class).single();
				Cursor nearTheEnd = new Cursor(last - PAGE);
				assertThat(todos.page("owner", null, nearTheEnd, PAGE).todos()).hasSize(PAGE);
				System.out.printf("size: %s, %d todos, microseconds: first page %d, last page %d, write %d%n", database,
						size, median(() -> todos.page("owner", null, Cursor.START, PAGE)),
						median(() -> todos.page("owner", null, nearTheEnd, PAGE)),
						median(() -> todos.add("writer", "title", false)));
			}
		}
	}

	private static void seed(Database database, JdbcClient jdbc, int from, int to) {
		String rows = "insert into todo (id, owner, title, completed, version, created_at, updated_at) select %s, 'owner',"
				+ " 'title', mod(i, 3) = 0, 1, now(), now() from %s";
		switch (database) {
			case H2 -> {
				for (int each = from; each <= to; each += 2_000) {
					// In order: at random each commit would write most of the index
					// again.
					update(jdbc, rows.formatted("cast('00000000-0000-4000-8000-' || lpad(i, 12, '0') as uuid)",
							"(select x as i from system_range(%d, %d))".formatted(each, Math.min(to, each + 1_999))));
				}
			}
			case POSTGRESQL -> {
				for (int each = from; each <= to; each += 50_000) {
					update(jdbc, rows.formatted("gen_random_uuid()",
							"generate_series(%d, %d) i".formatted(each, Math.min(to, each + 49_999))));
				}
			}
		}
		update(jdbc, "analyze" + ((database == Database.POSTGRESQL) ? " todo" : ""));
	}

	private static void update(JdbcClient jdbc, String sql) {
		jdbc.sql(sql).update();
	}

	private static long median(Runnable task) {
		for (int i = 0; i < REPETITIONS; i++) {
			task.run();
		}
		long[] times = new long[REPETITIONS];
		for (int i = 0; i < REPETITIONS; i++) {
			long begun = System.nanoTime();
			task.run();
			times[i] = (System.nanoTime() - begun) / 1000;
		}
		Arrays.sort(times);
		return times[REPETITIONS / 2];
	}

}
