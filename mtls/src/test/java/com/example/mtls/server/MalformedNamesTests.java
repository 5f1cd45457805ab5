package com.example.mtls.server;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.TestCa;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A few thousand malformed subjects through {@link CommonName}: never a crash, and never
 * the allowed name out of something else.
 */
class MalformedNamesTests {

	private static final int ROUNDS = 20_000;

	private static final String COMMON_NAME_TYPE = "0603550403";

	private static final String ALLOWED = HexFormat.of().formatHex("todo-client".getBytes(StandardCharsets.US_ASCII));

	@Test
	void ofWhenNameIsMalformedThenRefusedOrExactlyTheNameInIt() throws Exception {
		long seed = Long.getLong("fuzz.seed", 20261124);
		System.out.println("Malformed names with -Dfuzz.seed=" + seed);
		MalformedNames names = new MalformedNames(new Random(seed));
		X509Certificate template = TestCa.create("test-ca").client("todo-client").certificate();
		CertificateFactory factory = CertificateFactory.getInstance("X.509");
		int unreadable = 0;
		int refused = 0;
		int named = 0;
		int allowed = 0;
		for (int i = 0; i < ROUNDS; i++) {
			byte[] subject = names.next();
			String hex = HexFormat.of().formatHex(subject);
			X509Certificate certificate;
			try {
				certificate = (X509Certificate) factory
					.generateCertificate(new ByteArrayInputStream(MalformedNames.certificate(template, subject, null)));
			}
			catch (CertificateException ex) {
				unreadable++;
				continue;
			}
			try {
				String name = CommonName.of(certificate);
				assertThat(CommonName.problemOf(name)).as(hex).isEmpty();
				named++;
				if (name.equals("todo-client")) {
					allowed++;
					assertThat(hex).containsOnlyOnce(COMMON_NAME_TYPE)
						.containsPattern(COMMON_NAME_TYPE + "(0c|13)%02x".formatted(ALLOWED.length() / 2) + ALLOWED);
				}
			}
			catch (CallerRefusedException ex) {
				assertThat(ex.getMessage()).as(hex).isNotBlank();
				refused++;
			}
		}
		// All four ways were taken, or the test would say nothing.
		assertThat(List.of(unreadable, refused, named, allowed)).as("unreadable, refused, named, allowed")
			.allMatch((count) -> count > ROUNDS / 100);
		System.out.printf("%d unreadable, %d refused, %d named, %d of them allowed%n", unreadable, refused, named,
				allowed);
	}

}
