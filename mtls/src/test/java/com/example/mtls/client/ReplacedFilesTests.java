package com.example.mtls.client;

import java.math.BigInteger;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.Replacement;
import com.example.mtls.material.TestTls;
import mockwebserver3.MockResponse;
import mockwebserver3.RecordedRequest;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * From the files to the certificate that the service sees.
 */
@ExtendWith(OutputCaptureExtension.class)
class ReplacedFilesTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final Issued FIRST = CA.client("todo-client");

	private static FakeService service;

	@TempDir
	private Path root;

	@BeforeAll
	static void start() {
		service = FakeService.start(CA.server(), CA.certificate())
			.always((request) -> new MockResponse.Builder().body(serial(request).toString()).build());
	}

	@AfterAll
	static void stop() {
		service.close();
	}

	@ParameterizedTest
	@EnumSource
	void replacedFilesArePresentedByTheNextCallOverAndOver(Replacement replacement) {
		replacement.write(this.root, files(FIRST));
		try (TestConnection connection = new TestConnection(service.url(),
				TestTls.settings(Purpose.CLIENT, replacement.folder(this.root)))) {
			assertPresents(connection, FIRST);
			for (int i = 0; i < 3; i++) {
				Issued next = CA.client("todo-client");
				replacement.write(this.root, files(next));
				TestTls.look(connection.tls());
				assertPresents(connection, next);
			}
		}
	}

	/** There is nothing to look at, and that is no error. */
	@Test
	void textInTheSettingsStays(CapturedOutput output) {
		try (TestConnection connection = new TestConnection(service.url(),
				TestTls.settings(FIRST.certificatePem(), FIRST.keyPem(), CA.certificatePem()))) {
			TestTls.look(connection.tls());
			assertPresents(connection, FIRST);
			assertThat(connection.tls().state().refusal()).isNull();
			assertThat(output.getAll()).doesNotContain("WARN", "ERROR");
		}
	}

	static Stream<Arguments> broken() {
		Issued next = CA.client("todo-client");
		return Stream
			.of(Arguments.of("half a certificate", "client.crt", next.certificatePem().substring(0, 200), "is cut off"),
					Arguments.of("half a key", "client.key", next.keyPem().substring(0, 100), "is cut off"),
					Arguments.of("the key of another one", "client.key", next.keyPem(), "does not belong"),
					Arguments.of("a certificate without its key", "client.crt", next.certificatePem(),
							"does not belong"),
					Arguments.of("nothing", "client.crt", "", "is an empty file"),
					Arguments.of("no CA", "ca.crt", "", "is an empty file"),
					Arguments.of("a leaf as a CA", "ca.crt", next.certificatePem(), "is not a CA's"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void broken(String what, String file, String text, String why, CapturedOutput output) {
		assertChangesNothing(Map.of(file, text), why, output);
	}

	@Test
	void certificateOfAnotherCaIsTaken() {
		Issued other = TestCa.create("other").client("todo-client");
		Replacement.RENAMED_OVER.write(this.root, files(FIRST));
		try (TestConnection connection = new TestConnection(service.url(),
				TestTls.settings(Purpose.CLIENT, Replacement.RENAMED_OVER.folder(this.root)))) {
			Replacement.RENAMED_OVER.write(this.root, files(other));
			TestTls.look(connection.tls());
			assertThat(connection.tls().state().material().leaf()).isEqualTo(other.certificate());
		}
	}

	@Test
	void expiredCertificateChangesNothing(CapturedOutput output) {
		assertChangesNothing(pair(CA.leaf().commonName("todo-client").expired().issue()), "it expired", output);
	}

	private void assertChangesNothing(Map<String, String> changed, String why, CapturedOutput output) {
		Replacement.RENAMED_OVER.write(this.root, files(FIRST));
		try (TestConnection connection = new TestConnection(service.url(),
				TestTls.settings(Purpose.CLIENT, Replacement.RENAMED_OVER.folder(this.root)))) {
			assertPresents(connection, FIRST);
			CurrentTls.Material before = connection.connections().current();
			Map<String, String> files = new HashMap<>(files(FIRST));
			files.putAll(changed);
			Replacement.RENAMED_OVER.write(this.root, files);
			for (int i = 0; i < 3; i++) {
				TestTls.look(connection.tls());
			}
			assertPresents(connection, FIRST);
			assertThat(connection.connections().current()).as("connections are kept").isSameAs(before);
			assertThat(connection.tls().state().refusal()).contains(why);
			assertThat(output.getAll()).containsOnlyOnce("New TLS material is not used").contains(why);
			Issued next = CA.client("todo-client");
			Replacement.RENAMED_OVER.write(this.root, files(next));
			TestTls.look(connection.tls());
			assertPresents(connection, next);
			assertThat(connection.tls().state().refusal()).isNull();
		}
	}

	private static Map<String, String> files(Issued issued) {
		return TestTls.files(Purpose.CLIENT, issued, CA);
	}

	private static Map<String, String> pair(Issued issued) {
		return Map.of("client.crt", issued.certificatePem(), "client.key", issued.keyPem());
	}

	private static void assertPresents(TestConnection connection, Issued issued) {
		assertThat(connection.get("/")).isEqualTo(issued.certificate().getSerialNumber().toString());
	}

	private static BigInteger serial(RecordedRequest request) {
		return ((X509Certificate) request.getHandshake().peerCertificates().get(0)).getSerialNumber();
	}

}
