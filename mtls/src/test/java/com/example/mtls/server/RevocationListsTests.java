package com.example.mtls.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
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
import com.sun.net.httpserver.HttpServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLNumber;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Lists that must not be used, good ones that run out, and a few thousand malformed ones.
 */
@ExtendWith(OutputCaptureExtension.class)
class RevocationListsTests {

	private static final Issued ROOT = TestCa.root("test-ca").issue();

	private static final Issued SECOND = TestCa.root("second-ca").keyPair(TestCa.rsa(2048)).issue();

	private static final Issued UNSIGNING = TestCa.root("unsigning-ca").keyUsage(KeyUsage.keyCertSign).issue();

	private static final Issued FOREIGN = TestCa.root("test-ca").issue();

	private static final X509Certificate BAD = ROOT.asCa().client("bad").certificate();

	private static final X509Certificate GOOD = ROOT.asCa().client("todo-client").certificate();

	private static final AllowedCallers NOBODY = new AllowedCallers(new CallerSettings(List.of(), List.of(), null),
			Identity.CN, TestTls::variable);

	@TempDir
	Path folder;

	private final MutableClock clock = new MutableClock();

	private CurrentMaterial tls;

	@BeforeEach
	void load() {
		Issued server = ROOT.asCa().server();
		TestCa.write(this.folder.resolve("server.crt"), server.certificatePem());
		TestCa.write(this.folder.resolve("server.key"), server.keyPem());
		trust(ROOT, SECOND, UNSIGNING);
		this.tls = TestTls.load(TestTls.settings(Purpose.SERVER, this.folder), Purpose.SERVER, this.clock,
				new DefaultSslBundleRegistry());
	}

	static Stream<Arguments> unusable() throws Exception {
		byte[] der = list(ROOT).getEncoded();
		byte[] tampered = der.clone();
		// The serial number of the only entry, so that another certificate is revoked.
		tampered[indexOf(der, BAD.getSerialNumber().toByteArray()) + 5] ^= 1;
		return Stream.of(Arguments.of("", "is an empty file"), Arguments.of("no list", "is not PEM"),
				Arguments.of(ROOT.certificatePem(), "holds a certificate where a revocation list belongs"),
				Arguments.of("-----BEGIN X509 CRL-----\nbm90IGEgbGlzdA==\n-----END X509 CRL-----\n", "damaged"),
				Arguments.of("-----BEGIN X509 CRL-----\n%%%%\n-----END X509 CRL-----\n", "damaged"),
				Arguments.of("-----BEGIN X509 CRL-----\n-----END X509 CRL-----\n", "damaged"),
				Arguments.of(pem(list(ROOT)).substring(0, 200), "is cut off"),
				Arguments.of(pem(tampered), "no trusted CA has signed"),
				Arguments.of(pem(list(TestCa.root("elsewhere").issue())), "no trusted CA has signed"),
				Arguments.of(pem(list(FOREIGN)), "no trusted CA has signed"),
				Arguments.of(pem(list(UNSIGNING)), "no trusted CA has signed"),
				// Every client has a certificate of the CA, none of them is the CA.
				Arguments.of(pem(list(ROOT.asCa().client("todo-client"))), "no trusted CA has signed"),
				Arguments.of(pem(list(ROOT, "SHA1withECDSA", (builder) -> {
				})), "no trusted CA has signed"), Arguments.of(pem(list(SECOND, "SHA1withRSAandMGF1", (builder) -> {
				})), "no trusted CA has signed"), Arguments.of(pem(list(ROOT, (builder) -> {
					builder.setThisUpdate(Date.from(Instant.now().minusSeconds(200)));
					builder.setNextUpdate(Date.from(Instant.now().minusSeconds(100)));
				})), "is too old"),
				Arguments.of(pem(ROOT.asCa().revoke(Instant.now().minusSeconds(60), null, BAD)), "without nextUpdate"),
				Arguments.of(
						pem(list(ROOT,
								(builder) -> builder.setThisUpdate(Date.from(Instant.now().plusSeconds(3_000))))),
						"of the future"),
				Arguments.of(
						pem(list(ROOT,
								(builder) -> add(builder, Extension.deltaCRLIndicator, new CRLNumber(BigInteger.ONE)))),
						"partial, indirect or unknown kind"),
				Arguments.of(
						pem(list(ROOT,
								(builder) -> add(builder, Extension.issuingDistributionPoint,
										new IssuingDistributionPoint(null, false, false, null, true, false)))),
						"partial, indirect or unknown kind"),
				Arguments.of(pem(list(ROOT,
						(builder) -> add(builder, new ASN1ObjectIdentifier("1.3.6.1.4.1.99999.1"), DERNull.INSTANCE))),
						"partial, indirect or unknown kind"),
				// What follows such an entry is revoked for the CA that it names.
				Arguments.of(
						pem(list(ROOT,
								(builder) -> builder.addCRLEntry(BigInteger.TEN, new Date(), ofAnotherIssuer()))),
						"partial, indirect or unknown kind"),
				Arguments.of(pem(list(ROOT)) + pem(list(ROOT)), "two revocation lists of the same issuer"),
				// The good one does not help a bad one in.
				Arguments.of(pem(list(ROOT)) + pem(list(FOREIGN)), "no trusted CA has signed"));
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void startWhenListIsUnusableThenFailsAndSaysWhy(String text, String why) {
		Path file = TestCa.write(this.folder.resolve("ca.crl"), text);
		assertThatExceptionOfType(SettingException.class).isThrownBy(this::revoked)
			.withMessageStartingWith("CRL_FILE_PATH (" + file + ") ")
			.withMessageContaining(why)
			.satisfies((ex) -> assertThat(ex.cure()).isNotBlank());
	}

	@ParameterizedTest
	@MethodSource("unusable")
	void lookWhenNewListIsUnusableThenTheOneBeforeGoesOnAndOneLineSaysWhy(String text, String why,
			CapturedOutput output) {
		write(list(ROOT));
		RevocationLists revoked = revoked();
		TestCa.write(this.folder.resolve("ca.crl"), text);
		for (int i = 0; i < 5; i++) {
			revoked.look();
		}
		assertThat(reason(revoked, BAD)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, GOOD)).isNull();
		assertThat(output.getOut()).containsOnlyOnce("The new revocation list is not used: CRL_FILE_PATH")
			.contains(why, "What only it revokes is still admitted.");
		assertThat(revoked.isRefused()).isTrue();
		write(list(ROOT, GOOD));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
	}

	@Test
	void lookWhenNewListIsUnusableThenGaugeAndDetailShowIt() {
		write(list(ROOT));
		RevocationLists revoked = revoked();
		RevocationStatus status = new RevocationStatus(revoked);
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		new RevocationMetrics(revoked, this.clock).bindTo(meters);
		assertThat(meters.get("crl.reload.refused").gauge().value()).isZero();
		assertThat(status.health().getDetails()).containsEntry("reload", "ok");
		TestCa.write(this.folder.resolve("ca.crl"), "no list");
		look(revoked);
		assertThat(meters.get("crl.reload.refused").gauge().value()).isOne();
		assertThat(status.health().getStatus()).isEqualTo(Status.UP);
		assertThat(status.health().getDetails()).containsEntry("reload", "refused, see the log");
		write(list(ROOT));
		look(revoked);
		assertThat(meters.get("crl.reload.refused").gauge().value()).isZero();
	}

	@Test
	void checkWhenListsHaveDifferentEndsThenTheFirstIsShown() {
		Instant end = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
		write(list(ROOT), list(SECOND, (builder) -> builder.setNextUpdate(Date.from(end))));
		RevocationLists revoked = revoked();
		RevocationStatus status = new RevocationStatus(revoked);
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		new RevocationMetrics(revoked, this.clock).bindTo(meters);
		assertThat(status.health().getDetails()).containsEntry("nextUpdate", end.toString());
		assertThat(meters.get("crl.expiry").timeGauge().value(TimeUnit.SECONDS)).isBetween(3_000.0, 3_600.0);
		this.clock.ahead(Duration.ofHours(2));
		assertThat(meters.get("crl.expiry").timeGauge().value(TimeUnit.SECONDS)).isNegative();
	}

	@Test
	void startWhenFileIsMissingThenFails() {
		assertThatExceptionOfType(SettingException.class).isThrownBy(this::revoked)
			.withMessageStartingWith("CRL_FILE_PATH (")
			.withMessageEndingWith("does not exist")
			.satisfies((ex) -> assertThat(ex.cure()).endsWith("java -jar certs/target/certs.jar crl"));
	}

	@Test
	void startWhenNoListIsConfiguredThenNobodyIsRevoked() {
		RevocationLists none = lists("");
		none.look();
		assertThat(reason(none, BAD)).isNull();
		SimpleMeterRegistry meters = new SimpleMeterRegistry();
		new RevocationMetrics(none, this.clock).bindTo(meters);
		assertThat(meters.getMeters()).isEmpty();
		assertThat(new RevocationStatus(none).health().getDetails()).containsEntry("nextUpdate", "no revocation list");
	}

	@Test
	void startWhenListIsTextThenUsed() {
		RevocationLists revoked = lists(pem(list(ROOT)));
		look(revoked);
		assertThat(reason(revoked, BAD)).isEqualTo(Reason.REVOKED);
	}

	@Test
	void lookWhenFileIsGoneThenTheListGoesOnUntilItRunsOut(CapturedOutput output) throws IOException {
		write(list(ROOT));
		RevocationLists revoked = revoked();
		Files.delete(this.folder.resolve("ca.crl"));
		look(revoked);
		look(revoked);
		assertThat(output.getOut()).containsOnlyOnce("The new revocation list is not used");
		assertThat(reason(revoked, BAD)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, GOOD)).isNull();
		// By a second only: the JDK would use the list for some minutes more.
		this.clock.ahead(Duration.ofDays(1).plusSeconds(1));
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOCATION_UNKNOWN);
		write(list(ROOT, (builder) -> builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(3))))));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isNull();
	}

	@Test
	void lookWhenFileIsStillBeingWrittenThenWaits() {
		write(list(ROOT), list(SECOND));
		RevocationLists revoked = revoked();
		write(list(ROOT));
		revoked.look();
		write(list(ROOT), list(SECOND));
		look(revoked);
		assertThat(reason(revoked, SECOND.asCa().client("todo-client").certificate())).isNull();
	}

	@Test
	void lookWhenListIsOlderThanTheOneInUseThenRevokedStaysRevoked(CapturedOutput output) {
		write(list(ROOT, GOOD), list(SECOND));
		RevocationLists revoked = revoked();
		X509CRL older = list(ROOT,
				(builder) -> builder.setThisUpdate(Date.from(Instant.now().minus(Duration.ofHours(1)))));
		write(older, list(SECOND));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
		assertThat(output.getOut()).containsOnlyOnce("is older than the one in use");
		write(list(ROOT), list(SECOND));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isNull();
	}

	@Test
	void lookWhenNewFileLacksTheListOfATrustedCaThenBothGoOnUntilItsCaIsNoLongerTrusted(CapturedOutput output) {
		X509CRL older = list(ROOT,
				(builder) -> builder.setThisUpdate(Date.from(Instant.now().minus(Duration.ofHours(1)))));
		write(list(ROOT, GOOD), list(SECOND));
		RevocationLists revoked = revoked();
		write(list(SECOND));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
		assertThat(output.getOut()).containsOnlyOnce("lacks a revocation list that is in use: issuer \"CN=test-ca\"");
		// Else an older list could come in by way of none.
		write(older, list(SECOND));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
		write(list(SECOND));
		trust(SECOND);
		TestTls.look(this.tls);
		look(revoked);
		assertThat(reason(revoked, SECOND.asCa().client("todo-client").certificate())).isNull();
		assertThat(revoked.isRefused()).isFalse();
	}

	@Test
	void startWhenACaHasExpiredThenItsListIsNotNeededAndNotInTheWay() {
		Issued over = TestCa.root("over-ca").expired().issue();
		trust(ROOT, over);
		TestTls.look(this.tls);
		write(list(ROOT), list(over, (builder) -> builder.setNextUpdate(Date.from(Instant.now().minusSeconds(9)))));
		RevocationLists revoked = revoked();
		assertThat(reason(revoked, BAD)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, GOOD)).isNull();
		write(list(over));
		look(revoked);
		assertThat(revoked.isRefused()).isTrue();
		assertThatExceptionOfType(SettingException.class).isThrownBy(this::revoked)
			.withMessageContaining("holds only revocation lists of CAs that have expired");
	}

	@Test
	void lookWhenACaExpiresThenItsOldListIsNotInTheWay() {
		Issued ending = TestCa.root("ending-ca")
			.validity(Instant.now().minusSeconds(60), Instant.now().plus(Duration.ofHours(1)))
			.issue();
		trust(ROOT, ending);
		TestTls.look(this.tls);
		write(list(ROOT), list(ending, (builder) -> builder.setNextUpdate(Date.from(Instant.now().plusSeconds(60)))));
		RevocationLists revoked = revoked();
		X509CRL old = List.copyOf(revoked.current().values()).get(1).get(0).crl();
		this.clock.ahead(Duration.ofHours(2));
		write(list(ROOT, GOOD), old);
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
	}

	/** The clock of the machine that revoked was ahead, or somebody meant well. */
	@Test
	void checkWhenEntryIsOfTheFutureThenRevokedNow() {
		Instant date = Instant.now().plus(Duration.ofHours(1)).truncatedTo(ChronoUnit.SECONDS);
		write(list(ROOT,
				(builder) -> builder.addCRLEntry(GOOD.getSerialNumber(), Date.from(date), CRLReason.keyCompromise)));
		Admission admission = new Admission(this.tls, revoked(), NOBODY, this.clock, "todo-service");
		CallerRefusedException refusal = refusal(admission, List.of(GOOD));
		assertThat(refusal.reason()).isEqualTo(Reason.REVOKED);
		assertThat(refusal)
			.hasMessageEndingWith("was revoked at " + date + ", a date in the future: it counts at once");
	}

	/** The one of a partner's CA, say, which somebody else has to renew. */
	@Test
	void lookWhenAListInUseHasRunOutThenItDoesNotHoldUpTheOthers() {
		X509Certificate caller = SECOND.asCa().client("todo-client").certificate();
		X509CRL ending = list(ROOT, (builder) -> builder.setNextUpdate(Date.from(Instant.now().plusSeconds(60))));
		write(ending, list(SECOND));
		RevocationLists revoked = revoked();
		this.clock.ahead(Duration.ofHours(1));
		write(ending, list(SECOND, caller));
		look(revoked);
		assertThat(revoked.isRefused()).isFalse();
		assertThat(reason(revoked, caller)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOCATION_UNKNOWN);
		assertThatExceptionOfType(SettingException.class).isThrownBy(this::revoked).withMessageContaining("too old");
	}

	/** With 100,000 entries a look at the list takes longer than a whole request. */
	@Test
	void admitWhenRefusedThenTheSameRefusalForASecondAndForThisChainOnly() {
		Issued intermediate = ROOT.asCa().leaf().commonName("intermediate").ca(0).issue();
		Issued caller = intermediate.asCa().client("todo-client");
		write(list(ROOT));
		Admission admission = new Admission(this.tls, lists(null), NOBODY, this.clock, "todo-service");
		CallerRefusedException first = refusal(admission, caller.chain());
		assertThat(first.reason()).isEqualTo(Reason.CERTIFICATE_REFUSED);
		assertThat(refusal(admission, caller.chain())).isSameAs(first);
		assertThat(refusal(admission, caller.withChain(intermediate.certificate()).chain()).reason())
			.isEqualTo(Reason.UNKNOWN_CALLER);
		this.clock.ahead(Duration.ofSeconds(2));
		assertThat(refusal(admission, caller.chain())).isNotSameAs(first);
	}

	@Test
	void lookWhenListWasOfTheFutureThenTakenOnceItBegins() {
		write(list(ROOT));
		RevocationLists revoked = revoked();
		write(list(ROOT, (builder) -> {
			builder.setThisUpdate(Date.from(Instant.now().plusSeconds(3_000)));
			builder.addCRLEntry(GOOD.getSerialNumber(), new Date(), CRLReason.keyCompromise);
		}));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isNull();
		this.clock.ahead(Duration.ofSeconds(3_600));
		look(revoked);
		assertThat(reason(revoked, GOOD)).isEqualTo(Reason.REVOKED);
	}

	@Test
	void lookWhenItsCaIsTrustedLaterThenTaken() {
		write(list(ROOT));
		RevocationLists revoked = revoked();
		Issued next = TestCa.root("test-ca").issue();
		X509Certificate caller = next.asCa().client("todo-client").certificate();
		write(list(ROOT), list(next, caller));
		look(revoked);
		trust(ROOT, next);
		TestTls.look(this.tls);
		look(revoked);
		// Two CAs of one name, as after a renewal: each answers for its own.
		assertThat(reason(revoked, caller)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, BAD)).isEqualTo(Reason.REVOKED);
		assertThat(reason(revoked, GOOD)).isNull();
	}

	@Test
	void checkWhenListOfTheIssuerIsMissingThenUnknown() {
		write(list(ROOT));
		assertThat(reason(revoked(), SECOND.asCa().client("todo-client").certificate()))
			.isEqualTo(Reason.REVOCATION_UNKNOWN);
	}

	/** Whoever answers there may serve a list from before the revocation, or nothing. */
	@Test
	void checkWhenListHasRunOutThenNoneIsFetchedFromWhereTheCertificatePoints() throws Exception {
		byte[] fresh = list(ROOT, (builder) -> builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(9)))))
			.getEncoded();
		AtomicInteger asked = new AtomicInteger();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			asked.incrementAndGet();
			exchange.sendResponseHeaders(200, fresh.length);
			exchange.getResponseBody().write(fresh);
			exchange.close();
		});
		server.start();
		System.setProperty("com.sun.security.enableCRLDP", "true");
		try {
			GeneralName where = new GeneralName(GeneralName.uniformResourceIdentifier,
					"http://127.0.0.1:" + server.getAddress().getPort() + "/ca.crl");
			CRLDistPoint points = new CRLDistPoint(new DistributionPoint[] {
					new DistributionPoint(new DistributionPointName(new GeneralNames(where)), null, null) });
			X509Certificate caller = ROOT.asCa()
				.leaf()
				.commonName("todo-client")
				.purposes(KeyPurposeId.id_kp_clientAuth)
				.extension(Extension.cRLDistributionPoints, false, points.getEncoded())
				.issue()
				.certificate();
			write(list(ROOT));
			RevocationLists revoked = revoked();
			assertThat(reason(revoked, caller)).isNull();
			this.clock.ahead(Duration.ofDays(1).plusSeconds(1));
			assertThat(reason(revoked, caller)).isEqualTo(Reason.REVOCATION_UNKNOWN);
			assertThat(asked).hasValue(0);
		}
		finally {
			System.clearProperty("com.sun.security.enableCRLDP");
			server.stop(0);
		}
	}

	@Test
	void checkWhenIntermediateIsRevokedThenRevoked() {
		Issued intermediate = ROOT.asCa().leaf().commonName("intermediate").ca(0).issue();
		Issued leaf = intermediate.asCa().client("todo-client");
		write(list(ROOT, intermediate.certificate()));
		assertThat(reason(revoked(), leaf.withChain(intermediate.certificate()).chain())).isIn(Reason.REVOKED,
				Reason.REVOCATION_UNKNOWN);
	}

	@Test
	void checkWhenIntermediateIsTrustedThenItsOwnListCounts() {
		Issued intermediate = ROOT.asCa().leaf().commonName("intermediate").ca(0).issue();
		Issued leaf = intermediate.asCa().client("todo-client");
		Issued bad = intermediate.asCa().client("todo-client");
		trust(ROOT, intermediate);
		TestTls.look(this.tls);
		write(list(ROOT), list(intermediate, bad.certificate()));
		RevocationLists revoked = revoked();
		assertThat(reason(revoked, leaf.withChain(intermediate.certificate()).chain())).isNull();
		assertThat(reason(revoked, bad.withChain(intermediate.certificate()).chain())).isEqualTo(Reason.REVOKED);
	}

	/**
	 * Whatever becomes of a list that was tampered with: it is refused, or it says what
	 * the CA has signed.
	 */
	@Test
	void startWhenListIsMalformedThenRefusedOrStillRevoked() throws Exception {
		long seed = Long.getLong("fuzz.seed", 20261124);
		System.out.println("Malformed revocation lists with -Dfuzz.seed=" + seed);
		Random random = new Random(seed);
		byte[] der = list(ROOT).getEncoded();
		String text = pem(list(ROOT));
		int refused = 0;
		int taken = 0;
		for (int i = 0; i < 4000; i++) {
			String malformed = (i % 4 == 0) ? mutated(text, random) : pem(mutated(der, random));
			try {
				RevocationLists revoked = lists(malformed);
				assertThat(reason(revoked, BAD)).as(malformed).isIn(Reason.REVOKED, Reason.REVOCATION_UNKNOWN);
				taken++;
			}
			catch (SettingException ex) {
				refused++;
			}
		}
		System.out.printf("%d refused, %d taken%n", refused, taken);
		assertThat(refused).isGreaterThan(3000);
		assertThat(taken).isPositive();
	}

	private RevocationLists revoked() {
		return lists(this.folder.resolve("ca.crl").toString());
	}

	private static void look(RevocationLists revoked) {
		revoked.look();
		revoked.look();
	}

	private Reason reason(RevocationLists revoked, X509Certificate certificate) {
		return reason(revoked, List.of(certificate));
	}

	/**
	 * Why the caller is refused, or {@code null} if only the allow-list, which is empty
	 * here, does not have it.
	 */
	private Reason reason(RevocationLists revoked, List<X509Certificate> chain) {
		return reason(new Admission(this.tls, revoked, NOBODY, this.clock, "todo-service"), chain);
	}

	private static Reason reason(Admission admission, List<X509Certificate> chain) {
		Reason reason = refusal(admission, chain).reason();
		return (reason != Reason.UNKNOWN_CALLER) ? reason : null;
	}

	private static CallerRefusedException refusal(Admission admission, List<X509Certificate> chain) {
		try {
			admission.admit(chain.toArray(X509Certificate[]::new));
			throw new AssertionError("admitted");
		}
		catch (CallerRefusedException ex) {
			return ex;
		}
	}

	private void trust(Issued... cas) {
		StringBuilder pem = new StringBuilder();
		for (Issued ca : cas) {
			pem.append(ca.certificatePem());
		}
		TestCa.write(this.folder.resolve("ca.crt"), pem.toString());
	}

	private void write(X509CRL... lists) {
		TestCa.write(this.folder.resolve("ca.crl"), TestCa.pem((Object[]) lists));
	}

	private static X509CRL list(Issued ca, X509Certificate... revoked) {
		return list(ca, (builder) -> {
			for (X509Certificate each : revoked) {
				builder.addCRLEntry(each.getSerialNumber(), new Date(), CRLReason.keyCompromise);
			}
		});
	}

	private static X509CRL list(Issued ca, Consumer<JcaX509v2CRLBuilder> odd) {
		return list(ca, ca.key().getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA", odd);
	}

	/** A list for a day that has {@link #BAD} on it, and what is odd about it. */
	private static X509CRL list(Issued ca, String algorithm, Consumer<JcaX509v2CRLBuilder> odd) {
		try {
			JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(ca.certificate().getSubjectX500Principal(),
					Date.from(Instant.now().minusSeconds(60)));
			builder.setNextUpdate(Date.from(Instant.now().plus(Duration.ofDays(1))));
			builder.addCRLEntry(BAD.getSerialNumber(), new Date(), CRLReason.keyCompromise);
			odd.accept(builder);
			return new JcaX509CRLConverter().getCRL(builder
				.build(new JcaContentSignerBuilder(algorithm).setProvider(new BouncyCastleProvider()).build(ca.key())));
		}
		catch (GeneralSecurityException | OperatorCreationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static void add(JcaX509v2CRLBuilder builder, ASN1ObjectIdentifier type,
			org.bouncycastle.asn1.ASN1Encodable value) {
		try {
			builder.addExtension(type, true, value);
		}
		catch (CertIOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static Extensions ofAnotherIssuer() {
		try {
			return new Extensions(Extension.create(Extension.certificateIssuer, true,
					new GeneralNames(new GeneralName(new X500Name("CN=other-ca")))));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static String pem(X509CRL list) {
		return TestCa.pem(list);
	}

	private static String pem(byte[] der) {
		return "-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(der)
				+ "\n-----END X509 CRL-----\n";
	}

	private static byte[] mutated(byte[] bytes, Random random) {
		byte[] changed = bytes.clone();
		for (int i = random.nextInt(3); i >= 0; i--) {
			int at = random.nextInt(changed.length);
			switch (random.nextInt(3)) {
				case 0 -> changed[at] ^= (byte) (1 << random.nextInt(8));
				case 1 -> changed[at] = (byte) random.nextInt(256);
				default -> changed = java.util.Arrays.copyOf(changed, Math.max(1, at));
			}
		}
		return changed;
	}

	private static String mutated(String text, Random random) {
		StringBuilder changed = new StringBuilder(text);
		int at = random.nextInt(text.length());
		switch (random.nextInt(3)) {
			case 0 -> changed.setCharAt(at, (char) (32 + random.nextInt(95)));
			case 1 -> changed.insert(at, (char) random.nextInt(300));
			default -> changed.setLength(at);
		}
		return changed.toString();
	}

	private static int indexOf(byte[] bytes, byte[] part) {
		for (int i = 0; i <= bytes.length - part.length; i++) {
			if (java.util.Arrays.equals(bytes, i, i + part.length, part, 0, part.length)) {
				return i;
			}
		}
		throw new IllegalArgumentException("not in there");
	}

	private RevocationLists lists(String crl) {
		RevocationLists lists = new RevocationLists(TestTls.setting("CRL_FILE_PATH", PemKind.REVOCATION_LIST, crl),
				this.tls, this.clock);
		lists.current();
		return lists;
	}

}
