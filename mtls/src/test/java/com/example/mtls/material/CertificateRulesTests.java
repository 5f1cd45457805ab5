package com.example.mtls.material;

import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateRefusedException.Reason;
import org.bouncycastle.asn1.x509.Extension;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A trusted CA that was renewed: with its old key, as most are, so that its two
 * certificates differ in nothing but their validity; or with a new one.
 */
class CertificateRulesTests {

	private static final Instant now = Instant.now();

	private final KeyPair key = TestCa.ec("secp256r1");

	private final TestCa ending = ca(now.minus(Duration.ofDays(9)), now.plus(Duration.ofDays(1)));

	private final TestCa renewed = ca(now.minus(Duration.ofDays(1)), now.plus(Duration.ofDays(9)));

	private final Issued caller = this.ending.client("todo-client");

	/** Which of them the JDK looks at first is not settled, so one try tells nothing. */
	@RepeatedTest(20)
	void checkWhenOneOfTwoCertificatesOfTheCaHasExpiredThenTheOtherCounts() throws Exception {
		TrustedPath path = CertificateRules.check(this.caller.chain(),
				List.of(this.ending.certificate(), this.renewed.certificate()), Purpose.CLIENT,
				now.plus(Duration.ofDays(2)));
		assertThat(path.certificates()).containsExactly(this.caller.certificate(), this.renewed.certificate());
		assertThat(path.holdsUntil()).isEqualTo(this.renewed.certificate().getNotAfter().toInstant());
	}

	@Test
	void checkWhenBothCertificatesOfTheCaHaveExpiredThenRefused() {
		assertThatExceptionOfType(CertificateRefusedException.class)
			.isThrownBy(() -> CertificateRules.check(this.caller.chain(),
					List.of(this.ending.certificate(), this.renewed.certificate()), Purpose.CLIENT,
					now.plus(Duration.ofDays(10))))
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.EXPIRED))
			.withMessageStartingWith("it expired at");
	}

	/** A CA renewed with its key may have given that another identifier. */
	@RepeatedTest(20)
	void checkWhenTwoCertificatesOfTheCaDifferInKeyIdentifierThenTheOneThatIsNamedCounts() throws Exception {
		TestCa before = identified(1);
		TestCa after = identified(2);
		Issued caller = after.leaf()
			.commonName("todo-client")
			.extension(Extension.authorityKeyIdentifier, false, new byte[] { 48, 4, (byte) 0x80, 2, 2, 2 })
			.issue();
		assertThat(CertificateRules
			.check(caller.chain(), List.of(before.certificate(), after.certificate()), Purpose.CLIENT, now)
			.certificates()).containsExactly(caller.certificate(), after.certificate());
		assertThatExceptionOfType(CertificateRefusedException.class)
			.isThrownBy(
					() -> CertificateRules.check(caller.chain(), List.of(before.certificate()), Purpose.CLIENT, now))
			.withMessageContaining("names the key identifier 02:02, and that certificate of the CA has 01:01");
	}

	private TestCa identified(int by) {
		return TestCa.root("our-ca")
			.keyPair(this.key)
			.extension(Extension.subjectKeyIdentifier, false, new byte[] { 4, 2, (byte) by, (byte) by })
			.asCa();
	}

	@Test
	void hasBrokenHashWhenParametersOfPssCannotBeReadThenMayBe() {
		assertThat(CertificateRules.hasBrokenHash("RSASSA-PSS", new byte[] { 1 })).isTrue();
		assertThat(CertificateRules.hasBrokenHash("RSASSA-PSS", null)).isTrue();
		assertThat(CertificateRules.hasBrokenHash("MD5withRSA", null)).isTrue();
		assertThat(CertificateRules.hasBrokenHash("SHA256withRSA", null)).isFalse();
	}

	/** As RFC 4210 section 4.4.1 has it, for peers that trust the old key only. */
	@Test
	void checkWhenNewKeyOfTheCaIsCertifiedByItsOldOneThenThatCanBeTrusted() throws Exception {
		TestCa newWithOld = this.renewed.leaf().commonName("our-ca").ca(0).asCa();
		Issued other = newWithOld.client("todo-client");
		assertThat(CertificateRules.check(other.chain(), List.of(newWithOld.certificate()), Purpose.CLIENT, now)
			.certificates()).containsExactly(other.certificate(), newWithOld.certificate());
	}

	/**
	 * A key of theirs can be made to take seconds, and any number of them can be sent.
	 */
	@Test
	void checkWhenChainIsOfStrangersThenTheirKeysAreNotUsedToSayWhereItEnds() {
		Issued caller = TestCa.create("a").client("todo-client");
		X509Certificate notItsIssuer = TestCa.create("b").leaf().commonName("a").ca(0).issue().certificate();
		assertThatExceptionOfType(CertificateRefusedException.class)
			.isThrownBy(() -> CertificateRules.check(List.of(caller.certificate(), notItsIssuer),
					List.of(this.renewed.certificate()), Purpose.CLIENT, now))
			.withMessageContaining("its issuer \"CN=b\" is not among the trusted CAs");
	}

	private TestCa ca(Instant notBefore, Instant notAfter) {
		return TestCa.root("our-ca").keyPair(this.key).validity(notBefore, notAfter).asCa();
	}

}
