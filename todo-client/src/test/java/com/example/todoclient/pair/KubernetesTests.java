package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.Issuer;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The manifests in {@code docs/kubernetes} have only fields that Kubernetes and
 * cert-manager know, and agree with each other, the settings, the images and Compose.
 */
class KubernetesTests {

	private static final Path MANIFESTS = Path.of("../docs/kubernetes");

	private static final Map<String, Class<? extends HasMetadata>> KINDS = Stream
		.of(Namespace.class, Issuer.class, Certificate.class, Deployment.class, Service.class,
				PodDisruptionBudget.class, NetworkPolicy.class)
		.collect(Collectors.toMap(Class::getSimpleName, Function.identity()));

	/** The models collect fields that they do not know; here these are errors. */
	private static final JsonMapper STRICT = JsonMapper.builder()
		.enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
		.annotationIntrospector(new JacksonAnnotationIntrospector() {

			@Override
			public Boolean hasAnySetter(Annotated annotated) {
				return false;
			}

		})
		.build();

	private static final List<HasMetadata> manifests = new ArrayList<>();

	private static Map<String, Object> kustomization;

	@BeforeAll
	static void readManifests() throws IOException {
		assumeTrue(Files.isDirectory(MANIFESTS) || Files.exists(Path.of("../todo-service")),
				"this folder was copied alone, so there are no manifests");
		kustomization = new Yaml().load(Files.readString(MANIFESTS.resolve("kustomization.yaml")));
		manifests.clear();
		for (Object file : at(kustomization, "resources", List.class)) {
			for (Object manifest : new Yaml().loadAll(Files.readString(MANIFESTS.resolve(file.toString())))) {
				manifests.add(read(manifest));
			}
		}
	}

	private static HasMetadata read(Object manifest) throws JsonProcessingException {
		String kind = at(manifest, "kind", String.class);
		assertThat(KINDS).containsKey(kind);
		HasMetadata read = STRICT.readValue(STRICT.writeValueAsString(manifest), KINDS.get(kind));
		assertThat(read.getApiVersion()).isEqualTo(HasMetadata.getApiVersion(KINDS.get(kind)));
		return read;
	}

	@ParameterizedTest
	@ValueSource(strings = { "metadata: {name: x, label: {}}", "spec: {replica: 2}",
			"spec: {template: {spec: {containers: [{name: x, readinessProb: {}}]}}}" })
	void unknownFieldsAreErrors(String field) {
		Object manifest = new Yaml().load("apiVersion: apps/v1\nkind: Deployment\n" + field);
		assertThatExceptionOfType(UnrecognizedPropertyException.class).isThrownBy(() -> read(manifest));
	}

	@Test
	void kustomizationHasEveryFileAndBothImages() throws IOException {
		assertThat(kustomization).containsOnlyKeys("apiVersion", "kind", "resources", "images");
		try (Stream<Path> files = Files.list(MANIFESTS)) {
			assertThat(files.map((file) -> file.getFileName().toString()).filter((name) -> !name.startsWith("kustom")))
				.containsExactlyInAnyOrderElementsOf(at(kustomization, "resources", List.class));
		}
		List<Object> images = new ArrayList<>();
		for (Object image : at(kustomization, "images", List.class)) {
			images.add(at(image, "name", String.class));
		}
		assertThat(images).containsExactlyInAnyOrder(image("todo-service"), image("todo-client"));
	}

	@Test
	void everythingIsInTheOneNamespace() {
		String namespace = all(Namespace.class).get(0).getMetadata().getName();
		assertThat(manifests).filteredOn((manifest) -> !(manifest instanceof Namespace))
			.hasSizeGreaterThan(10)
			.allSatisfy((manifest) -> assertThat(manifest.getMetadata().getNamespace()).isEqualTo(namespace));
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-service", "todo-client" })
	void portsAreThoseOfTheSettingsAndTheImage(String module) throws IOException {
		int port = setting(module, Integer.class, "server", "port");
		int management = setting(module, Integer.class, "management", "server", "port");
		assertThat(container(module).getPorts()).extracting(ContainerPort::getContainerPort)
			.containsExactly(port, management);
		assertThat(instruction(module, "EXPOSE")).isEqualTo(port + " " + management);
		Service service = one(Service.class, module);
		assertThat(service.getSpec().getPorts()).singleElement().satisfies((served) -> {
			assertThat(served.getPort()).isEqualTo(port);
			assertThat(served.getTargetPort().getStrVal()).isEqualTo(container(module).getPorts().get(0).getName());
		});
		Map<String, String> pods = one(Deployment.class, module).getSpec().getTemplate().getMetadata().getLabels();
		assertThat(service.getSpec().getSelector()).isEqualTo(pods);
		assertThat(one(PodDisruptionBudget.class, module).getSpec().getSelector().getMatchLabels()).isEqualTo(pods);
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-service", "todo-client" })
	void probesAskTheManagementPort(String module) throws IOException {
		assertThat(setting(module, Boolean.class, "management", "endpoint", "health", "probes", "enabled")).isTrue();
		Container container = container(module);
		String management = container.getPorts().get(1).getName();
		List<Probe> probes = List.of(container.getStartupProbe(), container.getLivenessProbe(),
				container.getReadinessProbe());
		assertThat(probes).extracting((probe) -> probe.getHttpGet().getPort().getStrVal()).containsOnly(management);
		assertThat(probes).extracting((probe) -> probe.getHttpGet().getPath())
			.containsExactly("/actuator/health/liveness", "/actuator/health/liveness", "/actuator/health/readiness");
		assertThat(instruction(module, "HEALTHCHECK"))
			.contains("GET " + container.getReadinessProbe().getHttpGet().getPath() + " ");
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-service", "todo-client" })
	void podsMayDoAsLittleAsInCompose(String module) throws IOException {
		PodSpec pod = one(Deployment.class, module).getSpec().getTemplate().getSpec();
		long user = Long.parseLong(instruction(module, "USER"));
		assertThat(pod.getAutomountServiceAccountToken()).isFalse();
		assertThat(pod.getEnableServiceLinks()).isFalse();
		assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
		assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(user);
		assertThat(pod.getSecurityContext().getRunAsGroup()).isEqualTo(user);
		assertThat(pod.getSecurityContext().getFsGroup()).isEqualTo(user);
		assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
		Container container = container(module);
		assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
		assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
		assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
		Object compose = at(new Yaml().load(Files.readString(Path.of("../docker-compose.yml"))), "x-hardened",
				Map.class);
		assertThat(container.getResources().getLimits()).containsOnly(
				Map.entry("cpu", new Quantity(String.valueOf(at(compose, "cpus", Number.class).intValue()))),
				Map.entry("memory", new Quantity(at(compose, "mem_limit", String.class).replace("m", "Mi"))));
		int grace = Integer.parseInt(
				setting(module, String.class, "spring", "lifecycle", "timeout-per-shutdown-phase").replace("s", ""));
		assertThat(pod.getTerminationGracePeriodSeconds()).isGreaterThan(grace);
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-service", "todo-client" })
	void secretOfTheCertificateIsMountedAsAFolder(String module) {
		Container container = container(module);
		assertThat(container.getVolumeMounts()).hasSizeBetween(2, 3)
			.allSatisfy((mount) -> assertThat(mount.getSubPath()).isNull())
			.anySatisfy((mount) -> {
				assertThat(mount.getName()).isEqualTo("tls");
				assertThat(mount.getMountPath()).isEqualTo("/tls");
				assertThat(mount.getReadOnly()).isTrue();
			})
			.anySatisfy((mount) -> assertThat(mount.getMountPath()).isEqualTo("/tmp"));
		assertThat(one(Deployment.class, module).getSpec().getTemplate().getSpec().getVolumes())
			.filteredOn((volume) -> volume.getName().equals("tls"))
			.singleElement()
			.satisfies((volume) -> {
				assertThat(volume.getSecret().getSecretName())
					.isEqualTo(one(Certificate.class, module).getSpec().getSecretName());
				// The owner is root; the process reads it as a member of fsGroup.
				assertThat(volume.getSecret().getDefaultMode()).isEqualTo(0440);
			});
		// What cert-manager calls them.
		assertThat(environment(module)).containsEntry("CERT_FILE_PATH", "/tls/tls.crt")
			.containsEntry("KEY_FILE_PATH", "/tls/tls.key")
			.containsEntry("CA_CERT_FILE_PATH", "/tls/ca.crt");
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-service", "todo-client" })
	void variablesAreThoseOfTheSettings(String module) throws IOException {
		String settings = Files.readString(Path.of("..", module, "src/main/resources/application.yml"));
		assertThat(environment(module).keySet()).allSatisfy((name) -> {
			if (!name.startsWith("SPRING_DATASOURCE_")) {
				assertThat(settings).contains("${" + name + ":");
			}
		});
	}

	@Test
	void databaseComesFromASecretThatIsNotHere() {
		assertThat(container("todo-service").getEnv()).filteredOn((variable) -> variable.getValueFrom() != null)
			.extracting(EnvVar::getName)
			.containsExactly("SPRING_DATASOURCE_URL", "SPRING_DATASOURCE_USERNAME", "SPRING_DATASOURCE_PASSWORD");
		assertThat(container("todo-service").getEnv()).filteredOn((variable) -> variable.getValueFrom() != null)
			.extracting((variable) -> variable.getValueFrom().getSecretKeyRef().getName())
			.containsOnly("todo-service-database");
	}

	/** The URL that the docs have the user type names the file that is mounted. */
	@Test
	void certificateOfTheDatabaseIsChecked() throws IOException {
		String docs = Files.readString(Path.of("../docs/kubernetes.md"));
		String mount = container("todo-service").getVolumeMounts()
			.stream()
			.filter((each) -> each.getName().equals("database-ca"))
			.map(VolumeMount::getMountPath)
			.findFirst()
			.orElseThrow();
		String configMap = one(Deployment.class, "todo-service").getSpec()
			.getTemplate()
			.getSpec()
			.getVolumes()
			.stream()
			.filter((volume) -> volume.getName().equals("database-ca"))
			.map((volume) -> volume.getConfigMap().getName())
			.findFirst()
			.orElseThrow();
		assertThat(docs).contains("?sslmode=verify-full&sslrootcert=" + mount + "/ca.crt'")
			.contains("create configmap " + configMap + " --from-file=ca.crt=")
			.doesNotContain("sslmode=require");
	}

	@Test
	void certificatesAreWhatTheOtherSideExpects() throws IOException {
		Certificate server = one(Certificate.class, "todo-service");
		Certificate client = one(Certificate.class, "todo-client");
		Matcher url = Pattern.compile("https://([^:]+):(\\d+)")
			.matcher(environment("todo-client").get("TODO_SERVICE_URL"));
		assertThat(url.matches()).isTrue();
		Service service = one(Service.class, "todo-service");
		assertThat(url.group(1)).isEqualTo(service.getMetadata().getName());
		assertThat(url.group(2)).isEqualTo(service.getSpec().getPorts().get(0).getPort().toString());
		String host = url.group(1);
		String namespace = service.getMetadata().getNamespace();
		assertThat(server.getSpec().getDnsNames()).containsExactly(host, host + "." + namespace,
				host + "." + namespace + ".svc", host + "." + namespace + ".svc.cluster.local");
		assertThat(server.getSpec().getUsages()).containsExactly("digital signature", "server auth");
		assertThat(client.getSpec().getUsages()).containsExactly("digital signature", "client auth");
		Object admitted = setting("todo-service", List.class, "mtls", "callers").get(0);
		assertThat(client.getSpec().getCommonName()).isEqualTo(at(admitted, "name", String.class));
		for (Certificate leaf : List.of(server, client)) {
			Issuer issuer = one(Issuer.class, leaf.getSpec().getIssuerRef().getName());
			Certificate authority = one(Certificate.class, "ca");
			assertThat(issuer.getSpec().getCa().getSecretName()).isEqualTo(authority.getSpec().getSecretName());
			assertThat(authority.getSpec().getIsCA()).isTrue();
			assertThat(one(Issuer.class, authority.getSpec().getIssuerRef().getName()).getSpec().getSelfSigned())
				.isNotNull();
		}
	}

	@Test
	void networkIsClosedButForWhatThePairNeeds() throws IOException {
		NetworkPolicy closed = one(NetworkPolicy.class, "default-deny");
		assertThat(closed.getSpec().getPodSelector().getMatchLabels()).isNullOrEmpty();
		assertThat(closed.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
		assertThat(closed.getSpec().getIngress()).isEmpty();
		assertThat(closed.getSpec().getEgress()).isEmpty();
		int https = setting("todo-service", Integer.class, "server", "port");
		assertThat(ingress("todo-service")).containsExactly("app=todo-client:" + https,
				"kubernetes.io/metadata.name=monitoring:"
						+ setting("todo-service", Integer.class, "management", "server", "port"));
		assertThat(ingress("todo-client")).containsExactly("kubernetes.io/metadata.name=monitoring:"
				+ setting("todo-client", Integer.class, "management", "server", "port"));
		assertThat(one(NetworkPolicy.class, "todo-service").getSpec().getEgress()).singleElement()
			.satisfies((rule) -> assertThat(ports(rule.getPorts())).isEqualTo("5432"));
		assertThat(one(NetworkPolicy.class, "todo-client").getSpec().getEgress()).singleElement()
			.satisfies((rule) -> assertThat(peers(rule.getTo()) + ":" + ports(rule.getPorts()))
				.isEqualTo("app=todo-service:" + https));
		assertThat(one(NetworkPolicy.class, "dns").getSpec().getEgress()).singleElement().satisfies((rule) -> {
			// Of kube-dns, of NodeLocal DNSCache and, with 5353, of OpenShift.
			assertThat(rule.getTo()).isEmpty();
			assertThat(ports(rule.getPorts())).isEqualTo("53,53,5353,5353");
		});
		assertThat(all(NetworkPolicy.class)).hasSize(4);
	}

	private static List<String> ingress(String module) {
		NetworkPolicy policy = one(NetworkPolicy.class, module);
		assertThat(policy.getSpec().getPodSelector().getMatchLabels())
			.isEqualTo(one(Deployment.class, module).getSpec().getTemplate().getMetadata().getLabels());
		List<String> rules = new ArrayList<>();
		for (NetworkPolicyIngressRule rule : policy.getSpec().getIngress()) {
			rules.add(peers(rule.getFrom()) + ":" + ports(rule.getPorts()));
		}
		return rules;
	}

	private static String peers(List<NetworkPolicyPeer> peers) {
		return peers.stream()
			.map((peer) -> (peer.getPodSelector() != null) ? peer.getPodSelector() : peer.getNamespaceSelector())
			.flatMap((selector) -> selector.getMatchLabels().entrySet().stream())
			.map(Object::toString)
			.collect(Collectors.joining(","));
	}

	private static String ports(List<NetworkPolicyPort> ports) {
		return ports.stream().map((port) -> port.getPort().getIntVal().toString()).collect(Collectors.joining(","));
	}

	private static <T extends HasMetadata> List<T> all(Class<T> kind) {
		return manifests.stream().filter(kind::isInstance).map(kind::cast).toList();
	}

	private static <T extends HasMetadata> T one(Class<T> kind, String name) {
		List<T> found = all(kind).stream().filter((manifest) -> manifest.getMetadata().getName().equals(name)).toList();
		assertThat(found).as(kind.getSimpleName() + " " + name).hasSize(1);
		return found.get(0);
	}

	private static Container container(String module) {
		List<Container> containers = one(Deployment.class, module).getSpec().getTemplate().getSpec().getContainers();
		assertThat(containers).hasSize(1);
		return containers.get(0);
	}

	private static String image(String module) {
		return container(module).getImage();
	}

	/** The variables that have their value in the manifest, and the others as empty. */
	private static Map<String, String> environment(String module) {
		return container(module).getEnv()
			.stream()
			.collect(Collectors.toMap(EnvVar::getName,
					(variable) -> (variable.getValue() != null) ? variable.getValue() : ""));
	}

	private static <T> T setting(String module, Class<T> type, String... path) throws IOException {
		Object value = new Yaml().load(Files.readString(Path.of("..", module, "src/main/resources/application.yml")));
		for (String key : path) {
			value = at(value, key, Object.class);
		}
		return type.cast(value);
	}

	/** The arguments of an instruction in the last stage of a Dockerfile. */
	private static String instruction(String module, String name) throws IOException {
		String dockerfile = Files.readString(Path.of("..", module, "Dockerfile"))
			.replaceAll("(?m)^#.*\n", "")
			.replace("\\\n", " ");
		List<String> found = Arrays.stream(dockerfile.substring(dockerfile.lastIndexOf("\nFROM ")).split("\n"))
			.filter((line) -> line.startsWith(name + " "))
			.toList();
		assertThat(found).as(name + " of " + module).hasSize(1);
		return found.get(0).substring(name.length()).strip();
	}

	private static <T> T at(Object map, String key, Class<T> type) {
		assertThat(map).isInstanceOf(Map.class);
		Object value = ((Map<?, ?>) map).get(key);
		assertThat(value).as(key).isInstanceOf(type);
		return type.cast(value);
	}

}
