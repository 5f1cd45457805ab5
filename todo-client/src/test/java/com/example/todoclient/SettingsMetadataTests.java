package com.example.todoclient;

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
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * An IDE completes our own settings, because the compiler describes each of them in
 * {@code META-INF/spring-configuration-metadata.json}.
 */
class SettingsMetadataTests {

	private static final Set<String> OF_BOOT = Set.of("spring", "server", "management", "logging");

	private static final Pattern OURS = Pattern.compile("(page|mtls)\\.");

	@Test
	void everySettingOfOurOwnIsDescribed() throws IOException {
		Map<String, String> described = described();
		assertThat(ownSettings()).isNotEmpty()
			.allSatisfy((name) -> assertThat(described.get(name)).as(name).isNotBlank());
		assertThat(described).allSatisfy((name, description) -> assertThat(description).as(name).isNotBlank());
	}

	private static Map<String, String> described() throws IOException {
		List<JsonNode> properties = new ArrayList<>();
		// Ours and the door's, which lies in another folder or jar.
		for (URL file : Collections.list(SettingsMetadataTests.class.getClassLoader()
			.getResources("META-INF/spring-configuration-metadata.json"))) {
			try (InputStream in = file.openStream()) {
				JsonMapper.shared().readTree(in).path("properties").forEach(properties::add);
			}
		}
		return properties.stream()
			.filter((property) -> OURS.matcher(property.path("name").asString()).lookingAt())
			.collect(Collectors.toMap((property) -> property.path("name").asString(),
					(property) -> property.path("description").asString("")));
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
