package com.example.todoclient.pair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

import com.example.todoclient.pair.BenchmarkLevers.Edit;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * Each step towards speed can still be taken back, so that what it pays can be measured.
 */
class BenchmarkLeversTests {

	private static final Path CHECKOUT = Path.of("..");

	static List<Edit> edits() {
		return BenchmarkLevers.edits();
	}

	@ParameterizedTest
	@MethodSource("edits")
	void whenAStepIsUndoneThenItsTextIsInTheFile(Edit edit) {
		assumeTrue(Files.isDirectory(CHECKOUT.resolve("todo-service")),
				"this folder was copied alone, so there is no todo-service");
		assertThat(CHECKOUT.resolve(edit.file())).content().contains(edit.text());
	}

}
