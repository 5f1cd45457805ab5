package com.example.todoservice;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestService;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What README says of other issuers: files as cert-manager names and writes them, of the
 * one intermediate of a company's CA that issues for us.
 */
class CertificatesFromElsewhereTests {

	private static final TestCa COMPANY = TestCa.create("Company Root CA");

	private static final Issued OURS = COMPANY.leaf().commonName("Issuing CA for the todos").ca(0).issue();

	private static final Issued OTHERS = COMPANY.leaf().commonName("Issuing CA for all others").ca(0).issue();

	@TempDir
	private static Path folder;

	private static TestService service;

	@BeforeAll
	static void start() throws IOException {
		Issued server = OURS.asCa()
			.leaf()
			.commonName("todo-service")
			.keyPair(TestCa.rsa(2048))
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.issue();
		Files.writeString(folder.resolve("tls.crt"), TestCa.pem(server.certificate(), OURS.certificate()));
		Files.writeString(folder.resolve("tls.key"), TestCa.pem(server.key()));
		assertThat(folder.resolve("tls.key")).content().startsWith("-----BEGIN RSA PRIVATE KEY-----");
		Files.writeString(folder.resolve("ca.crt"), OURS.certificatePem());
		service = TestService.start(folder, OURS.asCa(), "--CERT_FILE_PATH=" + folder.resolve("tls.crt"),
				"--KEY_FILE_PATH=" + folder.resolve("tls.key"));
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@Test
	void callerOfTheTrustedIntermediateIsAdmitted() {
		assertThat(session(OURS.asCa().client("todo-client").withChain(OURS.certificate()))).isEqualTo(200);
	}

	@Test
	void sameNameFromAnotherIntermediateOfTheSameRootIsRefused() {
		X509Certificate root = COMPANY.certificate();
		Issued impostor = OTHERS.asCa().client("todo-client");
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> session(impostor.withChain(OTHERS.certificate(), root)));
	}

	@Test
	void sameNameFromTheRootItselfIsRefused() {
		Issued impostor = COMPANY.client("todo-client");
		assertThatExceptionOfType(UncheckedIOException.class)
			.isThrownBy(() -> session(impostor.withChain(COMPANY.certificate())));
	}

	private static int session(Issued certificate) {
		return service.client(certificate).get("/session").status();
	}

}
