package com.example.todoclient.pair;

import java.io.File;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Commands of this machine, run to their end. */
final class BenchmarkCommands {

	private BenchmarkCommands() {
	}

	static boolean exists(String command) {
		return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
			.anyMatch((folder) -> new File(folder, command).canExecute());
	}

	/** {@code false} if it fails, or if there is no such command. */
	static boolean succeeds(String... command) throws InterruptedException {
		try {
			return new ProcessBuilder(command).redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor() == 0;
		}
		catch (IOException ex) {
			return false;
		}
	}

	/** What it prints. A command that fails throws. */
	static String output(List<String> command) throws IOException, InterruptedException {
		Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
		String output = new String(process.getInputStream().readAllBytes()).strip();
		if (process.waitFor() != 0) {
			throw new IllegalStateException(String.join(" ", command) + " failed:\n" + output);
		}
		return output;
	}

	static String output(String... command) throws IOException, InterruptedException {
		return output(List.of(command));
	}

	/** The command on some of the processors only; none named: on all of them. */
	static List<String> pinned(String processors, List<String> command) {
		List<String> pinned = new ArrayList<>(command);
		if (!processors.isEmpty()) {
			pinned.addAll(0, List.of("taskset", "-c", processors));
		}
		return pinned;
	}

	/** The number behind a label at the beginning of a line, or 0. */
	static double number(String output, String label) {
		return output.lines()
			.map(String::strip)
			.filter((line) -> line.startsWith(label))
			.map((line) -> line.substring(label.length()).strip().split(" ")[0])
			.mapToDouble(Double::parseDouble)
			.findFirst()
			.orElse(0);
	}

}
