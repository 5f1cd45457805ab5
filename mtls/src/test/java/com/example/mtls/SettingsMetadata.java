package com.example.mtls;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * For each application, in a class of its own: an IDE completes our own settings, because
 * the compiler describes each of them in
 * {@code META-INF/spring-configuration-metadata.json}.
 */
public abstract class SettingsMetadata {

	private static final Set<String> OF_BOOT = Set.of("spring", "server", "management", "logging");

	@Test
	void everySettingOfOurOwnIsDescribed() throws IOException {
		Map<String, String> described = described();
		assertThat(ownSettings()).isNotEmpty()
			.allSatisfy((name) -> assertThat(described.get(name)).as(name).isNotBlank());
		assertThat(described).allSatisfy((name, description) -> assertThat(description).as(name).isNotBlank());
	}

	/** Of this module and of the door. */
	private static Map<String, String> described() throws IOException {
		Map<String, String> described = new TreeMap<>();
		for (URL metadata : Collections.list(
				SettingsMetadata.class.getClassLoader().getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = metadata.openStream()) {
				for (JsonNode property : JsonMapper.shared().readTree(in).path("properties")) {
					String name = property.path("name").asString();
					if (!OF_BOOT.contains(name.split("\\.")[0])) {
						described.put(name, property.path("description").asString(""));
					}
				}
			}
		}
		return described;
	}

	private static List<String> ownSettings() throws IOException {
		Map<String, Object> settings = new Yaml().load(Files.readString(Path.of("src/main/resources/application.yml")));
		settings.keySet().removeAll(OF_BOOT);
		List<String> names = new ArrayList<>();
		addNames("", settings, names);
		return names;
	}

	private static void addNames(String prefix, Map<?, ?> settings, List<String> names) {
		settings.forEach((key, value) -> {
			if (value instanceof Map<?, ?> below) {
				addNames(prefix + key + ".", below, names);
			}
			else {
				names.add(prefix + key);
			}
		});
	}

}
