package com.example.todoservice;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What Choreo reads of the folder above, its Docker build context: {@code component.yaml}
 * has only documented fields, and agrees with the Dockerfile, the settings and
 * {@code openapi.yaml}.
 *
 * @see <a href=
 * "https://wso2.com/choreo/docs/develop-components/manage-component-source-configurations/">
 * Manage Component Source Configurations</a>
 */
class ChoreoTests {

	private static final Path CONTEXT = Path.of("..");

	private static Map<String, Object> component;

	private static Map<String, Object> endpoint;

	private static Map<String, Object> settings;

	/** Instruction and arguments, of the last stage only. */
	private static List<String[]> image;

	@BeforeAll
	static void read() throws IOException {
		component = new Yaml().load(Files.readString(CONTEXT.resolve(".choreo/component.yaml")));
		endpoint = ChoreoTests.<List<Map<String, Object>>>at(component, "endpoints").get(0);
		settings = new Yaml().load(Files.readString(Path.of("src/main/resources/application.yml")));
		String dockerfile = Files.readString(Path.of("Dockerfile")).replaceAll("(?m)^#.*\n", "").replace("\\\n", " ");
		image = Arrays.stream(dockerfile.substring(dockerfile.lastIndexOf("\nFROM ")).strip().split("\n+"))
			.map((line) -> line.split("\\s+", 2))
			.toList();
	}

	@Test
	void componentHasOnlyDocumentedFields() {
		assertThat(component).containsOnlyKeys("schemaVersion", "endpoints").containsEntry("schemaVersion", 1.2);
		assertThat(ChoreoTests.<List<?>>at(component, "endpoints")).hasSize(1);
		assertThat(endpoint.keySet()).containsExactlyInAnyOrder("name", "displayName", "service", "type",
				"networkVisibilities", "schemaFilePath");
		assertThat(ChoreoTests.<Map<String, Object>>at(endpoint, "service")).containsOnlyKeys("basePath", "port");
		assertThat((String) endpoint.get("name")).matches("[a-z][a-z0-9_-]{0,49}");
	}

	@Test
	void endpointIsRestAndReachedByTheProjectOnly() {
		assertThat(endpoint).containsEntry("type", "REST").containsEntry("networkVisibilities", List.of("Project"));
	}

	@Test
	void portsAreThoseOfTheSettingsAndTheImage() {
		int port = at(settings, "server", "port");
		int probes = at(settings, "management", "server", "port");
		assertThat(ChoreoTests.<Integer>at(endpoint, "service", "port")).isEqualTo(port);
		assertThat(arguments("EXPOSE")).containsExactly(port + " " + probes);
	}

	@Test
	void schemaIsInTheBuildContextAndHasTheSameBasePath() throws IOException {
		Path schema = Path.of((String) endpoint.get("schemaFilePath"));
		assertThat(schema).isRelative();
		assertThat(CONTEXT.resolve(schema)).isRegularFile();
		assertThat(CONTEXT.resolve(".dockerignore")).content().contains("\n!" + schema + "\n");
		Map<String, Object> openApi = new Yaml().load(Files.readString(CONTEXT.resolve(schema)));
		String basePath = at(endpoint, "service", "basePath");
		assertThat(basePath).isEqualTo("/");
		assertThat(ChoreoTests.<Map<String, Object>>at(openApi, "paths").keySet()).contains("/session")
			.hasSizeGreaterThan(1);
	}

	/** Maven reads them all, whichever module it builds. */
	@Test
	void buildContextHasThePomOfEveryModuleAndNothingThatIsNotNamed() throws IOException {
		List<String> context = Files.readAllLines(CONTEXT.resolve(".dockerignore"));
		assertThat(context.stream().filter((line) -> !line.startsWith("#"))).startsWith("*");
		List<String> poms = Pattern.compile("<module>(.*)</module>")
			.matcher(Files.readString(CONTEXT.resolve("pom.xml")))
			.results()
			.map((module) -> "!" + module.group(1) + "/pom.xml")
			.toList();
		assertThat(poms).contains("!mtls/pom.xml");
		assertThat(context).containsAll(poms);
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
		assertThat(locations).containsExactlyInAnyOrder("${CERT_FILE_PATH:/tls/server.crt}",
				"${KEY_FILE_PATH:/tls/server.key}", "${CA_CERT_FILE_PATH:/tls/ca.crt}");
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
