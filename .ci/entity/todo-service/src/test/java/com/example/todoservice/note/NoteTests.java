package com.example.todoservice.note;

import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Another entity behind the same door: only who is admitted gets in, and each caller sees
 * what is its own.
 */
class NoteTests {

	private static final String NOTE = "{\"subject\":\"Door\",\"text\":\"It stays as it is.\"}";

	@Test
	void whenACallerWritesANoteThenItAloneReadsIt() {
		try (TestService service = TestService.start("--mtls.callers[0].name=writer",
				"--mtls.callers[0].roles=read,write", "--mtls.callers[1].name=reader",
				"--mtls.callers[1].roles=read")) {
			TestClient writer = service.client("writer");
			TestClient reader = service.client("reader");

			assertThat(writer.post("/notes", NOTE).status()).isEqualTo(201);
			assertThat(writer.get("/notes").body()).hasSize(1);
			assertThat(writer.post("/notes", "{\"subject\":\"\",\"text\":\"x\"}").status()).isEqualTo(400);
			assertThat(reader.get("/notes").body()).isEmpty();
			assertThat(reader.post("/notes", NOTE).status()).isEqualTo(403);
			assertThat(service.client("stranger").get("/notes").status()).isEqualTo(403);
		}
	}

}
