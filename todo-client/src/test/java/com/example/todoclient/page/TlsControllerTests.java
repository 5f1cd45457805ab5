package com.example.todoclient.page;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.client.FakeService;
import com.example.mtls.material.CertificateText;
import com.example.todoclient.TestClientApplication;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class TlsControllerTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final Issued OURS = CA.client("todo-client");

	@Test
	void showsBothEndsAndHowTheServiceSeesUs() {
		Issued theirs = CA.server();
		try (FakeService service = FakeService.start(theirs, CA.certificate()).session();
				TestClientApplication client = TestClientApplication.start(service.url(), CA, OURS)) {
			client.http()
				.get()
				.uri("/api/tls")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.serviceUrl")
				.isEqualTo(service.url())
				.jsonPath("$.client.subject")
				.isEqualTo("CN=todo-client")
				.jsonPath("$.client.serialNumber")
				.isEqualTo(CertificateText.serialNumber(OURS.certificate().getSerialNumber()))
				.jsonPath("$.server.hosts")
				.isEqualTo(java.util.List.of("localhost", "127.0.0.1"))
				.jsonPath("$.server.serialNumber")
				.isEqualTo(CertificateText.serialNumber(theirs.certificate().getSerialNumber()))
				.jsonPath("$.handshake.protocol")
				.isEqualTo("TLSv1.3")
				.jsonPath("$.handshake.resumed")
				.isEqualTo(false)
				.jsonPath("$.session.name")
				.isEqualTo("todo-client")
				.jsonPath("$.rotation.refusal")
				.isEmpty()
				.jsonPath("$.problem")
				.isEmpty();
		}
	}

	@Test
	void showsThatAnEmptySessionIsNone() {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate()).json(200, "null");
				TestClientApplication client = TestClientApplication.start(service.url(), CA, OURS)) {
			client.http()
				.get()
				.uri("/api/tls")
				.exchange()
				.expectBody()
				.jsonPath("$.problem.reason")
				.isEqualTo("invalid-response");
		}
	}

	@Test
	void showsWhyThereIsNoSession() {
		try (FakeService service = FakeService.start(CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.expired()
			.issue(), CA.certificate());
				TestClientApplication client = TestClientApplication.start(service.url(), CA, OURS)) {
			client.http()
				.get()
				.uri("/api/tls")
				.exchange()
				.expectStatus()
				.isOk()
				.expectBody()
				.jsonPath("$.client.subject")
				.isEqualTo("CN=todo-client")
				.jsonPath("$.session")
				.isEmpty()
				.jsonPath("$.problem.reason")
				.isEqualTo("server-certificate-expired");
			client.http()
				.get()
				.uri("/api/todos")
				.exchange()
				.expectStatus()
				.isEqualTo(502)
				.expectHeader()
				.contentType("application/problem+json")
				.expectBody()
				.jsonPath("$.reason")
				.isEqualTo("server-certificate-expired")
				.jsonPath("$.type")
				.isEqualTo("tag:example.com,2026:todo-mtls/server-certificate-expired")
				.jsonPath("$.title")
				.isEqualTo("The certificate of todo-service has expired")
				.jsonPath("$.detail")
				.value(String.class, (detail) -> assertThat(detail).contains("certs.jar server --host localhost"))
				.jsonPath("$.instance")
				.isEqualTo("/api/todos");
		}
	}

	@Test
	void showsThatTheServiceAnsweredWithAnError() {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate());
				TestClientApplication client = TestClientApplication.start(service.url(), CA, OURS)) {
			service.json(403, "{\"title\":\"Caller refused\",\"detail\":\"Nobody by that name.\",\"status\":403}");
			client.http()
				.get()
				.uri("/api/tls")
				.exchange()
				.expectBody()
				.jsonPath("$.problem.reason")
				.isEqualTo("error-response")
				.jsonPath("$.problem.detail")
				.isEqualTo(service.url() + " answered 403: Caller refused. Nobody by that name.");
		}
	}

}
