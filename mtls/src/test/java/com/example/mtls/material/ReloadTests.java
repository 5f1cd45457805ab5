package com.example.mtls.material;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import javax.net.ssl.SSLSocket;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From the files to what callers and probes see, with the service as it runs in
 * Kubernetes.
 */
class ReloadTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@TempDir
	private static Path root;

	private static TestService service;

	@BeforeAll
	static void start() {
		replace(files(CA.server()));
		service = TestService.start(Replacement.KUBERNETES_SECRET.folder(root), CA,
				"--spring.datasource.url=jdbc:h2:mem:reload");
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void replacedFilesArePresentedOverAndOverAndOpenConnectionsGoOn() {
		TestClient caller = service.client("todo-client");
		assertThat(caller.get("/session").status()).isEqualTo(200);
		for (int i = 0; i < 3; i++) {
			Issued next = CA.server();
			replace(files(next));
			await().until(() -> presented().equals(next.certificate()));
			assertThat(caller.get("/session").status()).isEqualTo(200);
		}
	}

	@Test
	void brokenFilesChangeNothingAndAreShownWhileReadinessStaysUp() throws Exception {
		Issued good = CA.server();
		replace(files(good));
		await().until(() -> presented().equals(good.certificate()));
		Map<String, String> mismatched = new HashMap<>(files(good));
		mismatched.put("server.key", CA.server().keyPem());
		replace(mismatched);
		await().until(() -> metrics().contains("tls_reload_refused 1.0"));
		HttpResponse<String> readiness = management("/health/readiness");
		assertThat(readiness.statusCode()).isEqualTo(200);
		assertThat(readiness.body()).contains("\"status\":\"UP\"", "\"reload\":\"refused, see the log\"",
				"\"serialNumber\":\"" + CertificateText.serialNumber(good.certificate().getSerialNumber()) + "\"");
		assertThat(presented()).isEqualTo(good.certificate());
		Issued next = CA.server();
		replace(files(next));
		await().until(() -> presented().equals(next.certificate()));
		assertThat(metrics()).contains("tls_reload_refused 0.0");
		assertThat(management("/health/readiness").body()).contains("\"reload\":\"ok\"");
	}

	@Test
	void certificateThatIsAboutToExpireIsShownWhileReadinessStaysUp() throws Exception {
		Issued expiring = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.validity(Instant.now().minus(Duration.ofDays(89)), Instant.now().plus(Duration.ofHours(1)))
			.issue();
		replace(files(expiring));
		await().until(() -> presented().equals(expiring.certificate()));
		HttpResponse<String> readiness = management("/health/readiness");
		assertThat(readiness.statusCode()).isEqualTo(200);
		assertThat(readiness.body()).startsWith("{\"components\":")
			.contains("\"expiringChains\":[{")
			.endsWith("\"status\":\"UP\"}");
		double secondsLeft = metrics().lines()
			.filter((line) -> line.startsWith("ssl_chain_expiry_seconds{") && line.contains("source=\"keystore\""))
			.map((line) -> line.substring(line.lastIndexOf(' ')))
			.mapToDouble(Double::parseDouble)
			.filter(Double::isFinite)
			.min()
			.orElseThrow();
		assertThat(secondsLeft).isBetween(0.0, 3600.0);
	}

	private static Map<String, String> files(Issued issued) {
		return TestTls.files(Purpose.SERVER, issued, CA);
	}

	private static void replace(Map<String, String> files) {
		Replacement.KUBERNETES_SECRET.write(root, files);
	}

	private static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60));
	}

	private static X509Certificate presented() throws IOException {
		try (SSLSocket socket = (SSLSocket) TestClient.sslContext(CA.client("todo-client"), CA.certificate())
			.getSocketFactory()
			.createSocket("localhost", service.port())) {
			socket.startHandshake();
			return (X509Certificate) socket.getSession().getPeerCertificates()[0];
		}
	}

	private static String metrics() throws Exception {
		return management("/prometheus").body();
	}

	private static HttpResponse<String> management(String path) throws Exception {
		URI uri = URI.create("http://localhost:" + service.managementPort() + "/actuator" + path);
		return HTTP.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

}
