package com.example.todoclient.mtls.material;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;

import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Each service can be copied alone, so each holds the same code for its TLS material. A
 * mistake corrected in one must be corrected in the other.
 */
class SameFilesTests {

	private static final Path SERVICE = Path.of("../todo-service");

	@Test
	void todoServiceHasTheSameFiles() throws IOException {
		Assumptions.assumeTrue(Files.isDirectory(SERVICE),
				"todo-service is not beside this folder, so there is nothing to compare with");
		assertThat(files(Path.of("."), "todoclient")).isEqualTo(files(SERVICE, "todoservice"));
		for (String file : List.of("TestCa", "mtls/material/Replacement", "mtls/material/TestTls")) {
			assertThat(test(Path.of("."), "todoclient", file)).isEqualTo(test(SERVICE, "todoservice", file));
		}
	}

	private static String test(Path module, String name, String file) throws IOException {
		return Files.readString(module.resolve("src/test/java/com/example/" + name + "/" + file + ".java"))
			.replace(name, "PACKAGE");
	}

	private static TreeMap<String, String> files(Path module, String name) throws IOException {
		TreeMap<String, String> texts = new TreeMap<>();
		try (Stream<Path> files = Files.list(module.resolve("src/main/java/com/example/" + name + "/mtls/material"))) {
			for (Path file : files.toList()) {
				texts.put(file.getFileName().toString(),
						Files.readString(file).replace("com.example." + name, "com.example.PACKAGE"));
			}
		}
		return texts;
	}

}
