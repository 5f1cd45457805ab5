import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;

/**
 * Part of the image's build. Runs todo-client as it will be run, uses its page, answers it
 * over mutual TLS as todo-service would, and ends it, so that the JVM keeps what a start and a request need
 * (JEP 483, JEP 515). Its certificates are made here and end with this stage of the build.
 *
 *     java Training.java CACHE COMMAND...     the command writes the cache when it ends
 */
class Training {

	private static final int SERVICE_PORT = 8443;

	private static final String PAGE = "http://localhost:8080";

	private static final String MANAGEMENT = "http://localhost:8082/actuator/";

	private static final String ID = "7f1c5f0e-6f0d-4a53-9d0b-0f4c1f7f4b11";

	private static final String TODO = """
			{"id":"%s","title":"training","completed":false,"owner":"todo-client",
			"createdAt":"2026-01-01T00:00:00Z","updatedAt":"2026-01-01T00:00:00Z"}""".formatted(ID);

	private static final String SESSION = """
			{"name":"todo-client","roles":["read","write"],"protocol":"TLSv1.3",
			"cipherSuite":"TLS_AES_128_GCM_SHA256","certificate":{"subject":"CN=todo-client","issuer":"CN=Training",
			"serialNumber":"01","notBefore":"2026-01-01T00:00:00Z","notAfter":"2027-01-01T00:00:00Z","sha256":"00"},
			"greeting":"Hello, todo-client!"}""";

	private static final char[] PASSWORD = "training".toCharArray();

	/** Enough for the JVM to find out which code is worth compiling. */
	private static final int ROUNDS = 400;

	private final Path folder = Files.createTempDirectory("training");

	Training() throws IOException {
	}

	public static void main(String[] args) throws Exception {
		new Training().run(Path.of(args[0]), List.of(args).subList(1, args.length));
	}

	private void run(Path cache, List<String> command) throws Exception {
		certificate("ca", "-dname", "CN=Training", "-ext", "bc:c=ca:true", "-ext", "ku:c=keyCertSign");
		certificate("server", "-dname", "CN=localhost", "-signer", "ca", "-ext", "san=dns:localhost", "-ext",
				"eku=serverAuth");
		certificate("client", "-dname", "CN=todo-client", "-signer", "ca", "-ext", "eku=clientAuth");
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile()).inheritIO();
		builder.environment().put("CA_CERT_FILE_PATH", pem("ca", "CERTIFICATE"));
		builder.environment().put("CERT_FILE_PATH", pem("client", "CERTIFICATE"));
		builder.environment().put("KEY_FILE_PATH", pem("client", "PRIVATE KEY"));
		HttpsServer service = service();
		Process todoClient = builder.start();
		try {
			call(todoClient);
		}
		finally {
			todoClient.destroy();
		}
		boolean ended = todoClient.waitFor(300, TimeUnit.SECONDS);
		service.stop(0);
		if (!ended || !Files.exists(cache)) {
			todoClient.destroyForcibly();
			throw new IllegalStateException("There is no " + cache);
		}
	}

	private void call(Process todoClient) throws Exception {
		HttpClient browser = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
		while (!answers(browser)) {
			if (!todoClient.isAlive()) {
				throw new IllegalStateException("todo-client did not start");
			}
			Thread.sleep(200);
		}
		for (int i = 0; i < ROUNDS; i++) {
			expect(200, browser, PAGE + "/", "GET", null);
			expect(200, browser, PAGE + "/app.js", "GET", null);
			expect(200, browser, PAGE + "/api/tls", "GET", null);
			expect(200, browser, PAGE + "/api/todos?limit=20", "GET", null);
			expect(201, browser, PAGE + "/api/todos", "POST", "{\"title\":\"training\"}");
			expect(200, browser, PAGE + "/api/todos/" + ID, "PUT", "{\"title\":\"trained\",\"completed\":true}");
			expect(204, browser, PAGE + "/api/todos/" + ID, "DELETE", null);
			expect(200, browser, MANAGEMENT + "health/readiness", "GET", null);
		}
		expect(200, browser, MANAGEMENT + "prometheus", "GET", null);
		expect(200, browser, MANAGEMENT + "info", "GET", null);
	}

	/** Answers over mutual TLS what todo-service would. */
	private HttpsServer service() throws Exception {
		SSLContext context = context("server");
		HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), SERVICE_PORT), 0);
		server.setHttpsConfigurator(new HttpsConfigurator(context) {

			@Override
			public void configure(HttpsParameters parameters) {
				SSLParameters ssl = context.getDefaultSSLParameters();
				ssl.setNeedClientAuth(true);
				parameters.setSSLParameters(ssl);
			}

		});
		server.createContext("/session", (exchange) -> answer(exchange, 200, SESSION));
		server.createContext("/todos", (exchange) -> {
			exchange.getRequestBody().readAllBytes();
			switch (exchange.getRequestMethod()) {
				case "GET" -> answer(exchange, 200, "[" + TODO + "," + TODO + "]");
				case "POST" -> answer(exchange, 201, TODO);
				case "PUT" -> answer(exchange, 200, TODO);
				default -> answer(exchange, 204, "");
			}
		});
		server.start();
		return server;
	}

	private static void answer(HttpExchange exchange, int status, String body) throws IOException {
		byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
		exchange.getResponseHeaders().set("Content-Type", "application/json");
		exchange.getResponseHeaders().set("ETag", "\"1\"");
		exchange.sendResponseHeaders(status, (bytes.length > 0) ? bytes.length : -1);
		if (bytes.length > 0) {
			exchange.getResponseBody().write(bytes);
		}
		exchange.close();
	}

	private static boolean answers(HttpClient browser) throws InterruptedException {
		try {
			return send(browser, PAGE + "/api/todos", "GET", null).statusCode() == 200;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static String expect(int status, HttpClient client, String url, String method, String body)
			throws Exception {
		HttpResponse<String> response = send(client, url, method, body);
		if (response.statusCode() != status) {
			throw new IllegalStateException(method + " " + url + ": " + response.statusCode() + " " + response.body());
		}
		return response.body();
	}

	private static HttpResponse<String> send(HttpClient client, String url, String method, String body)
			throws IOException, InterruptedException {
		HttpRequest.BodyPublisher publisher = (body != null) ? HttpRequest.BodyPublishers.ofString(body)
				: HttpRequest.BodyPublishers.noBody();
		return client.send(
				HttpRequest.newBuilder(URI.create(url))
					.timeout(Duration.ofSeconds(30))
					.header("Content-Type", "application/json")
					.method(method, publisher)
					.build(),
				HttpResponse.BodyHandlers.ofString());
	}

	private SSLContext context(String name) throws Exception {
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(keyStore(name), PASSWORD);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("ca", keyStore("ca").getCertificate("ca"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return context;
	}

	/** Each into a key store of its own, with the CA's beside it, which signs. */
	private void certificate(String name, String... arguments) throws Exception {
		Path store = this.folder.resolve(name);
		if (!name.equals("ca")) {
			Files.copy(this.folder.resolve("ca"), store);
		}
		List<String> command = new ArrayList<>(List.of("keytool", "-genkeypair", "-alias", name, "-keyalg", "EC",
				"-groupname", "secp256r1", "-validity", "1", "-keystore", store.toString(), "-storetype", "PKCS12",
				"-storepass", new String(PASSWORD)));
		command.addAll(List.of(arguments));
		if (new ProcessBuilder(command).inheritIO().start().waitFor() != 0) {
			throw new IllegalStateException("keytool failed");
		}
		if (!name.equals("ca")) {
			KeyStore keys = keyStore(name);
			keys.deleteEntry("ca");
			try (var out = Files.newOutputStream(store)) {
				keys.store(out, PASSWORD);
			}
		}
	}

	private KeyStore keyStore(String name) throws IOException, GeneralSecurityException {
		KeyStore store = KeyStore.getInstance("PKCS12");
		try (InputStream in = Files.newInputStream(this.folder.resolve(name))) {
			store.load(in, PASSWORD);
		}
		return store;
	}

	private String pem(String name, String type) throws IOException, GeneralSecurityException {
		KeyStore store = keyStore(name);
		byte[] encoded = type.equals("CERTIFICATE") ? store.getCertificate(name).getEncoded()
				: store.getKey(name, PASSWORD).getEncoded();
		return Files
			.writeString(this.folder.resolve(name + "." + type.replace(' ', '-')),
					"-----BEGIN " + type + "-----\n" + Base64.getMimeEncoder().encodeToString(encoded) + "\n-----END "
							+ type + "-----\n")
			.toString();
	}

}
