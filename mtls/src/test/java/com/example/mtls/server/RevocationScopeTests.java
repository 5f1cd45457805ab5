package com.example.mtls.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.MutableClock;
import com.example.mtls.material.PemKind;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.TestTls;
import org.bouncycastle.asn1.ASN1Boolean;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lists that speak of a part of what their CA has issued, as those of step-ca, EJBCA, AWS
 * and AD CS do, and which of two lists is the newer.
 */
class RevocationScopeTests {

	private static final Issued ROOT = TestCa.root("test-ca").issue();

	private static final String HERE = "http://crl.example.com/CA/1.crl";

	private static final String ELSEWHERE = "http://crl.example.com/CA/2.crl";

	private static final Instant NOW = Instant.now();

	@TempDir
	Path folder;

	private final MutableClock clock = new MutableClock();

	private CurrentMaterial tls;

	@BeforeEach
	void load() {
		Issued server = ROOT.asCa().server();
		TestCa.write(this.folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(this.folder.resolve("server.key"), server.keyPem());
		trust(ROOT);
	}

	static Stream<Arguments> scopes() {
		DistributionPointName relative = new DistributionPointName(DistributionPointName.NAME_RELATIVE_TO_CRL_ISSUER,
				new DERSet(new AttributeTypeAndValue(BCStyle.CN, new DERUTF8String("part 1"))));
		GeneralName directory = new GeneralName(new X500NameBuilder().addRDN(BCStyle.CN, "test-ca")
			.addRDN(BCStyle.CN, new DERPrintableString("part 1"))
			.build());
		String ldap = "ldap:///CN=test-ca,CN=CDP,DC=example,DC=com?certificateRevocationList?base";
		return Stream
			.of(Arguments.of("step-ca: of no place, for users only", point(uri(HERE), true, false), null, true),
					Arguments.of("EJBCA, AWS: the same place", point(uri(HERE), false, false), points(uri(HERE)), true),
					Arguments.of("the second of its places", point(uri(HERE), false, false),
							points(uri(ELSEWHERE), uri(HERE)), true),
					Arguments.of("AD CS: several names of a place", point(uri(ldap, HERE), false, false),
							points(uri(ldap, HERE)), true),
					Arguments.of("one of several names", point(uri(ldap, HERE), false, false), points(uri(HERE)), true),
					Arguments.of("host in capitals", point(uri(HERE), false, false),
							points(uri("HTTP://CRL.Example.com/CA/1.crl")), true),
					Arguments.of("path in other capitals", point(uri(HERE), false, false),
							points(uri("http://crl.example.com/ca/1.crl")), false),
					Arguments.of("another place", point(uri(HERE), false, false), points(uri(ELSEWHERE)), false),
					Arguments.of("the right place, for CAs only", point(uri(HERE), false, true), points(uri(HERE)),
							false),
					Arguments.of("of no place, for CAs only", point(null, false, true), null, false),
					Arguments.of("users only, no name", point(null, true, false), points(uri(ELSEWHERE)), true),
					Arguments.of("nothing said", point(null, false, false), points(uri(HERE)), true),
					Arguments.of("no issuingDistributionPoint", null, points(uri(HERE)), true),
					Arguments.of("relative names", point(relative, false, false), points(relative), true),
					Arguments.of("a relative name and a full one", point(relative, false, false),
							points(new DistributionPointName(new GeneralNames(directory))), true),
					Arguments.of("another kind of name", point(uri("dns:test-ca"), false, false),
							points(new DistributionPointName(
									new GeneralNames(new GeneralName(GeneralName.dNSName, "dns:test-ca")))),
							false),
					Arguments.of("a place for some reasons", point(uri(HERE), false, false),
							new CRLDistPoint(new DistributionPoint[] { new DistributionPoint(uri(HERE),
									new ReasonFlags(ReasonFlags.keyCompromise), null) }),
							false),
					Arguments.of("a place of another issuer", point(uri(HERE), false, false),
							new CRLDistPoint(new DistributionPoint[] { new DistributionPoint(uri(HERE), null,
									new GeneralNames(new GeneralName(new X500Name("CN=other-ca")))) }),
							false),
					Arguments.of("no names at its place", point(uri(HERE), false, false),
							new CRLDistPoint(new DistributionPoint[] { new DistributionPoint(null, null,
									new GeneralNames(new GeneralName(new X500Name("CN=test-ca")))) }),
							false),
					Arguments.of("places that cannot be read", point(uri(HERE), false, false), DERNull.INSTANCE,
							false));
	}

	/** Asked about the certificates that it covers, and only about them. */
	@ParameterizedTest(name = "{0}")
	@MethodSource("scopes")
	void checkWhenListIsOfAPartThenAskedOnlyAboutWhatItCovers(String what, IssuingDistributionPoint scope,
			ASN1Encodable places, boolean covered) {
		X509Certificate good = caller(ROOT, places);
		X509Certificate bad = caller(ROOT, places);
		RevocationLists revoked = revoked(list(ROOT, scope, 0, null, bad));
		assertThat(reason(revoked, good)).isEqualTo(covered ? null : Reason.REVOCATION_UNKNOWN);
		assertThat(reason(revoked, bad)).isEqualTo(covered ? Reason.REVOKED : Reason.REVOCATION_UNKNOWN);
	}

	static Stream<ASN1Encodable> unknownKinds() {
		ReasonFlags some = new ReasonFlags(ReasonFlags.keyCompromise);
		return Stream.of(new IssuingDistributionPoint(uri(HERE), false, false, some, false, false),
				new IssuingDistributionPoint(uri(HERE), false, false, null, true, false),
				new IssuingDistributionPoint(null, true, false, null, true, false),
				new IssuingDistributionPoint(null, false, false, null, false, true),
				new DERSequence(new ASN1Encodable[] { new DERTaggedObject(false, 1, ASN1Boolean.TRUE),
						new DERTaggedObject(false, 2, ASN1Boolean.TRUE) }));
	}

	@ParameterizedTest
	@MethodSource("unknownKinds")
	void startWhenListIsOfSomeReasonsOrIndirectThenRefused(ASN1Encodable scope) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> revoked(list(ROOT, scope, 0, null)))
			.withMessageContaining("partial, indirect or unknown kind");
	}

	@Test
	void checkWhenListIsInPartsThenEachIsAskedAboutItsOwnAndAllAboutWhoNamesNone() {
		X509Certificate here = caller(ROOT, points(uri(HERE)));
		X509Certificate there = caller(ROOT, points(uri(ELSEWHERE)));
		X509Certificate anywhere = caller(ROOT, null);
		RevocationLists revoked = revoked(list(ROOT, point(uri(HERE), true, false), 0, null, there),
				list(ROOT, point(uri(ELSEWHERE), true, false), 0, null, anywhere));
		assertThat(reason(revoked, here)).isNull();
		assertThat(reason(revoked, there)).isNull();
		assertThat(reason(revoked, anywhere)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, caller(ROOT, null))).isNull();
		assertThat(reason(revoked, caller(ROOT, points(uri("http://crl.example.com/CA/3.crl")))))
			.isEqualTo(Reason.REVOCATION_UNKNOWN);
	}

	@Test
	void checkWhenOnePartHasRunOutThenUnknownForThoseItCovers() {
		RevocationLists revoked = revoked(list(ROOT, point(uri(HERE), false, false), 0, null),
				list(ROOT, point(uri(ELSEWHERE), false, false), -3_600, null));
		X509Certificate here = caller(ROOT, points(uri(HERE)));
		this.clock.ahead(Duration.ofDays(1).minusMinutes(30));
		assertThat(reason(revoked, here)).isNull();
		assertThat(reason(revoked, caller(ROOT, points(uri(ELSEWHERE))))).isEqualTo(Reason.REVOCATION_UNKNOWN);
		assertThat(reason(revoked, caller(ROOT, null))).isEqualTo(Reason.REVOCATION_UNKNOWN);
	}

	@Test
	void lookWhenAPartIsMissingOrThereTwiceThenAllGoOn() {
		X509CRL first = list(ROOT, point(uri(HERE), false, false), 0, null);
		X509CRL second = list(ROOT, point(uri(ELSEWHERE), false, false), 0, null);
		RevocationLists revoked = revoked(first, second);
		X509Certificate caller = caller(ROOT, points(uri(HERE)));
		replace(revoked, second);
		assertThat(revoked.isRefused()).isTrue();
		assertThat(reason(revoked, caller)).isNull();
		assertThatExceptionOfType(SettingException.class)
			.isThrownBy(() -> revoked(first, list(ROOT, point(uri(HERE, ELSEWHERE), false, false), 0, null)))
			.withMessageContaining("two revocation lists of the same issuer");
		replace(revoked, list(ROOT, point(uri(HERE, "ldap:///CN=new"), false, false), 5, null, caller), second);
		assertThat(revoked.isRefused()).isFalse();
		assertThat(reason(revoked, caller)).isEqualTo(Reason.REVOKED);
	}

	@Test
	void checkWhenIntermediateIsInTheChainThenItsListIsNeededToo() {
		Issued intermediate = ROOT.asCa().leaf().commonName("intermediate").ca(0).issue();
		List<X509Certificate> chain = List.of(caller(intermediate, null), intermediate.certificate());
		X509CRL ofAuthorities = list(ROOT, point(null, false, true), 0, null);
		assertThat(reason(revoked(ofAuthorities), chain)).isEqualTo(Reason.REVOCATION_UNKNOWN);
		// As with step-ca, whose root has no list: the intermediate is what is trusted.
		trust(ROOT, intermediate);
		X509CRL ofUsers = list(intermediate, point(uri(HERE), true, false), 0, null);
		assertThat(reason(revoked(ofUsers), chain)).isNull();
		assertThat(reason(revoked(ofAuthorities), chain)).isEqualTo(Reason.REVOCATION_UNKNOWN);
		// Tied to the root it needs both.
		AllowedCallers tied = new AllowedCallers(
				new CallerSettings(List.of(new CallerSettings.Entry("caller", List.of("read"),
						List.of(Fingerprint.of(ROOT.certificate()).toString()))), List.of(), null),
				Identity.CN, TestTls::variable);
		assertThat(reason(tied, revoked(ofUsers), chain)).isEqualTo(Reason.REVOCATION_UNKNOWN);
		assertThat(reason(tied, revoked(ofAuthorities, ofUsers), chain)).isNull();
		assertThat(reason(tied,
				revoked(list(ROOT, point(null, false, true), 0, null, intermediate.certificate()), ofUsers), chain))
			.isEqualTo(Reason.REVOKED);
	}

	/**
	 * The list in use has number 5. Seconds and number of the next, whether it is taken.
	 */
	@ParameterizedTest
	@CsvSource({ "0, 6, true", "0, 4, false", "0, 5, true", "0, , true", "1, 6, true", "1, , true", "-1, 5, false",
			"-1, 4, false", "-1, , false",
			// A clock was set back, and a CA was restored.
			"-1, 6, true", "1, 4, true" })
	void lookWhenThereIsAnotherListThenNumberAndTimeSayWhetherItIsNewer(int seconds, Integer number, boolean taken) {
		X509Certificate caller = caller(ROOT, null);
		X509CRL first = list(ROOT, null, 0, 5);
		RevocationLists revoked = revoked(first);
		replace(revoked, list(ROOT, null, seconds, number, caller));
		assertThat(revoked.isRefused()).isNotEqualTo(taken);
		assertThat(reason(revoked, caller)).isEqualTo(taken ? Reason.REVOKED : null);
		if (taken && number != null && number != 5) {
			// What was revoked by it stays so, whatever of the older ones comes back.
			replace(revoked, first);
			assertThat(revoked.isRefused()).isTrue();
			replace(revoked, list(ROOT, null, 0, 3));
			assertThat(revoked.isRefused()).isTrue();
			assertThat(reason(revoked, caller)).isEqualTo(Reason.REVOKED);
		}
	}

	@Test
	void lookWhenAnotherCaGetsAListThenTheOneOfASetBackClockStays() {
		Issued second = TestCa.root("second-ca").issue();
		trust(ROOT, second);
		X509CRL back = list(ROOT, null, -1, 6);
		RevocationLists revoked = revoked(list(ROOT, null, 0, 5), list(second, null, 0, 1));
		assertThat(revoked.current().get(ROOT.certificate().getPublicKey())).singleElement()
			.asString()
			.endsWith(", number 5");
		replace(revoked, back, list(second, null, 0, 1));
		replace(revoked, back, list(second, null, 1, 2));
		assertThat(revoked.isRefused()).isFalse();
	}

	private void trust(Issued... cas) {
		TestCa.write(this.folder.resolve("ca.crt"), TestCa.pem(Stream.of(cas).map(Issued::certificate).toArray()));
		this.tls = TestTls.load(TestTls.settings(Purpose.SERVER, this.folder), Purpose.SERVER, this.clock,
				new DefaultSslBundleRegistry());
	}

	private RevocationLists revoked(X509CRL... lists) {
		TestCa.write(this.folder.resolve("ca.crl"), TestCa.pem((Object[]) lists));
		return lists(this.folder.resolve("ca.crl").toString());
	}

	private void replace(RevocationLists revoked, X509CRL... lists) {
		TestCa.write(this.folder.resolve("ca.crl"), TestCa.pem((Object[]) lists));
		revoked.look();
		revoked.look();
	}

	private Reason reason(RevocationLists revoked, X509Certificate caller) {
		return reason(revoked, List.of(caller));
	}

	private Reason reason(RevocationLists revoked, List<X509Certificate> chain) {
		return reason(new AllowedCallers(
				new CallerSettings(List.of(new CallerSettings.Entry("caller", List.of("read"), null)), List.of(), null),
				Identity.CN, TestTls::variable), revoked, chain);
	}

	/** Why the caller is refused, or {@code null} if it is admitted. */
	private Reason reason(AllowedCallers allowed, RevocationLists revoked, List<X509Certificate> chain) {
		try {
			new Admission(this.tls, revoked, allowed, this.clock, "todo-service")
				.admit(chain.toArray(X509Certificate[]::new));
			return null;
		}
		catch (CallerRefusedException ex) {
			return ex.reason();
		}
	}

	private static X509Certificate caller(Issued ca, ASN1Encodable places) {
		TestCa.Builder builder = ca.asCa().leaf().commonName("caller").purposes(KeyPurposeId.id_kp_clientAuth);
		try {
			return ((places != null)
					? builder.extension(Extension.cRLDistributionPoints, false, places.toASN1Primitive().getEncoded())
					: builder)
				.issue()
				.certificate();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static DistributionPointName uri(String... uris) {
		return new DistributionPointName(new GeneralNames(Stream.of(uris)
			.map((uri) -> new GeneralName(GeneralName.uniformResourceIdentifier, uri))
			.toArray(GeneralName[]::new)));
	}

	private static IssuingDistributionPoint point(DistributionPointName name, boolean users, boolean authorities) {
		return new IssuingDistributionPoint(name, users, authorities, null, false, false);
	}

	private static CRLDistPoint points(DistributionPointName... names) {
		return new CRLDistPoint(Stream.of(names)
			.map((name) -> new DistributionPoint(name, null, null))
			.toArray(DistributionPoint[]::new));
	}

	/** A list for a day, with its seconds from now and its number. */
	private static X509CRL list(Issued ca, ASN1Encodable scope, int seconds, Integer number,
			X509Certificate... revoked) {
		try {
			Instant start = NOW.minusSeconds(60).plusSeconds(seconds);
			JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(ca.certificate().getSubjectX500Principal(),
					Date.from(start));
			builder.setNextUpdate(Date.from(start.plus(Duration.ofDays(1))));
			for (X509Certificate each : revoked) {
				builder.addCRLEntry(each.getSerialNumber(), Date.from(start), CRLReason.keyCompromise);
			}
			if (scope != null) {
				builder.addExtension(Extension.issuingDistributionPoint, true, scope);
			}
			if (number != null) {
				builder.addExtension(Extension.cRLNumber, false, new CRLNumber(BigInteger.valueOf(number)));
			}
			return new JcaX509CRLConverter()
				.getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(ca.key())));
		}
		catch (GeneralSecurityException | OperatorCreationException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private RevocationLists lists(String crl) {
		RevocationLists lists = new RevocationLists(TestTls.setting("CRL_FILE_PATH", PemKind.REVOCATION_LIST, crl),
				this.tls, this.clock);
		lists.current();
		return lists;
	}

}
