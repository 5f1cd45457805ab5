package com.example.todoclient.pair;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

import static com.example.todoclient.pair.BenchmarkServers.OURS;
import static com.example.todoclient.pair.BenchmarkServers.SESSION;
import static com.example.todoclient.pair.BenchmarkServers.TODOS;

/**
 * What each step towards speed is worth: todo-service as it is, beside a copy without
 * that step, in one run. A step is undone in the copy by a change of its text, so what is
 * measured is what stands in the files.
 */
final class BenchmarkLevers {

	private static final int[] CONNECTIONS = { 16, 64 };

	private static final String SETTINGS = OURS + "/src/main/resources/application.yml";

	private static final String CODE = OURS + "/src/main/java/com/example/todoservice/";

	private static final String SECURITY = CODE + "CallerSecurity.java";

	private static final String DOOR = "mtls/src/main/java/com/example/mtls/";

	private static final String FLAGS = OURS + "/jvm.options";

	private static final String DOCKERFILE = OURS + "/Dockerfile";

	private static final List<Lever> REQUESTS = List.of(
			new Lever("connections stay open", SESSION,
					new Edit(SETTINGS, "max-keep-alive-requests: -1", "max-keep-alive-requests: 100")),
			new Lever("a virtual thread for each request", SESSION,
					new Edit(SETTINGS, "Java 17 ignores it.\n      enabled: true", "\n      enabled: false")),
			new Lever("path and name worked out once", SESSION,
					new Edit(DOOR + "server/Admission.java", "this.verdicts.put(key, verdict);", "")),
			new Lever("nothing for sessions, forms and single filters", SESSION,
					new Edit(SECURITY, ".sessionManagement(AbstractHttpConfigurer::disable)\n\t\t\t", ""),
					new Edit(SECURITY, ".securityContext(AbstractHttpConfigurer::disable)\n\t\t\t", ""),
					new Edit(SECURITY, "\n\t\t\t.anonymous(AbstractHttpConfigurer::disable)", ""),
					new Edit(SECURITY, "\n\t\t\t.requestCache(AbstractHttpConfigurer::disable)", ""),
					new Edit(SECURITY, "noObservations()", "withDefaults().build()"),
					new Edit(SECURITY, "\n\t\t\t.headers((headers) -> headers.addObjectPostProcessor(WRITE_AT_ONCE))",
							""),
					new Edit(SECURITY, "PathPatternRequestMatcher.pathPattern(endpoints.getBasePath() + \"/**\"),", ""),
					new Edit(SETTINGS, "filter:\n        enabled: false", "filter:\n        enabled: true"),
					new Edit(SETTINGS, "publish-request-handled-events: false",
							"publish-request-handled-events: true")),
			new Lever("a second look for the next request", SESSION,
					new Edit(DOOR + "server/tomcat/AuditedHttpsProtocol.java", "if (read == 0) {",
							"if (read == Integer.MIN_VALUE) {")),
			new Lever("a page sent in one piece", TODOS,
					new Edit(CODE + "todo/TodoController.java", "\tList<Todo> list(",
							"\tResponseEntity<List<Todo>> list("),
					new Edit(CODE + "todo/TodoController.java", "return page.todos();",
							"return ResponseEntity.ok(page.todos());")),
			new Lever("H2's timeout set once a connection", TODOS,
					new Edit(CODE + "database/QueryTimeout.java", ".startsWith(\"jdbc:h2:\")", ".isEmpty()")),
			new Lever("one collector thread", SESSION, new Edit(FLAGS, "-XX:+UseSerialGC", "-XX:+UseG1GC")),
			new Lever("freed memory given back", SESSION, new Edit(FLAGS, "-XX:TrimNativeHeapInterval=5000", "")));

	private static final List<Lever> STARTS = List.of(
			new Lever("a cache of what a whole run has loaded", null,
					new Edit(DOCKERFILE, "\"-XX:AOTCache=/app/app.aot\", ", "")),
			new Lever("beans settled at build", null, new Edit(DOCKERFILE, "\"-Dspring.aot.enabled=true\", ", ""),
					new Edit(DOCKERFILE, " -Dspring.aot.enabled=true ", " ")),
			new Lever("a cache made without C2", null, new Edit(DOCKERFILE, "-XX:TieredStopAtLevel=2 ", "")),
			new Lever("code compiled later", null, new Edit(DOCKERFILE, "\"-XX:CompileThresholdScaling=5\", ", ""),
					new Edit(DOCKERFILE, "-XX:CompileThresholdScaling=5 ", "")));

	private final BenchmarkServers servers;

	private final BenchmarkLoad load;

	private final int rounds;

	/** Puts other text into a file of the checkout. */
	record Edit(String file, String text, String otherwise) {

		void apply(Path folder) throws IOException {
			String content = Files.readString(folder.resolve(this.file));
			if (!content.contains(this.text)) {
				throw new IllegalStateException("%s does not hold \"%s\", which %s would replace".formatted(this.file,
						this.text, BenchmarkLevers.class.getSimpleName()));
			}
			Files.writeString(folder.resolve(this.file), content.replace(this.text, this.otherwise));
		}

	}

	/** A step, where it is felt ({@code null}: at start), and how it is undone. */
	private record Lever(String name, String path, List<Edit> edits) {

		Lever(String name, String path, Edit... edits) {
			this(name, path, List.of(edits));
		}

	}

	private interface Measurement {

		void run() throws Exception;

	}

	BenchmarkLevers(BenchmarkServers servers, BenchmarkLoad load, int rounds) {
		this.servers = servers;
		this.load = load;
		this.rounds = rounds;
	}

	/**
	 * Measures them.
	 * @param jars other builds of todo-service, each as {@code NAME=JAR}
	 */
	void run(List<String> jars) throws Exception {
		System.out.println("| step | measured | with it | without it | with ÷ without |");
		System.out.println("|---|---|---:|---:|---:|");
		for (String jar : jars) {
			String name = jar.substring(0, jar.indexOf('='));
			Path file = Path.of(jar.substring(jar.indexOf('=') + 1)).toAbsolutePath();
			for (String path : List.of(SESSION, TODOS)) {
				measure("ours ÷ " + name, path, this.servers.root().resolve(FLAGS), file);
			}
		}
		for (Lever lever : jars.isEmpty() ? REQUESTS : List.<Lever>of()) {
			attempt(lever, () -> {
				Path copy = undo(lever);
				boolean flags = lever.edits().stream().allMatch((edit) -> edit.file().equals(FLAGS));
				if (!flags) {
					build(copy);
				}
				Path jar = (flags ? this.servers.root() : copy).resolve(OURS + "/target/todo-service.jar");
				measure(lever.name(), lever.path(), copy.resolve(FLAGS), jar);
			});
		}
		if (jars.isEmpty() && this.rounds > 1) {
			starts();
		}
		System.out.println();
	}

	/** All that is changed in a copy. */
	static List<Edit> edits() {
		return Stream.of(REQUESTS, STARTS).flatMap(List::stream).flatMap((lever) -> lever.edits().stream()).toList();
	}

	/** One that cannot be undone any more is no reason to measure none. */
	private void attempt(Lever lever, Measurement measurement) throws Exception {
		try {
			measurement.run();
		}
		catch (IllegalStateException ex) {
			System.out.printf("| %s | not measured: %s | | | |%n", lever.name(), ex.getMessage());
		}
		this.servers.stopAll();
	}

	/** What todo-service is built from, without the step. */
	private Path undo(Lever lever) throws IOException {
		Path from = this.servers.root();
		Path copy = Files.createTempDirectory(this.servers.folder(), "without");
		for (String name : List.of("pom.xml", ".dockerignore", "certs/pom.xml", "todo-client/pom.xml", "mtls", OURS)) {
			Path built = from.resolve(name).resolve("target");
			try (Stream<Path> files = Files.walk(from.resolve(name))) {
				for (Path file : files.filter((each) -> !each.startsWith(built)).toList()) {
					Path to = copy.resolve(from.relativize(file).toString());
					Files.createDirectories(to.getParent());
					Files.copy(file, to);
				}
			}
		}
		for (Edit edit : lever.edits()) {
			edit.apply(copy);
		}
		return copy;
	}

	private void build(Path copy) throws Exception {
		BenchmarkCommands.output("mvn", "-q", "-B", "-ntp", "-o", "-f", copy.resolve("pom.xml").toString(), "-pl", OURS,
				"-am", "-Dmaven.test.skip=true", "-Dspring-javaformat.validate.skip=true", "package");
	}

	// --- Requests ---

	private void measure(String name, String path, Path jvmOptions, Path jar) throws Exception {
		String extracted = "other" + System.nanoTime();
		Path same = Files.createDirectory(this.servers.folder().resolve(extracted + "-jar"))
			.resolve("todo-service.jar");
		this.servers.extract(Files.copy(jar, same), extracted);
		BenchmarkServer with = this.servers.startService(Map.of());
		BenchmarkServer without = this.servers.startService("without", this.servers.java(jvmOptions, extracted, OURS),
				Map.of());
		this.load.warmUp(with, 20, path);
		this.load.warmUp(without, 20, path);
		for (int connections : CONNECTIONS) {
			List<Double> rates = new ArrayList<>();
			List<Double> others = new ArrayList<>();
			for (int round = 0; round < this.rounds; round++) {
				rates.add(this.load.keptAlive(with, path, connections).rate());
				others.add(this.load.keptAlive(without, path, connections).rate());
			}
			row(name, "requests/s of `%s`, %d connections".formatted(path, connections), "%,.0f",
					BenchmarkReport.median(rates), BenchmarkReport.median(others));
		}
		row(name, "memory (RSS) after it, MB", "%.0f", resident(with), resident(without));
		this.servers.stopAll();
	}

	private static double resident(BenchmarkServer server) throws IOException {
		return BenchmarkCommands.number(Files.readString(Path.of("/proc/" + server.process().pid() + "/status")),
				"VmRSS:") / 1000;
	}

	private static void row(String name, String what, String format, double with, double without) {
		System.out.printf(Locale.ROOT, "| %s | %s | " + format + " | " + format + " | %s |%n", name, what, with,
				without, BenchmarkReport.ratio(with, without));
	}

	// --- Starts ---

	private void starts() throws Exception {
		if (!BenchmarkCommands.succeeds("docker", "version")) {
			System.out.println("| all steps of a start | not measured: no Docker engine answers | | | |");
			return;
		}
		BenchmarkImages images = new BenchmarkImages(this.servers, this.load, this.rounds);
		BenchmarkImages.build(OURS, OURS, this.servers.root());
		for (Lever lever : STARTS) {
			attempt(lever, () -> {
				BenchmarkImages.build("without", OURS, undo(lever));
				List<Double> with = new ArrayList<>();
				List<Double> without = new ArrayList<>();
				for (int start = 0; start < 2 * this.rounds; start++) {
					with.add(images.start(OURS, List.of("--memory", "512m")));
					without.add(images.start("without", List.of("--memory", "512m")));
				}
				row(lever.name(), "start, s", "%.2f", BenchmarkReport.median(with), BenchmarkReport.median(without));
			});
		}
	}

}
