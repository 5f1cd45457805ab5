package com.example.todoservice.todo;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.slf4j.LoggerFactory;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * One line for each change that was made: who, what, which todo; never its title.
 */
@ExtendWith(OutputCaptureExtension.class)
class TodoAuditTests {

	private static final TestService service = TestService.shared();

	private final Logger logger = (Logger) LoggerFactory.getLogger("audit.todo");

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.appender);
	}

	@Test
	void eachChangeGetsALineWithoutTheTitle(CapturedOutput output) {
		TestClient caller = service.client("todo-client");
		String id = caller.post("/todos", "{\"title\":\"secret-4711\"}").body().get("id").asString();
		caller.put("/todos/" + id, "{\"title\":\"secret-4712\",\"completed\":true}");
		caller.delete("/todos/" + id);
		assertThat(this.appender.list).extracting(ILoggingEvent::getFormattedMessage)
			.containsExactly("action=created todo=" + id + " caller=\"todo-client\"",
					"action=replaced todo=" + id + " caller=\"todo-client\"",
					"action=deleted todo=" + id + " caller=\"todo-client\"");
		assertThat(output).doesNotContain("secret-471");
	}

	@Test
	void whatChangesNothingGetsNoLine(CapturedOutput output) {
		TestClient caller = service.client("todo-client");
		String id = caller.post("/todos", "{\"title\":\"secret-4711\"}").body().get("id").asString();
		this.appender.list.clear();
		caller.get("/todos/" + id);
		assertThat(caller.put("/todos/" + id, "{\"title\":\"secret-4712\",\"completed\":true}", "If-Match", "\"other\"")
			.status()).isEqualTo(412);
		assertThat(caller.put("/todos/" + id, "{\"title\":\"secret-4713\u0000\",\"completed\":true}").status())
			.isEqualTo(400);
		assertThat(caller.post("/todos", "{\"title\":\"secret-4714\",\"owner\":\"writer\"}").status()).isEqualTo(400);
		TestClient other = service.client("writer");
		assertThat(other.delete("/todos/" + id).status()).isEqualTo(404);
		assertThat(service.client("reader").delete("/todos/" + id).status()).isEqualTo(403);
		assertThat(this.appender.list).isEmpty();
		assertThat(output).doesNotContain("secret-471");
	}

}
