package com.example.mtls.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.Charset;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.function.Function;
import java.util.stream.IntStream;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Builder;
import com.example.mtls.TestCa.Issued;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERT61String;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.DERUniversalString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.CertPolicyId;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyMappings;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.jspecify.annotations.Nullable;

import static com.example.mtls.server.AttackCertificate.Outcome.forbidden;
import static com.example.mtls.server.AttackCertificate.Outcome.handshakeRefused;
import static com.example.mtls.server.AttackCertificate.Outcome.served;

/**
 * What attackers, careless administrators and other tools present to a server: one
 * certificate each, what it tries, and what has to come of it. Where nothing else is said
 * the certificate is a good one of the trusted CA for the allowed caller
 * {@code todo-client}.
 */
enum AttackCertificate {

	/** The good one, so that the others fail for what is odd about them only. */
	GOOD(served(), (pki) -> pki.good().issue()),

	/** The door has to be shut to whoever shows nothing. */
	NONE(handshakeRefused("no-certificate", "presented no client certificate"), (pki) -> null),

	// Chains that lead nowhere.

	/** Anyone can write any name into a certificate and sign it with its own key. */
	SELF_SIGNED(handshakeRefused("untrusted", "\"CN=todo-client\" is not among the trusted CAs"),
			(pki) -> pki.selfSigned(BigInteger.ONE, new X500Name("CN=todo-client"))),

	/** Anyone can also name its CA like ours. */
	FOREIGN_CA_OF_THE_SAME_NAME(handshakeRefused("untrusted", "same name, different key"),
			(pki) -> TestCa.create("test-ca").client("todo-client")),

	/** ... and send our real CA certificate along. */
	FOREIGN_CA_WITH_OUR_CA_BESIDE_IT(handshakeRefused("untrusted", "same name, different key"),
			(pki) -> TestCa.create("test-ca").client("todo-client").withChain(pki.ca.certificate())),

	/** One of the public CAs, or any other: trusted by many, not by us. */
	FOREIGN_CA(handshakeRefused("untrusted", "is not among the trusted CAs"), (pki) -> {
		TestCa foreign = TestCa.create("elsewhere");
		return foreign.client("todo-client").withChain(foreign.certificate());
	}),

	/** Every client could issue for every other, if a leaf could issue. */
	ISSUED_BY_A_LEAF(handshakeRefused("untrusted", "may not issue"), (pki) -> {
		Issued other = pki.ca.client("other");
		return other.asCa().client("todo-client").withChain(other.certificate());
	}),

	/** The same with the KeyUsage of a CA: BasicConstraints decide. */
	ISSUED_BY_A_LEAF_THAT_MAY_SIGN(handshakeRefused("untrusted", "may not issue"), (pki) -> {
		Issued other = pki.ca.leaf().commonName("other").keyUsage(KeyUsage.keyCertSign).issue();
		return other.asCa().client("todo-client").withChain(other.certificate());
	}),

	/** A CA certificate whose KeyUsage says that it may not issue. */
	ISSUED_BY_A_CA_WITHOUT_KEY_CERT_SIGN(handshakeRefused("untrusted", "may not issue"), (pki) -> {
		Issued other = pki.ca.leaf().commonName("other").ca(null).keyUsage(KeyUsage.cRLSign).issue();
		return other.asCa().client("todo-client").withChain(other.certificate());
	}),

	/** Issuing CAs below a root are how most companies work. */
	INTERMEDIATE(served(), (pki) -> pki.intermediate.client("todo-client").withChain(pki.intermediate.certificate())),

	/** The order above the leaf does not matter (RFC 8446 section 4.4.2). */
	INTERMEDIATES_IN_THE_WRONG_ORDER(served(), (pki) -> {
		TestCa upper = pki.ca.leaf().commonName("upper").ca(null).asCa();
		TestCa lower = upper.leaf().commonName("lower").ca(null).asCa();
		return lower.client("todo-client").withChain(pki.ca.certificate(), upper.certificate(), lower.certificate());
	}),

	/** The most usual mistake; nobody fetches what is missing. */
	MISSING_INTERMEDIATE(handshakeRefused("untrusted", "nor is the certificate of that issuer in the chain"),
			(pki) -> pki.intermediate.client("todo-client")),

	/** An issuing CA that may issue leaves only makes itself another CA. */
	PATH_LENGTH_EXCEEDED(handshakeRefused("untrusted", "breaks a constraint"), (pki) -> {
		TestCa upper = pki.ca.leaf().commonName("upper").ca(0).asCa();
		TestCa lower = upper.leaf().commonName("lower").ca(null).asCa();
		return lower.client("todo-client").withChain(lower.certificate(), upper.certificate());
	}),

	/** On four levels they would fill the memory of the JDK's path validation. */
	POLICY_MAPPINGS(handshakeRefused("untrusted", "maps policies"), (pki) -> {
		CertPolicyId one = CertPolicyId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"));
		CertPolicyId other = CertPolicyId.getInstance(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.2"));
		TestCa mapping = pki.ca.leaf()
			.commonName("mapping")
			.ca(0)
			.extension(Extension.policyMappings, true, encoded(new PolicyMappings(one, other)))
			.asCa();
		return mapping.client("todo-client").withChain(mapping.certificate());
	}),

	/** The same limit in the root, which the JDK ignores. */
	PATH_LENGTH_OF_THE_ROOT_EXCEEDED(forbidden("certificate-refused", "breaks a constraint"), (pki) -> {
		TestCa lower = pki.shortPathCa.leaf().commonName("lower").ca(null).asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	/** The same limit in an intermediate that is trusted without its root. */
	PATH_LENGTH_OF_A_TRUSTED_INTERMEDIATE_EXCEEDED(forbidden("certificate-refused", "breaks a constraint"), (pki) -> {
		TestCa lower = pki.shortPathIntermediate.leaf().commonName("lower").ca(null).asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	/** A root for one company only issues for another; the JDK ignores that too. */
	NAME_CONSTRAINTS_OF_THE_ROOT_VIOLATED(forbidden("certificate-refused", "breaks a constraint"),
			(pki) -> pki.constrainedCa.leaf()
				.subject(BCStyle.O, utf8("Outside"), BCStyle.CN, utf8("todo-client"))
				.purposes(KeyPurposeId.id_kp_clientAuth)
				.issue()),

	NAME_CONSTRAINTS_OF_THE_ROOT_KEPT(served(),
			(pki) -> pki.constrainedCa.leaf()
				.subject(BCStyle.O, utf8("Inside"), BCStyle.CN, utf8("todo-client"))
				.purposes(KeyPurposeId.id_kp_clientAuth)
				.issue()),

	NAME_CONSTRAINTS_OF_AN_INTERMEDIATE_VIOLATED(handshakeRefused("untrusted", "breaks a constraint"), (pki) -> {
		TestCa lower = pki.ca.leaf()
			.commonName("lower")
			.ca(null)
			.extension(Extension.nameConstraints, true, onlyInside())
			.asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	/** Each certificate costs a verification, before we know who asks. */
	FIFTY_CERTIFICATES(handshakeRefused("handshake-failed", "chain"), (pki) -> pki.ca.client("todo-client")
		.withChain(IntStream.range(0, 50).mapToObj((i) -> pki.ca.certificate()).toArray(X509Certificate[]::new))),

	// Out of time.

	EXPIRED(handshakeRefused("expired", "it expired at"), (pki) -> pki.good().expired().issue()),

	NOT_YET_VALID(handshakeRefused("not-yet-valid", "a clock is wrong"),
			(pki) -> pki.good()
				.validity(Instant.now().plusSeconds(86_400), Instant.now().plusSeconds(172_800))
				.issue()),

	EXPIRED_INTERMEDIATE(handshakeRefused("untrusted", "out of its validity"), (pki) -> {
		TestCa lower = pki.ca.leaf().commonName("lower").ca(null).expired().asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	// For something else.

	/** Whoever runs a server of this CA would be a client of ours. */
	FOR_SERVERS(handshakeRefused("wrong-purpose", "does not allow clientAuth"),
			(pki) -> pki.good().purposes(KeyPurposeId.id_kp_serverAuth).issue()),

	/** The server certificate of another service of the same CA, as it is. */
	SERVER_CERTIFICATE(handshakeRefused("wrong-purpose", "does not allow clientAuth"), (pki) -> pki.ca.server()),

	/** A CA for servers only; the JDK ignores the purposes of CA certificates. */
	INTERMEDIATE_FOR_SERVERS(forbidden("certificate-refused", "does not allow clientAuth"), (pki) -> {
		TestCa lower = pki.ca.leaf().commonName("lower").ca(null).purposes(KeyPurposeId.id_kp_serverAuth).asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	FOR_ANYTHING(served(), (pki) -> pki.good().purposes(KeyPurposeId.anyExtendedKeyUsage).issue()),

	FOR_BOTH_ENDS(served(),
			(pki) -> pki.good().purposes(KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth).issue()),

	/** No ExtendedKeyUsage means any purpose. */
	WITHOUT_PURPOSE(served(), (pki) -> pki.good().purposes().issue()),

	/** What the script of the Go sample makes. */
	VERSION_1_WITHOUT_EXTENSIONS(served(), (pki) -> pki.good().v1().issue()),

	/** A version 1 certificate says nothing of CAs, so it must not be taken for one. */
	ISSUED_BY_VERSION_1(handshakeRefused("untrusted", "may not issue"), (pki) -> {
		Issued other = pki.ca.leaf().commonName("other").v1().issue();
		return other.asCa().client("todo-client").withChain(other.certificate());
	}),

	WITHOUT_DIGITAL_SIGNATURE(handshakeRefused("wrong-purpose", "digitalSignature"),
			(pki) -> pki.good().keyUsage(KeyUsage.keyAgreement).issue()),

	/** Its owner could issue any other name; the JDK takes it for a leaf. */
	CA_AS_A_LEAF(forbidden("certificate-refused", "it is a CA certificate"),
			(pki) -> pki.good()
				.ca(null)
				.keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign)
				.purposes(KeyPurposeId.id_kp_clientAuth)
				.issue()),

	/** The trusted CA certificate itself, by whoever holds its key. */
	OUR_OWN_CA(forbidden("certificate-refused", "it is a CA certificate"), (pki) -> pki.callingCa),

	/** A rule that we do not know must not be ignored (RFC 5280 section 4.2). */
	UNKNOWN_CRITICAL_EXTENSION(handshakeRefused("untrusted", "does not know, 1.3.6.1.4.1.99999.1"),
			(pki) -> pki.good()
				.extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), true, new byte[] { 5, 0 })
				.issue()),

	UNKNOWN_EXTENSION(served(),
			(pki) -> pki.good()
				.extension(new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), false, new byte[] { 5, 0 })
				.issue()),

	// Weak.

	RSA_1024(forbidden("certificate-refused", "its RSA key has 1024 bits"),
			(pki) -> pki.good().keyPair(TestCa.rsa(1024)).issue()),

	RSA_2048(served(), (pki) -> pki.good().keyPair(pki.rsa).issue()),

	ED25519(served(), (pki) -> pki.good().keyPair(keyPair("Ed25519")).issue()),

	/** The leaf is fine, the key that issued it can be factored. */
	INTERMEDIATE_WITH_RSA_1024(forbidden("certificate-refused", "its RSA key has 1024 bits"), (pki) -> {
		TestCa lower = pki.ca.leaf().commonName("lower").ca(null).keyPair(TestCa.rsa(1024)).asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	/** Two certificates with one SHA-1 signature can be made. */
	SHA1_WITH_ECDSA(handshakeRefused("weak-signature", "SHA1"), (pki) -> pki.good().signature("SHA1withECDSA").issue()),

	SHA1_WITH_RSA(handshakeRefused("weak-signature", "SHA1"),
			(pki) -> pki.goodOf(pki.rsaCa).signature("SHA1withRSA").issue()),

	MD5_WITH_RSA(handshakeRefused("weak-signature", "MD5"),
			(pki) -> pki.goodOf(pki.rsaCa).signature("MD5withRSA").issue()),

	/** Here the broken hash is not in the name of the algorithm. */
	SHA1_WITH_RSASSA_PSS(forbidden("certificate-refused", "SHA-1 with RSASSA-PSS"), (pki) -> pki.pss("SHA1")),

	SHA256_WITH_RSASSA_PSS(served(), (pki) -> pki.pss("SHA256")),

	INTERMEDIATE_WITH_SHA1(handshakeRefused("weak-signature", "SHA1"), (pki) -> {
		TestCa lower = pki.ca.leaf().commonName("lower").ca(null).signature("SHA1withECDSA").asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	/** It looks like a root, whose signature nobody needs; but it is below one. */
	INTERMEDIATE_WITH_SHA1_NAMED_LIKE_ITS_ISSUER(handshakeRefused("weak-signature", "SHA1"), (pki) -> {
		TestCa lower = pki.ca.leaf().commonName("test-ca").ca(null).signature("SHA1withECDSA").asCa();
		return lower.client("todo-client").withChain(lower.certificate());
	}),

	// Large.

	/** More than 32 KiB of certificate are not even read. */
	FIVE_THOUSAND_NAMES(handshakeRefused("handshake-failed", "exceeds the maximum allowed size"),
			(pki) -> pki.good().names(names(5000)).issue()),

	FIVE_HUNDRED_NAMES(served(), (pki) -> pki.good().names(names(500)).issue()),

	/** It must not fill the log. */
	LONG_SUBJECT(forbidden("unknown-caller", "\"stranger\" is not on the allow-list"),
			(pki) -> pki.subject(BCStyle.OU, utf8("x".repeat(20_000)), BCStyle.CN, utf8("stranger"))),

	/** Anyone can send this one; it must not fill the log either. */
	SELF_SIGNED_WITH_LONG_NAMES_AND_SERIAL_NUMBER(handshakeRefused("untrusted", "is not among the trusted CAs"),
			(pki) -> pki.selfSigned(BigInteger.ONE.shiftLeft(60_000),
					new X500NameBuilder().addRDN(BCStyle.OU, utf8("\n\u001b[31m" + "x".repeat(5_000))).build())),

	// Who it names: the subject.

	/** The JDK does not even read it. */
	EMPTY_SUBJECT(handshakeRefused("handshake-failed", "subject field is empty"),
			(pki) -> pki.raw(MalformedNames.encoded(new X500Name(new RDN[0])))),

	/** A name that claims to be longer than the certificate. */
	TRUNCATED_SUBJECT(handshakeRefused("handshake-failed", "arse"),
			(pki) -> pki.raw(new byte[] { 0x30, 0x7f, 0x31, 0x01 })),

	/** RFC 5280 then wants the name in a critical SAN. */
	EMPTY_SUBJECT_WITH_ALTERNATIVE_NAME(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.good()
				.subject()
				.extension(Extension.subjectAlternativeName, true, encoded(new GeneralNames(names(1))))
				.issue()),

	NO_COMMON_NAME(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.subject(BCStyle.O, utf8("todo-client"), BCStyle.OU, utf8("todo-client"))),

	/** Which of the two a reader takes depends on the reader. */
	TWO_COMMON_NAMES(forbidden("several-common-names", "has 2 Common Names"),
			(pki) -> pki.subject(BCStyle.CN, utf8("stranger"), BCStyle.CN, utf8("todo-client"))),

	TWO_COMMON_NAMES_THE_OTHER_WAY(forbidden("several-common-names", "has 2 Common Names"),
			(pki) -> pki.subject(BCStyle.CN, utf8("todo-client"), BCStyle.CN, utf8("stranger"))),

	TWO_EQUAL_COMMON_NAMES(forbidden("several-common-names", "has 2 Common Names"),
			(pki) -> pki.subject(BCStyle.CN, utf8("todo-client"), BCStyle.CN, utf8("todo-client"))),

	TWO_COMMON_NAMES_IN_ONE_RDN(forbidden("several-common-names", "has 2 Common Names"),
			(pki) -> pki.subject(
					new X500NameBuilder()
						.addMultiValuedRDN(new ASN1ObjectIdentifier[] { BCStyle.CN, BCStyle.CN },
								new ASN1Encodable[] { utf8("stranger"), utf8("todo-client") })
						.build())),

	/** Many readers overlook the second value of an RDN. */
	COMMON_NAME_BESIDE_A_MULTI_VALUED_ONE(forbidden("several-common-names", "has 2 Common Names"),
			(pki) -> pki.subject(new X500NameBuilder().addRDN(BCStyle.CN, utf8("todo-client"))
				.addMultiValuedRDN(new ASN1ObjectIdentifier[] { BCStyle.OU, BCStyle.CN },
						new ASN1Encodable[] { utf8("unit"), utf8("stranger") })
				.build())),

	COMMON_NAME_IN_A_MULTI_VALUED_RDN(served(),
			(pki) -> pki.subject(
					new X500NameBuilder()
						.addMultiValuedRDN(new ASN1ObjectIdentifier[] { BCStyle.CN, BCStyle.OU },
								new ASN1Encodable[] { utf8("todo-client"), utf8("unit") })
						.build())),

	PRINTABLE_STRING(served(), (pki) -> pki.named(new DERPrintableString("todo-client"))),

	// String types whose letters depend on the reader.

	BMP_STRING(forbidden("unusable-common-name", "neither a UTF8String nor a PrintableString"),
			(pki) -> pki.named(new DERBMPString("todo-client"))),

	T61_STRING(forbidden("unusable-common-name", "neither a UTF8String nor a PrintableString"),
			(pki) -> pki.named(new DERT61String("todo-client"))),

	IA5_STRING(forbidden("unusable-common-name", "neither a UTF8String nor a PrintableString"),
			(pki) -> pki.named(new DERIA5String("todo-client"))),

	UNIVERSAL_STRING(forbidden("unusable-common-name", "neither a UTF8String nor a PrintableString"),
			(pki) -> pki.named(new DERUniversalString("todo-client".getBytes(Charset.forName("UTF-32BE"))))),

	NO_STRING_AT_ALL(forbidden("unusable-common-name", "neither a UTF8String nor a PrintableString"),
			(pki) -> pki.named(DERNull.INSTANCE)),

	BROKEN_UTF8(forbidden("unusable-common-name", "is not UTF-8"),
			(pki) -> pki.named(utf8(new byte[] { 't', 'o', 'd', 'o', (byte) 0xff, 'c' }))),

	/** The letter "o" in two bytes where one is right. */
	OVERLONG_UTF8(forbidden("unusable-common-name", "is not UTF-8"),
			(pki) -> pki.named(
					utf8(new byte[] { 't', (byte) 0xc1, (byte) 0xaf, 'd', 'o', '-', 'c', 'l', 'i', 'e', 'n', 't' }))),

	/** Half a character beyond 16 bits. */
	SURROGATE_IN_UTF8(forbidden("unusable-common-name", ""),
			(pki) -> pki.named(utf8(new byte[] { 't', (byte) 0xed, (byte) 0xa0, (byte) 0x80 }))),

	// Look-alikes.

	/** A reader of the textual form finds CN=todo-client in all of these. */
	COMMON_NAME_HIDDEN_IN_ORGANIZATIONAL_UNIT(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.subject(BCStyle.OU, utf8("x, CN=todo-client"))),

	COMMON_NAME_HIDDEN_IN_EMAIL_ADDRESS(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.subject(BCStyle.EmailAddress, new DERIA5String("a@b,CN=todo-client"))),

	COMMON_NAME_HIDDEN_IN_COMMON_NAME(forbidden("unknown-caller", "\"x,CN=todo-client\" is not on the allow-list"),
			(pki) -> pki.named("x,CN=todo-client")),

	COMMON_NAME_BEFORE_A_COMMA(forbidden("unknown-caller", "is not on the allow-list"),
			(pki) -> pki.named("todo-client,OU=x")),

	COMMON_NAME_IN_SERIAL_NUMBER(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.subject(BCStyle.SERIALNUMBER, new DERPrintableString("todo-client"))),

	/** A number that starts like the one of CN. */
	COMMON_NAME_UNDER_ANOTHER_TYPE(forbidden("no-common-name", "has no Common Name"),
			(pki) -> pki.subject(new ASN1ObjectIdentifier("2.5.4.3.1"), utf8("todo-client"))),

	/** The CN names the caller, not the SAN. */
	SUBJECT_ALTERNATIVE_NAME_OF_ANOTHER(forbidden("unknown-caller", "\"stranger\" is not on the allow-list"),
			(pki) -> pki.ca.leaf()
				.commonName("stranger")
				.purposes(KeyPurposeId.id_kp_clientAuth)
				.names(new GeneralName(GeneralName.dNSName, "todo-client"),
						new GeneralName(new X500Name("CN=todo-client")))
				.issue()),

	/** C programs see the end of the text at the NUL. */
	NUL(forbidden("unusable-common-name", "control characters"), (pki) -> pki.named("todo-client\0.evil")),

	/** A second, forged line in the log. */
	LINE_BREAK(forbidden("unusable-common-name", "control characters"),
			(pki) -> pki.named("todo-client\n2026-01-01 INFO admitted")),

	TERMINAL_ESCAPE(forbidden("unusable-common-name", "control characters"),
			(pki) -> pki.named("\u001b[2Jtodo-client")),

	QUOTES(forbidden("unknown-caller", "is not on the allow-list"), (pki) -> pki.named("x\" reason=admitted why=\"")),

	FULL_WIDTH(forbidden("unknown-caller", "is not on the allow-list"),
			(pki) -> pki.named("\uff54\uff4f\uff44\uff4f-client")),

	/** The second letter is a Cyrillic one. */
	HOMOGLYPH(forbidden("unknown-caller", "(t\\u043edo-client) is not on the allow-list"),
			(pki) -> pki.named("t\u043edo-client")),

	COMBINING_CHARACTER(forbidden("unknown-caller", "(todo-client\\u0301) is not on the allow-list"),
			(pki) -> pki.named("todo-client\u0301")),

	UPPER_CASE(forbidden("unknown-caller", "\"TODO-CLIENT\" is not on the allow-list"),
			(pki) -> pki.named("TODO-CLIENT")),

	LEADING_BLANK(forbidden("unusable-common-name", "begins or ends with a blank"), (pki) -> pki.named(" todo-client")),

	TRAILING_BLANK(forbidden("unusable-common-name", "begins or ends with a blank"),
			(pki) -> pki.named("todo-client ")),

	NO_BREAK_SPACE(forbidden("unusable-common-name", "begins or ends with a blank"),
			(pki) -> pki.named("todo-client\u00a0")),

	ZERO_WIDTH_SPACE(forbidden("unknown-caller", "-service, but \"todo-client\" is"),
			(pki) -> pki.named("todo-\u200bclient")),

	/** The text after it is shown from right to left. */
	RIGHT_TO_LEFT_OVERRIDE(forbidden("unknown-caller", "is not on the allow-list"),
			(pki) -> pki.named("\u202etneilc-odot")),

	EMPTY_COMMON_NAME(forbidden("unusable-common-name", "has 0 characters"), (pki) -> pki.named("")),

	SIXTY_FIVE_CHARACTERS(forbidden("unusable-common-name", "has 65 characters"), (pki) -> pki.named("x".repeat(65))),

	SIXTY_FOUR_CHARACTERS(forbidden("unknown-caller", "is not on the allow-list"), (pki) -> pki.named("x".repeat(64))),

	STRANGER(forbidden("unknown-caller", "\"stranger\" is not on the allow-list"), (pki) -> pki.named("stranger"));

	private final Outcome outcome;

	private final Function<Pki, @Nullable Issued> issue;

	AttackCertificate(Outcome outcome, Function<Pki, @Nullable Issued> issue) {
		this.outcome = outcome;
		this.issue = issue;
	}

	Outcome outcome() {
		return this.outcome;
	}

	/** A new one of its kind, or {@code null} for none. */
	@Nullable Issued issue(Pki pki) {
		return this.issue.apply(pki);
	}

	/**
	 * What has to come of it.
	 *
	 * @param status the HTTP status, or 0 where the handshake has to fail
	 * @param reason the reason in the log and in the answer
	 * @param why a part of the explanation
	 */
	record Outcome(int status, String reason, String why) {

		static Outcome served() {
			return new Outcome(200, "", "");
		}

		static Outcome forbidden(String reason, String why) {
			return new Outcome(403, reason, why);
		}

		static Outcome handshakeRefused(String reason, String why) {
			return new Outcome(0, reason, why);
		}

	}

	private static ASN1Encodable utf8(String text) {
		return new DERUTF8String(text);
	}

	/** Whatever bytes, said to be UTF-8. */
	private static ASN1Encodable utf8(byte[] bytes) {
		try {
			byte[] encoded = new byte[bytes.length + 2];
			encoded[0] = BERTags.UTF8_STRING;
			encoded[1] = (byte) bytes.length;
			System.arraycopy(bytes, 0, encoded, 2, bytes.length);
			return ASN1Primitive.fromByteArray(encoded);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static KeyPair keyPair(String algorithm) {
		try {
			return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static GeneralName[] names(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new GeneralName(GeneralName.dNSName, "host-" + i + ".example"))
			.toArray(GeneralName[]::new);
	}

	/** Only subjects of the organization "Inside". */
	private static byte[] onlyInside() {
		return encoded(new NameConstraints(
				new GeneralSubtree[] { new GeneralSubtree(new GeneralName(new X500Name("O=Inside"))) }, null));
	}

	private static byte[] encoded(ASN1Object value) {
		try {
			return value.getEncoded();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The CAs the service trusts. */
	static final class Pki {

		private final KeyPair rsa = TestCa.rsa(2048);

		private final Issued callingCa = TestCa.root("test-ca").issue();

		final TestCa ca = this.callingCa.asCa();

		private final TestCa rsaCa = TestCa.root("rsa-ca").keyPair(this.rsa).asCa();

		private final TestCa shortPathCa = TestCa.root("short-path-ca").ca(0).asCa();

		private final TestCa shortPathIntermediate = TestCa.root("elsewhere")
			.asCa()
			.leaf()
			.commonName("short-path-intermediate")
			.ca(0)
			.asCa();

		private final TestCa constrainedCa = TestCa.root("constrained-ca")
			.extension(Extension.nameConstraints, true, onlyInside())
			.asCa();

		private final TestCa intermediate = this.ca.leaf().commonName("intermediate").ca(0).asCa();

		/** The trust file of the service. */
		String trustedPem() {
			return this.ca.certificatePem() + this.rsaCa.certificatePem() + this.shortPathCa.certificatePem()
					+ this.shortPathIntermediate.certificatePem() + this.constrainedCa.certificatePem();
		}

		private Builder good() {
			return goodOf(this.ca);
		}

		private Builder goodOf(TestCa issuer) {
			return issuer.leaf().commonName("todo-client").purposes(KeyPurposeId.id_kp_clientAuth);
		}

		private Issued named(String commonName) {
			return named(utf8(commonName));
		}

		private Issued named(ASN1Encodable commonName) {
			return subject(BCStyle.CN, commonName);
		}

		private Issued subject(Object... typesAndValues) {
			return good().subject(typesAndValues).issue();
		}

		private Issued subject(X500Name subject) {
			return good().subject(subject).issue();
		}

		/** Signed with RSASSA-PSS and this hash. */
		private Issued pss(String hash) {
			KeyPair own = TestCa.ec("secp256r1");
			try {
				X509Certificate certificate = new JcaX509CertificateConverter()
					.getCertificate(new JcaX509v3CertificateBuilder(this.rsaCa.certificate(),
							new BigInteger(127, new java.security.SecureRandom()),
							Date.from(Instant.now().minusSeconds(60)), Date.from(Instant.now().plusSeconds(3600)),
							new X500Name("CN=todo-client"), own.getPublic())
						.build(new JcaContentSignerBuilder(hash + "withRSAandMGF1")
							.setProvider(new BouncyCastleProvider())
							.build(this.rsa.getPrivate())));
				return new Issued(List.of(certificate), own.getPrivate(), own);
			}
			catch (GeneralSecurityException | OperatorCreationException ex) {
				throw new IllegalStateException(ex);
			}
		}

		/** With these bytes as its subject. */
		Issued raw(byte[] subject) {
			Issued good = good().issue();
			X509Certificate raw = new RawCertificate(
					MalformedNames.certificate(good.certificate(), subject, this.callingCa.key()),
					good.certificate().getPublicKey());
			return new Issued(List.of(raw), good.key(), good.keyPair());
		}

		private Issued selfSigned(BigInteger serial, X500Name name) {
			KeyPair own = TestCa.ec("secp256r1");
			try {
				X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(
						new JcaX509v3CertificateBuilder(name, serial, Date.from(Instant.now().minusSeconds(60)),
								Date.from(Instant.now().plusSeconds(3600)), name, own.getPublic())
							.build(new JcaContentSignerBuilder("SHA256withECDSA").build(own.getPrivate())));
				return new Issued(List.of(certificate), own.getPrivate(), own);
			}
			catch (GeneralSecurityException | OperatorCreationException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

}
