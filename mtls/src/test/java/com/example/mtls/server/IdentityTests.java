package com.example.mtls.server;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Random;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestService;
import com.example.mtls.material.TestTls;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A certificate that names its caller in the SAN.
 */
class IdentityTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final String SPIFFE = "spiffe://prod.example.org/ns/orders/sa/client";

	@Test
	void ofWhenExactlyOneOfTheKindThenThatName() throws Exception {
		X509Certificate certificate = certificate(uri(SPIFFE), dns("orders.example.org"));
		assertThat(Identity.URI.of(certificate)).isEqualTo(SPIFFE);
		assertThat(Identity.DNS.of(certificate)).isEqualTo("orders.example.org");
		assertThat(Identity.CN.of(certificate)).isEqualTo("somebody");
	}

	@Test
	void ofWhenNoneOrSeveralThenNobody() {
		assertThat(reason(Identity.URI)).isEqualTo(Reason.NO_SAN_NAME);
		assertThat(reason(Identity.URI, dns("a"))).isEqualTo(Reason.NO_SAN_NAME);
		assertThat(reason(Identity.DNS, uri(SPIFFE))).isEqualTo(Reason.NO_SAN_NAME);
		assertThat(reason(Identity.URI, uri(SPIFFE), uri(SPIFFE))).isEqualTo(Reason.SEVERAL_SAN_NAMES);
		assertThat(reason(Identity.DNS, dns("a"), dns("b"))).isEqualTo(Reason.SEVERAL_SAN_NAMES);
	}

	@ParameterizedTest
	@ValueSource(strings = { "spiffe:", "spiffe://", "spiffe:///path", "SPIFFE://example.org/a",
			"Spiffe://example.org/a", "spiffe://Example.org/a", "spiffe://example.org:8443/a",
			"spiffe://user@example.org/a", "spiffe://example.org/a?b", "spiffe://example.org/a#b",
			"spiffe://example.org/", "spiffe://example.org//a", "spiffe://example.org/a/", "spiffe://example.org/./a",
			"spiffe://example.org/a/..", "spiffe://example.org/%41", "spiffe:/example.org/a", "no-scheme", "urn:",
			"urn:a b", "urn:a\nb", "urn:a\u0000", "urn:\u00fc", " urn:a", "urn:a " })
	void uriWhenOddThenRefusedInCertificateAndOnTheList(String uri) {
		assertThat(reason(Identity.URI, uri(uri))).isEqualTo(Reason.UNUSABLE_SAN_NAME);
		assertRefusedOnTheList(Identity.URI, uri);
	}

	@ParameterizedTest
	@ValueSource(strings = { "*.example.org", "example.org.", ".example.org", "a..b", "-a", "a-", "a b", "a\nb",
			"a\u0000", "\u00fc", "a/b", "" })
	void dnsWhenOddThenRefusedInCertificateAndOnTheList(String dns) {
		assertThat(reason(Identity.DNS, dns(dns))).isEqualTo(Reason.UNUSABLE_SAN_NAME);
		if (!dns.isBlank()) {
			assertRefusedOnTheList(Identity.DNS, dns);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { SPIFFE, "spiffe://example.org", "spiffe://a_b.c-1/...", "urn:uuid:1", "https://a/b?c#d" })
	void uriWhenUsualThenTaken(String uri) throws Exception {
		assertThat(Identity.URI.of(certificate(uri(uri)))).isEqualTo(uri);
	}

	/** Whatever is in the extension: one name, or our refusal. */
	@Test
	void ofWhenSanIsMalformedThenRefused() throws Exception {
		Random random = new Random(Long.getLong("fuzz.seed", 20261201));
		byte[] good = certificate(uri(SPIFFE), dns("a")).getExtensionValue("2.5.29.17");
		int refused = 0;
		for (int i = 0; i < 20_000; i++) {
			byte[] bytes = good.clone();
			for (int n = 1 + random.nextInt(3); n > 0; n--) {
				bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
			}
			X509Certificate certificate = new RawCertificate(new byte[0], null) {

				@Override
				public byte[] getExtensionValue(String oid) {
					return bytes;
				}

			};
			try {
				assertThat(Identity.URI.problemOf(Identity.URI.of(certificate))).isEmpty();
			}
			catch (CallerRefusedException ex) {
				refused++;
			}
		}
		assertThat(refused).isBetween(1_000, 19_900);
	}

	@Test
	void whenIdentityIsUriThenTheCallerIsKnownByIt() {
		try (TestService service = TestService.start("--mtls.identity=uri", "--mtls.callers[0].name=" + SPIFFE,
				"--mtls.callers[0].roles=read")) {
			assertThat(service.client(service.ca().leaf().commonName("any").names(uri(SPIFFE)).issue())
				.get("/session")
				.body()
				.toString()).contains("\"name\":\"" + SPIFFE + "\"");
			assertThat(service.client(service.ca().leaf().commonName(SPIFFE).names(uri(SPIFFE + "2")).issue())
				.get("/session")
				.status()).isEqualTo(403);
			assertThat(service.client(service.ca().leaf().commonName(SPIFFE).issue()).get("/session").body().toString())
				.contains("\"reason\":\"no-san-name\"");
		}
	}

	private static void assertRefusedOnTheList(Identity identity, String name) {
		CallerSettings settings = new CallerSettings(List.of(new CallerSettings.Entry(name, List.of("read"), null)),
				List.of(), null);
		assertThatExceptionOfType(SettingException.class)
			.isThrownBy(() -> new AllowedCallers(settings, identity, TestTls::variable))
			.withMessageStartingWith("MTLS_CALLERS_0_NAME (")
			.withMessageContaining("can match no certificate");
	}

	private static Reason reason(Identity identity, GeneralName... names) {
		try {
			return Reason.valueOf("NAMED_" + identity.of(certificate(names)));
		}
		catch (CallerRefusedException ex) {
			return ex.reason();
		}
	}

	private static X509Certificate certificate(GeneralName... names) {
		return (names.length > 0) ? CA.leaf().commonName("somebody").names(names).issue().certificate()
				: CA.leaf().commonName("somebody").issue().certificate();
	}

	private static GeneralName uri(String uri) {
		return new GeneralName(GeneralName.uniformResourceIdentifier, uri);
	}

	private static GeneralName dns(String name) {
		return new GeneralName(GeneralName.dNSName, name);
	}

}
