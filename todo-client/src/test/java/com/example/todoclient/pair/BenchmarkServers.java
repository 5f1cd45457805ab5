package com.example.todoclient.pair;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * The servers that are compared, their certificates and the requests that prepare them.
 * What one part of the benchmark has started ends before the next.
 */
final class BenchmarkServers implements AutoCloseable {

	static final String OURS = "todo-service";

	static final String CLIENT = "todo-client";

	static final String BARE = "bare Boot";

	static final String SESSION = "/session";

	static final String TODOS = "/todos?limit=20";

	/** What a page costs through todo-client. */
	static final String PAGE = "/api/todos?limit=20";

	/** As in a container of this size, wherever we run. */
	private static final String MEMORY = "-XX:MaxRAM=512m";

	/** The flags are the image's; an older Java leaves out what it does not know. */
	private static final String LENIENT = "-XX:+IgnoreUnrecognizedVMOptions";

	/** What our dependencies have beyond {@code spring-boot-starter-web}. */
	private static final String BEYOND_WEB = "(.*(security|actuator|flyway|jdbc|health|prometheus|micrometer-metrics"
			+ "|micrometer-observation-4|sql|persistence|transaction|validat).*|micrometer-(core|jakarta9|registry).*"
			+ "|spring-tx.*|h2-.*|HikariCP.*|HdrHistogram.*|bcprov.*|mtls-.*)";

	private final Path root = Path.of("..").toAbsolutePath().normalize();

	private final Path folder = Files.createTempDirectory("benchmark");

	private final Path certificates = this.folder.resolve("certificates");

	private final List<BenchmarkServer> running = new ArrayList<>();

	private final SSLContext tls;

	BenchmarkServers() throws Exception {
		certs("dev", "--host", "localhost,127.0.0.1");
		certs("crl");
		Files.writeString(this.folder.resolve("client.pem"), Files.readString(this.certificates.resolve("client.crt"))
				+ Files.readString(this.certificates.resolve("client.key")));
		this.tls = tls("client");
		for (String module : List.of(OURS, CLIENT)) {
			extract(this.root.resolve(module + "/target/" + module + ".jar"), module);
		}
	}

	/** The checkout. */
	Path root() {
		return this.root;
	}

	/** For files that end with the benchmark. */
	Path folder() {
		return this.folder;
	}

	Path certificates() {
		return this.certificates;
	}

	void certs(String... arguments) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(PairProcesses.java(), "-jar", this.root.resolve("certs/target/certs.jar").toString()));
		command.addAll(Arrays.asList(arguments));
		command.addAll(List.of("--dir", this.certificates.toString()));
		BenchmarkCommands.output(command);
	}

	/** As the image has it, each dependency a jar of its own. */
	void extract(Path jar, String name) throws Exception {
		BenchmarkCommands.output(PairProcesses.java(), "-Djarmode=tools", "-jar", jar.toString(), "extract",
				"--destination", this.folder.resolve(name).toString());
	}

	// --- Which there are ---

	BenchmarkServer startService(Map<String, String> variables) throws Exception {
		return startService(OURS, java(OURS), variables);
	}

	/** With a command that {@link #java} has begun. It has twenty todos. */
	BenchmarkServer startService(String name, List<String> command, Map<String, String> more) throws Exception {
		BenchmarkServer server = launchService(name, command, more);
		await(server, SESSION);
		fill(server);
		return server;
	}

	/** Returns at once. */
	BenchmarkServer launchService(String name, List<String> command, Map<String, String> more) throws Exception {
		int management = freePort();
		Map<String, String> variables = variables("server");
		variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(management));
		variables.put("CRL_FILE_PATH", this.certificates.resolve("ca.crl").toString());
		variables.put("SPRING_DATASOURCE_URL", h2("todos-" + management));
		variables.putAll(more);
		return launch(name, management, false, variables, command);
	}

	BenchmarkServer startClient(String name, List<String> command, BenchmarkServer service, Map<String, String> more)
			throws Exception {
		int management = freePort();
		Map<String, String> variables = variables("client");
		variables.put("MANAGEMENT_SERVER_PORT", String.valueOf(management));
		variables.put("TODO_SERVICE_URL", service.url(""));
		variables.putAll(more);
		BenchmarkServer client = launch(name, management, true, variables, command);
		await(client, PAGE);
		return client;
	}

	/** Returns at once. */
	BenchmarkServer launchBare() throws Exception {
		Path answer = this.folder.resolve("answer.json");
		return launchBoot(BARE, jarsWithout(BEYOND_WEB), "com.example.stock.BareService", "--answer=" + answer.toUri(),
				"--server.tomcat.max-keep-alive-requests=-1", "--spring.threads.virtual.enabled=true",
				"--spring.ssl.bundle.pem.server.options.enabled-protocols=TLSv1.3,TLSv1.2",
				// What a client that knows them all gets of todo-service.
				"--spring.ssl.bundle.pem.server.options.ciphers=TLS_AES_128_GCM_SHA256,TLS_AES_256_GCM_SHA384");
	}

	/** Starts it with the answer of todo-service. */
	BenchmarkServer startBare(BenchmarkServer ours) throws Exception {
		Files.writeString(this.folder.resolve("answer.json"), get(ours, SESSION));
		return await(launchBare(), SESSION);
	}

	BenchmarkServer startStock() throws Exception {
		return await(launchBoot("stock x509()", jarsWithout("mtls-.*"), "com.example.stock.StockService"), SESSION);
	}

	private String jarsWithout(String names) throws IOException {
		try (Stream<Path> lib = Files.list(this.folder.resolve("todo-service/lib"))) {
			return lib.filter((jar) -> !jar.getFileName().toString().matches(names))
				.map(Path::toString)
				.collect(Collectors.joining(":"));
		}
	}

	private BenchmarkServer launchBoot(String name, String jars, String main, String... options) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(PairProcesses.java(), "@" + this.root.resolve("todo-service/jvm.options"), MEMORY, LENIENT,
						"-cp", this.root.resolve("todo-service/target/test-classes") + ":" + jars, main,
						"--logging.level.root=warn", "--server.ssl.bundle=server", "--server.ssl.client-auth=need"));
		String bundle = "--spring.ssl.bundle.pem.server.";
		command.add(bundle + "keystore.certificate=" + this.certificates.resolve("server.crt"));
		command.add(bundle + "keystore.private-key=" + this.certificates.resolve("server.key"));
		command.add(bundle + "truststore.certificate=" + this.certificates.resolve("ca.crt"));
		command.addAll(Arrays.asList(options));
		return launch(name, 0, false, Map.of(), command);
	}

	/**
	 * Any server that takes the variables of todo-service and answers {@code /session}.
	 */
	void startPeer() throws Exception {
		String command = System.getenv("PEER_COMMAND");
		if (command == null) {
			System.out.println("No PEER_COMMAND is set, so no peer is measured.");
			return;
		}
		Map<String, String> variables = variables("server");
		variables.put("CRL_FILE_PATH", this.certificates.resolve("ca.crl").toString());
		BenchmarkServer peer = launch(System.getenv().getOrDefault("PEER_NAME", "peer"), 0, false, variables,
				List.of("sh", "-c", "exec " + command));
		try {
			await(peer, SESSION);
			fill(peer);
		}
		catch (IllegalStateException ex) {
			System.out.println("No peer is measured. PEER_COMMAND: " + ex.getMessage());
			stop(peer);
		}
	}

	/**
	 * Sends files with the answers of todo-service, over mutual TLS and on a plain port.
	 * @return the plain one, or {@code null} where there is no nginx
	 */
	BenchmarkServer startNginx(BenchmarkServer ours) throws Exception {
		if (!BenchmarkCommands.exists("nginx")) {
			System.out.println("There is no nginx, so it is not measured.");
			return null;
		}
		// As root, nginx has its workers read as another user.
		this.folder.toFile().setExecutable(true, false);
		Path web = Files.createDirectories(this.folder.resolve("nginx/api")).getParent();
		Files.writeString(web.resolve("session"), get(ours, SESSION));
		Files.writeString(web.resolve("todos"), get(ours, TODOS));
		Files.writeString(web.resolve("api/todos"), get(ours, TODOS));
		int port = freePort();
		int plain = freePort();
		Path configuration = Files.writeString(web.resolve("nginx.conf"), """
				daemon off;
				pid %1$s/pid;
				error_log %1$s/error.log;
				worker_processes auto;
				events {}
				http {
				  access_log off;
				  default_type application/json;
				  keepalive_requests 1000000000;
				  open_file_cache max=10;
				  client_body_temp_path %1$s/body;
				  proxy_temp_path %1$s/proxy;
				  fastcgi_temp_path %1$s/fastcgi;
				  uwsgi_temp_path %1$s/uwsgi;
				  scgi_temp_path %1$s/scgi;
				  root %1$s;
				  server {
				    listen localhost:%4$d;
				  }
				  server {
				    listen localhost:%2$d ssl;
				    ssl_protocols TLSv1.2 TLSv1.3;
				    ssl_session_cache shared:s:1m;
				    ssl_certificate %3$s/server.crt;
				    ssl_certificate_key %3$s/server.key;
				    ssl_client_certificate %3$s/ca.crt;
				    ssl_crl %3$s/ca.crl;
				    ssl_verify_client on;
				  }
				}
				""".formatted(web, port, this.certificates, plain));
		BenchmarkServer nginx = launch("nginx", 0, false, Map.of("SERVER_PORT", String.valueOf(port)),
				List.of("nginx", "-c", configuration.toString()));
		await(nginx, SESSION);
		return new BenchmarkServer("nginx, plain", nginx.process(), plain, 0, true);
	}

	// --- Their processes ---

	List<BenchmarkServer> running() {
		return List.copyOf(this.running);
	}

	/** Java, and what of it stands in the image. */
	List<String> java(String module, String... options) {
		return java(this.root.resolve(module + "/jvm.options"), module, module, options);
	}

	List<String> java(Path jvmOptions, String extracted, String module, String... options) {
		List<String> command = new ArrayList<>(List.of(PairProcesses.java(), "@" + jvmOptions, MEMORY, LENIENT));
		command.addAll(Arrays.asList(options));
		command.addAll(List.of("-jar", this.folder.resolve(extracted + "/" + module + ".jar").toString()));
		return command;
	}

	private Map<String, String> variables(String certificate) {
		return new LinkedHashMap<>(PairProcesses.variables(this.certificates, certificate));
	}

	/** On a free port unless a variable says which. */
	BenchmarkServer launch(String name, int management, boolean plain, Map<String, String> variables,
			List<String> command) throws IOException {
		int port = variables.containsKey("SERVER_PORT") ? Integer.parseInt(variables.get("SERVER_PORT")) : freePort();
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log(port).toFile());
		builder.environment().put("SERVER_PORT", String.valueOf(port));
		builder.environment().putAll(variables);
		BenchmarkServer server = new BenchmarkServer(name, builder.start(), port, management, plain);
		this.running.add(server);
		return server;
	}

	private Path log(int port) {
		return this.folder.resolve(port + ".log");
	}

	/** Until it answers. */
	BenchmarkServer await(BenchmarkServer server, String path) throws Exception {
		long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(1);
		while (true) {
			try {
				int status = status(server, path);
				if (status == 200) {
					return server;
				}
				throw new IllegalStateException(server.name() + " answers " + status);
			}
			catch (IOException ex) {
				if (System.nanoTime() > end || !server.process().isAlive()) {
					throw new IllegalStateException(
							server.name() + " does not start:\n" + Files.readString(log(server.port())), ex);
				}
				Thread.sleep(100);
			}
		}
	}

	/** Until it takes connections, whatever it answers. */
	void awaitPort(BenchmarkServer server) throws Exception {
		while (server.process().isAlive()) {
			try (Socket socket = new Socket("localhost", server.port())) {
				return;
			}
			catch (IOException ex) {
				Thread.sleep(5);
			}
		}
		throw new IllegalStateException(server.name() + " does not start:\n" + Files.readString(log(server.port())));
	}

	void stop(BenchmarkServer server) throws InterruptedException {
		this.running.remove(server);
		server.process().destroy();
		if (!server.process().waitFor(30, TimeUnit.SECONDS)) {
			server.process().destroyForcibly().waitFor();
		}
	}

	void stopAll() throws InterruptedException {
		for (BenchmarkServer server : running()) {
			stop(server);
		}
	}

	@Override
	public void close() throws Exception {
		stopAll();
		try (Stream<Path> files = Files.walk(this.folder)) {
			for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
				Files.delete(file);
			}
		}
	}

	String h2(String name) {
		return "jdbc:h2:file:" + this.folder.resolve(name) + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE";
	}

	static int freePort() throws IOException {
		try (ServerSocket socket = new ServerSocket(0)) {
			return socket.getLocalPort();
		}
	}

	// --- Single requests ---

	int status(BenchmarkServer server, String path) throws Exception {
		return status(this.tls, server, path);
	}

	int status(SSLContext caller, BenchmarkServer server, String path) throws Exception {
		return http(caller).send(request(server.url(path)), HttpResponse.BodyHandlers.discarding()).statusCode();
	}

	private String get(BenchmarkServer server, String path) throws Exception {
		return http(this.tls).send(request(server.url(path)), HttpResponse.BodyHandlers.ofString()).body();
	}

	/** Megabytes: the sum of a metric of the heap's parts. */
	long heap(BenchmarkServer server, String metric) throws Exception {
		return HttpClient.newHttpClient()
			.send(request("http://localhost:" + server.management() + "/actuator/prometheus"),
					HttpResponse.BodyHandlers.ofLines())
			.body()
			.filter((line) -> line.startsWith(metric + "{area=\"heap\""))
			.mapToLong((line) -> (long) Double.parseDouble(line.substring(line.lastIndexOf(' '))))
			.sum() / 1_000_000;
	}

	void fill(BenchmarkServer server) throws Exception {
		for (int i = 0; i < 20; i++) {
			http(this.tls).send(HttpRequest.newBuilder(URI.create(server.url("/todos")))
				.header("Content-Type", "application/json")
				.POST(HttpRequest.BodyPublishers
					.ofString("{\"title\":\"todo number %d of the benchmark\"}".formatted(i)))
				.build(), HttpResponse.BodyHandlers.discarding());
		}
	}

	private static HttpRequest request(String url) {
		return HttpRequest.newBuilder(URI.create(url)).build();
	}

	private static HttpClient http(SSLContext caller) {
		return HttpClient.newBuilder().sslContext(caller).version(HttpClient.Version.HTTP_1_1).build();
	}

	SSLSocket connect(int port) throws IOException {
		SSLSocket socket = (SSLSocket) this.tls.getSocketFactory().createSocket("localhost", port);
		socket.setTcpNoDelay(true);
		socket.setSoTimeout(10_000);
		socket.startHandshake();
		return socket;
	}

	/** Presents the certificate of this name, and trusts our CA. */
	SSLContext tls(String name) throws Exception {
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		Certificate ca;
		Certificate leaf;
		try (InputStream caFile = Files.newInputStream(this.certificates.resolve("ca.crt"));
				InputStream leafFile = Files.newInputStream(this.certificates.resolve(name + ".crt"))) {
			ca = factory.generateCertificate(caFile);
			leaf = factory.generateCertificate(leafFile);
		}
		String pem = Files.readString(this.certificates.resolve(name + ".key")).replaceAll("-----[A-Z ]+-----|\\s", "");
		PrivateKey key = KeyFactory.getInstance("EC")
			.generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(pem)));
		KeyStore store = KeyStore.getInstance("PKCS12");
		store.load(null, null);
		store.setKeyEntry("client", key, new char[0], new Certificate[] { leaf });
		store.setCertificateEntry("ca", ca);
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(store, new char[0]);
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(store);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

}
