package com.example.mtls.client;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

/**
 * Every reason for programs is explained to people in {@code docs/messages.md}.
 */
class MessagesTests {

	private static final Path TABLE = Path.of("../docs/messages.md");

	@ParameterizedTest
	@EnumSource
	void everyReasonIsInTheTableOfMessages(Reason reason) throws IOException {
		assumeThat(TABLE).as("docs/messages.md is not beside this folder, so it was copied alone").exists();
		assertThat(Files.readString(TABLE)).contains("`" + reason.code() + "`");
	}

}
