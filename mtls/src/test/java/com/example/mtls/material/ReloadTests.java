package com.example.mtls.material;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.Map;

import javax.net.ssl.SSLSocket;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From the files to what callers and probes see, with the service as it runs in
 * Kubernetes.
 */
public class ReloadTests {

	protected static final TestCa CA = TestCa.create("test-ca");

	@TempDir
	private static Path root;

	protected static TestService service;

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

	protected static Map<String, String> files(Issued issued) {
		return TestTls.files(Purpose.SERVER, issued, CA);
	}

	protected static void replace(Map<String, String> files) {
		Replacement.KUBERNETES_SECRET.write(root, files);
	}

	protected static ConditionFactory await() {
		return Awaitility.await().atMost(Duration.ofSeconds(60));
	}

	protected static X509Certificate presented() throws IOException {
		try (SSLSocket socket = (SSLSocket) TestClient.sslContext(CA.client("todo-client"), CA.certificate())
			.getSocketFactory()
			.createSocket("localhost", service.port())) {
			socket.startHandshake();
			return (X509Certificate) socket.getSession().getPeerCertificates()[0];
		}
	}

}
