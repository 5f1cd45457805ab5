package com.example.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

/**
 * The openssl command as a second opinion, independent of both JDK and Bouncy Castle.
 */
public final class Openssl {

	private Openssl() {
	}

	/** Runs openssl, which has to succeed, and returns all it printed. */
	public static String run(Object... args) {
		Result result = start(args);
		assertThat(result.exitCode).as(result.output).isZero();
		return result.output;
	}

	static Result start(Object... args) {
		List<String> command = new ArrayList<>(List.of("openssl"));
		for (Object arg : args) {
			command.add(String.valueOf(arg));
		}
		try {
			Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
			process.getOutputStream().close();
			String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			return new Result(process.waitFor(), output);
		}
		catch (IOException ex) {
			if ("true".equals(System.getenv("CI"))) {
				return fail("CI needs the openssl command", ex);
			}
			return abort("Skipped: there is no openssl command here");
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	record Result(int exitCode, String output) {
	}

}
