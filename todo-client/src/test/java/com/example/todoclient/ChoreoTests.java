package com.example.todoclient;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Choreo asks of an image, and that it agrees with the settings. As a task this
 * component has no endpoint, so no {@code component.yaml} speaks of it.
 */
class ChoreoTests {

	private static Map<String, Object> settings;

	/** Instruction and arguments, of the last stage only. */
	private static List<String[]> image;

	@BeforeAll
	static void read() throws IOException {
		settings = new Yaml().load(Files.readString(Path.of("src/main/resources/application.yml")));
		String dockerfile = Files.readString(Path.of("Dockerfile")).replaceAll("(?m)^#.*\n", "").replace("\\\n", " ");
		image = Arrays.stream(dockerfile.substring(dockerfile.lastIndexOf("\nFROM ")).strip().split("\n+"))
			.map((line) -> line.split("\\s+", 2))
			.toList();
	}

	@Test
	void portsAreThoseOfTheSettingsAndTheImage() {
		int port = at(settings, "server", "port");
		int probes = at(settings, "management", "server", "port");
		assertThat(arguments("EXPOSE")).containsExactly(port + " " + probes);
	}

	@Test
	void userIsANumberThatChoreoAccepts() {
		assertThat(arguments("USER")).singleElement().satisfies((user) -> {
			assertThat(user).matches("\\d+");
			assertThat(Integer.parseInt(user)).isBetween(10000, 20000);
		});
	}

	@Test
	void imageStartsWithoutAShellAndTakesArguments() {
		assertThat(arguments("ENTRYPOINT")).singleElement().asString().startsWith("[\"java\"");
		assertThat(arguments("CMD")).isEmpty();
	}

	@Test
	void filesAreMountedWhereTheSettingsExpectThem() {
		Map<String, Object> bundle = at(settings, "spring", "ssl", "bundle", "pem", "mtls");
		List<String> locations = List.of(at(bundle, "keystore", "certificate"), at(bundle, "keystore", "private-key"),
				at(bundle, "truststore", "certificate"));
		assertThat(locations).containsExactlyInAnyOrder("${CERT_FILE_PATH:/tls/client.crt}",
				"${KEY_FILE_PATH:/tls/client.key}", "${CA_CERT_FILE_PATH:/tls/ca.crt}");
	}

	private static List<String> arguments(String instruction) {
		return image.stream().filter((line) -> line[0].equals(instruction)).map((line) -> line[1].strip()).toList();
	}

	@SuppressWarnings("unchecked")
	private static <T> T at(Map<String, Object> map, String... path) {
		Object value = map;
		for (String key : path) {
			assertThat(value).as(String.join(".", path)).isInstanceOf(Map.class);
			value = ((Map<String, Object>) value).get(key);
		}
		assertThat(value).as(String.join(".", path)).isNotNull();
		return (T) value;
	}

}
