import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * Part of the image's build. Runs todo-service as it will be run, calls it over mutual
 * TLS as callers do, and ends it, so that the JVM keeps what a start and a request need
 * (JEP 483, JEP 515). Its certificates are made here and end with this stage of the build.
 *
 *     java Training.java CACHE COMMAND...     the command writes the cache when it ends
 */
class Training {

	private static final String SERVICE = "https://localhost:8443";

	private static final String MANAGEMENT = "http://localhost:8081/actuator/";

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
		certificate("stranger", "-dname", "CN=stranger", "-signer", "ca", "-ext", "eku=clientAuth");
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.folder.toFile()).inheritIO();
		builder.environment().put("CA_CERT_FILE_PATH", pem("ca", "CERTIFICATE"));
		builder.environment().put("CERT_FILE_PATH", pem("server", "CERTIFICATE"));
		builder.environment().put("KEY_FILE_PATH", pem("server", "PRIVATE KEY"));
		Process service = builder.start();
		try {
			call(service);
		}
		finally {
			service.destroy();
		}
		if (!service.waitFor(300, TimeUnit.SECONDS) || !Files.exists(cache)) {
			service.destroyForcibly();
			throw new IllegalStateException("There is no " + cache);
		}
	}

	private void call(Process service) throws Exception {
		HttpClient client = client("client");
		while (!answers(client)) {
			if (!service.isAlive()) {
				throw new IllegalStateException("todo-service did not start");
			}
			Thread.sleep(200);
		}
		for (int i = 0; i < ROUNDS; i++) {
			if (i % 20 == 0) {
				expect(403, client("stranger"), SERVICE + "/session", "GET", null);
				client = client("client");
			}
			expect(200, client, SERVICE + "/session", "GET", null);
			String todo = expect(201, client, SERVICE + "/todos", "POST", "{\"title\":\"training\"}");
			Matcher id = Pattern.compile("\"id\":\"([^\"]+)\"").matcher(todo);
			id.find();
			String url = SERVICE + "/todos/" + id.group(1);
			expect(200, client, url, "GET", null);
			expect(200, client, url, "PUT", "{\"title\":\"trained\",\"completed\":true}");
			expect(200, client, SERVICE + "/todos?limit=20", "GET", null);
			expect(200, client, SERVICE + "/todos?completed=false", "GET", null);
			if (i % 4 > 0) {
				expect(204, client, url, "DELETE", null);
				expect(404, client, url, "GET", null);
			}
			expect(400, client, SERVICE + "/todos", "POST", "{\"title\":\"\"}");
			expect(200, client, MANAGEMENT + "health/readiness", "GET", null);
		}
		expect(200, client, MANAGEMENT + "prometheus", "GET", null);
		expect(200, client, MANAGEMENT + "info", "GET", null);
	}

	private static boolean answers(HttpClient client) throws InterruptedException {
		try {
			return send(client, SERVICE + "/session", "GET", null).statusCode() == 200;
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

	private HttpClient client(String name) throws Exception {
		KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
		keys.init(keyStore(name), PASSWORD);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("ca", keyStore("ca").getCertificate("ca"));
		TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
		trust.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
		return HttpClient.newBuilder().sslContext(context).version(HttpClient.Version.HTTP_1_1).build();
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
