package com.example.mtls.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

/**
 * Which certificates of a server we take, and what we say about the others. Each is
 * presented in a real handshake on localhost.
 */
class ServerCertificateTests {

	private static final TestCa CA = TestCa.root("test-ca")
		.extension(Extension.subjectKeyIdentifier, false, new byte[] { 4, 2, 7, 7 })
		.asCa();

	private static final TestCa ADCS = CA.leaf()
		.commonName("adcs")
		.ca(0)
		.extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.311.21.10"), true, new byte[] { 48, 0 })
		.asCa();

	private static final TestCa FOREIGN_CA_OF_THE_SAME_NAME = TestCa.create("test-ca");

	private static final TestCa RSA_CA = TestCa.root("test-rsa-ca").keyPair(TestCa.rsa(2048)).asCa();

	private static final TestCa INTERMEDIATE = CA.leaf().commonName("test-intermediate").ca(0).asCa();

	private static final TestCa EXPIRED_INTERMEDIATE = CA.leaf().commonName("test-expired").ca(0).expired().asCa();

	private static final TestCa FOR_CLIENTS = CA.leaf()
		.commonName("test-for-clients")
		.ca(0)
		.purposes(KeyPurposeId.id_kp_clientAuth)
		.asCa();

	private static final TestCa BELOW = INTERMEDIATE.leaf().commonName("test-below").ca(0).asCa();

	private static final Issued LEAF = CA.leaf().commonName("leaf").issue();

	private static final Issued OURS = CA.client("todo-client");

	private static final GeneralName LOCALHOST = dns("localhost");

	static Stream<Arguments> taken() {
		return Stream.of(arguments("a plain one", CA, CA.server()),
				arguments("an RSA one", RSA_CA,
						RSA_CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.purposes(KeyPurposeId.id_kp_serverAuth)
							.keyPair(TestCa.rsa(2048))
							.issue()),
				arguments("one of an intermediate that comes along", CA,
						INTERMEDIATE.server().withChain(INTERMEDIATE.certificate())),
				arguments("one for several hosts", CA, server(dns("other.example"), dns("LOCALHOST"))),
				arguments("one that names its CA by key identifier and serial number", CA, named(CA)),
				arguments("one of four intermediates in a row", CA, longChain(4)),
				arguments("one without a purpose", CA, CA.leaf().commonName("localhost").names(LOCALHOST).issue()));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void taken(String name, TestCa ca, Issued certificate) {
		try (FakeService service = FakeService.start(certificate, ca.certificate());
				TestConnection connection = new TestConnection(service.url(), ca, ca.client("todo-client"))) {
			service.json(200, "here");
			assertThat(connection.get("/")).isEqualTo("here");
		}
	}

	@Test
	void takenWhenTheHostEndsWithADot() {
		try (FakeService service = FakeService.start(CA.server(), CA.certificate());
				TestConnection connection = new TestConnection(service.url().replace("localhost", "localhost."), CA,
						CA.client("todo-client"))) {
			service.json(200, "here");
			assertThat(connection.get("/")).isEqualTo("here");
		}
	}

	@Test
	void takenWhenKeysAreRsassaPss() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("RSASSA-PSS");
		generator.initialize(2048);
		Issued server = CA.leaf().commonName("localhost").names(LOCALHOST).keyPair(generator.generateKeyPair()).issue();
		Issued client = CA.leaf().commonName("todo-client").keyPair(generator.generateKeyPair()).issue();
		try (FakeService service = FakeService.start(server, CA.certificate());
				TestConnection connection = new TestConnection(service.url(), CA, client)) {
			service.json(200, "here");
			assertThat(connection.get("/")).isEqualTo("here");
		}
	}

	static Stream<Arguments> refused() {
		Instant now = Instant.now();
		return Stream.of(
				refused("expired", CA.leaf().commonName("localhost").names(LOCALHOST).expired().issue(),
						Reason.SERVER_CERTIFICATE_EXPIRED, "it expired at "),
				refused("not valid yet",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.validity(now.plus(Duration.ofDays(1)), now.plus(Duration.ofDays(2)))
							.issue(),
						Reason.SERVER_CERTIFICATE_NOT_YET_VALID, "if that is not the time, a clock is wrong"),
				refused("for another host", server(dns("other.example"), dns("localhost.example")),
						Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST,
						"it is for other.example, localhost.example, and we call localhost"),
				refused("for an IP address only", server(new GeneralName(GeneralName.iPAddress, "127.0.0.1")),
						Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST, "it is for 127.0.0.1, and we call localhost"),
				refused("for any host", server(dns("*")), Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST,
						"it is for *, and we call localhost"),
				refused("CN without SAN",
						CA.leaf().commonName("localhost").purposes(KeyPurposeId.id_kp_serverAuth).issue(),
						Reason.SERVER_CERTIFICATE_WITHOUT_HOST, "the CN does not count (RFC 9525)"),
				refused("SAN without a host, CN fits",
						CA.leaf()
							.commonName("localhost")
							.names(new GeneralName(GeneralName.rfc822Name, "me@localhost"))
							.issue(),
						Reason.SERVER_CERTIFICATE_WITHOUT_HOST, "the CN does not count (RFC 9525)"),
				refused("of a client",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.purposes(KeyPurposeId.id_kp_clientAuth)
							.issue(),
						Reason.SERVER_CERTIFICATE_WRONG_PURPOSE, "its ExtendedKeyUsage does not allow serverAuth"),
				refused("for encryption only",
						CA.leaf().commonName("localhost").names(LOCALHOST).keyUsage(KeyUsage.keyEncipherment).issue(),
						Reason.SERVER_CERTIFICATE_WRONG_PURPOSE, "its KeyUsage does not allow digitalSignature"),
				refused("of a CA",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.ca(0)
							.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
							.issue(),
						Reason.SERVER_CERTIFICATE_IS_A_CA, "it is a CA certificate"),
				refused("self-signed", TestCa.root("localhost").names(LOCALHOST).issue(),
						Reason.SERVER_CERTIFICATE_IS_A_CA, "it is a CA certificate"),
				// Not a CA's, so nothing but its issuer is wrong.
				refused("self-signed leaf", selfSigned(), Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"its issuer \"CN=localhost\" is not among the trusted CAs"),
				refused("of an expired intermediate",
						EXPIRED_INTERMEDIATE.server().withChain(EXPIRED_INTERMEDIATE.certificate()),
						Reason.SERVER_CERTIFICATE_UNTRUSTED, "is out of its validity"),
				refused("of an intermediate for clients", FOR_CLIENTS.server().withChain(FOR_CLIENTS.certificate()),
						Reason.SERVER_CERTIFICATE_WRONG_PURPOSE, "its ExtendedKeyUsage does not allow serverAuth"),
				refused("of an intermediate below one that may issue leaves only",
						BELOW.server().withChain(BELOW.certificate(), INTERMEDIATE.certificate()),
						Reason.SERVER_CERTIFICATE_UNTRUSTED, "breaks a constraint"),
				refused("with a rule that we do not know",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, new byte[] { 5, 0 })
							.issue(),
						Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"a critical extension that Java does not know, 1.3.6.1.4.1.99999.1"),
				refused("of an intermediate with the application policies of AD CS",
						ADCS.server().withChain(ADCS.certificate()), Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"a critical extension that Java does not know, 1.3.6.1.4.1.311.21.10"),
				refused("that names another key identifier of its CA",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.extension(Extension.authorityKeyIdentifier, false, keyIdentifier())
							.issue(),
						Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"its identifiers differ: its authorityKeyIdentifier names "
								+ "the key identifier 01:01, and that certificate of the CA has 07:07"),
				refused("that names another serial number of its CA",
						CA.leaf()
							.commonName("localhost")
							.names(LOCALHOST)
							.extension(Extension.authorityKeyIdentifier, false, serialNumber())
							.issue(),
						Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"its identifiers differ: its authorityKeyIdentifier names the serial number 2A"),
				refused("of five intermediates in a row", longChain(5), Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"at most 4 certificates between them"),
				refused("of a foreign CA", TestCa.create("other-ca").server(), Reason.SERVER_CERTIFICATE_UNTRUSTED,
						"its issuer \"CN=other-ca\" is not among the trusted CAs"),
				refused("of a foreign CA with the name of ours", FOREIGN_CA_OF_THE_SAME_NAME.server(),
						Reason.SERVER_CERTIFICATE_UNTRUSTED, "same name, different key"),
				refused("of an intermediate that does not come along", INTERMEDIATE.server(),
						Reason.SERVER_CERTIFICATE_UNTRUSTED, "nor is the certificate of that issuer in the chain"),
				refused("issued by a leaf", LEAF.asCa().server().withChain(LEAF.certificate()),
						Reason.SERVER_CERTIFICATE_UNTRUSTED, "a certificate on it may not issue"),
				refused("with an RSA key of 1024 bits",
						CA.leaf().commonName("localhost").names(LOCALHOST).keyPair(TestCa.rsa(1024)).issue(),
						Reason.SERVER_CERTIFICATE_WEAK_KEY, "its RSA key has 1024 bits, 2048 are the least"),
				arguments(Named.of("signed with SHA-1", RSA_CA),
						RSA_CA.leaf().commonName("localhost").names(LOCALHOST).signature("SHA1withRSA").issue(),
						Reason.SERVER_CERTIFICATE_WEAK_SIGNATURE, "it is signed with SHA1withRSA"));
	}

	private static Arguments refused(String name, Issued certificate, Reason reason, String text) {
		return arguments(Named.of(name, CA), certificate, reason, text);
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource
	void refused(TestCa ca, Issued certificate, Reason reason, String text) {
		try (FakeService service = FakeService.start(certificate, ca.certificate());
				TestConnection connection = new TestConnection(service.url(), ca, OURS)) {
			service.json(200, "here");
			assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> connection.get("/")).satisfies((failure) -> {
				assertThat(failure.reason()).isEqualTo(reason);
				assertThat(failure.detail()).contains(text).contains(service.url());
				assertThat(failure.isTlsRefusal()).isTrue();
			});
			assertThat(service.server().getRequestCount()).isZero();
		}
	}

	/** As easy-rsa and OpenSSL's keyid,issuer:always have it. */
	private static Issued named(TestCa ca) {
		try {
			return ca.leaf()
				.commonName("localhost")
				.names(LOCALHOST)
				.extension(Extension.authorityKeyIdentifier, false,
						new AuthorityKeyIdentifier(new byte[] { 7, 7 },
								new GeneralNames(new GeneralName(new X500Name("CN=test-ca"))),
								ca.certificate().getSerialNumber())
							.getEncoded())
				.issue();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] keyIdentifier() {
		return new byte[] { 48, 4, (byte) 0x80, 2, 1, 1 };
	}

	private static byte[] serialNumber() {
		return new byte[] { 48, 3, (byte) 0x82, 1, 42 };
	}

	private static Issued longChain(int intermediates) {
		List<X509Certificate> above = new ArrayList<>();
		TestCa issuer = CA;
		for (int i = 0; i < intermediates; i++) {
			issuer = issuer.leaf().commonName("level-" + i).ca(9 - i).asCa();
			above.add(0, issuer.certificate());
		}
		return issuer.server().withChain(above.toArray(X509Certificate[]::new));
	}

	private static Issued selfSigned() {
		KeyPair own = TestCa.ec("secp256r1");
		TestCa itself = TestCa.root("localhost").keyPair(own).asCa();
		return itself.leaf().commonName("localhost").names(LOCALHOST).keyPair(own).issue();
	}

	private static Issued server(GeneralName... names) {
		return CA.leaf().commonName("localhost").names(names).purposes(KeyPurposeId.id_kp_serverAuth).issue();
	}

	private static GeneralName dns(String name) {
		return new GeneralName(GeneralName.dNSName, name);
	}

}
