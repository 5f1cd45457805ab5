package com.example.mtls.material;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatException;

/**
 * The managers of the bundle, in clients that know nothing of us.
 */
@ExtendWith(OutputCaptureExtension.class)
class BundleManagersTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@Test
	void whenTheJdkCallsThenOurCertificateIsPresented() throws Exception {
		try (TestService service = TestService.start(CA, CA.server())) {
			HttpRequest request = HttpRequest.newBuilder(URI.create("https://localhost:" + service.port() + "/session"))
				.timeout(Duration.ofSeconds(20))
				.build();
			HttpClient client = HttpClient.newBuilder().sslContext(context(CA.client("todo-client"), CA)).build();
			assertThat(client.send(request, BodyHandlers.ofString()).body()).contains("\"name\":\"todo-client\"");
		}
	}

	/**
	 * The server's list of CAs does not have ours; so its log can say who was refused.
	 */
	@Test
	void whenTheServerDoesNotListOurCaThenOurCertificateIsPresentedAllTheSame(CapturedOutput output) throws Exception {
		try (TestService service = TestService.start(CA, CA.server());
				SSLSocket socket = (SSLSocket) context(TestCa.create("other-ca").client("somebody"), CA)
					.getSocketFactory()
					.createSocket("localhost", service.port())) {
			socket.setEnabledProtocols(new String[] { "TLSv1.2" });
			assertThatException().isThrownBy(socket::startHandshake);
			Awaitility.await()
				.until(() -> output.getOut().contains("reason=untrusted certificate=[subject \"CN=somebody\""));
		}
	}

	@Test
	void whenTheServersCertificateBreaksOurRulesThenItIsRefused() throws Exception {
		Issued client = CA.client("todo-client");
		try (TestService service = TestService.start(CA, CA.server());
				SSLSocket socket = (SSLSocket) context(client, TestCa.create("other-ca")).getSocketFactory()
					.createSocket("localhost", service.port())) {
			assertThatException().isThrownBy(socket::startHandshake)
				.havingCause()
				.isInstanceOf(CertificateRefusedException.class);
		}
	}

	private static SSLContext context(Issued certificate, TestCa trusted) throws Exception {
		DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();
		TestTls.load(TestTls.settings(certificate.certificatePem(), certificate.keyPem(), trusted.certificatePem()),
				Purpose.CLIENT, new MutableClock(), bundles);
		return bundles.getBundle(CurrentMaterial.BUNDLE).createSslContext();
	}

}
