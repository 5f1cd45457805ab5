package com.example.certs;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

import com.example.certs.folder.PemFile;
import com.example.certs.issue.RevocationList;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code revoke} and {@code crl} sign, and how {@code list} shows it.
 */
class RevocationTests {

	@TempDir
	Path dir;

	@BeforeEach
	void issue() {
		Cli.ok("init", "--dir", this.dir);
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "bob", "--name", "bob");
	}

	@Test
	void revokedFileIsRefusedByOpensslAndTheJdkAndTheOtherIsNot() {
		Cli result = Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		assertThat(result.out()).contains(serial("alice") + " is revoked.", "ca.crl", "(in 30 days)", "CRL_FILE_PATH");
		assertThat(opensslVerify("alice").output()).contains("certificate revoked");
		assertThat(opensslVerify("bob").exitCode()).isZero();
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
		assertThat(list().isRevoked(certificate("bob"))).isFalse();
		assertThat(Openssl.run("crl", "-in", file("ca.crl"), "-CAfile", file("ca.crt"), "-noout"))
			.contains("verify OK");
	}

	@Test
	void listIsOfVersion2WithNumberAndKeyIdentifier() throws Exception {
		Cli.ok("revoke", "--dir", this.dir, "alice.crt", "--reason", "key-compromise");
		X509CRL list = list();
		assertThat(list.getVersion()).isEqualTo(2);
		JcaX509CRLHolder holder = new JcaX509CRLHolder(list);
		assertThat(AuthorityKeyIdentifier.fromExtensions(holder.getExtensions()).getKeyIdentifierOctets()).isEqualTo(
				SubjectKeyIdentifier.fromExtensions(new JcaX509CertificateHolder(certificate("ca")).getExtensions())
					.getKeyIdentifier());
		assertThat(ASN1Integer.getInstance(holder.getExtension(Extension.cRLNumber).getParsedValue()).getValue())
			.isEqualTo(BigInteger.ONE);
		assertThat(list.getRevokedCertificate(certificate("alice")).getRevocationReason())
			.isEqualTo(CRLReason.KEY_COMPROMISE);
		assertThat(RevocationList.validity(list).lifetime()).isEqualTo(Duration.ofDays(30));
	}

	@Test
	void entriesStayAndTheNumberGrows() throws Exception {
		Cli.ok("revoke", "--dir", this.dir, "alice.crt", "--reason", "superseded");
		Cli.ok("revoke", "--dir", this.dir, file("bob.crt"));
		Cli.ok("crl", "--dir", this.dir);
		assertThat(ASN1Integer
			.getInstance(JcaX509ExtensionUtils.parseExtensionValue(list().getExtensionValue("2.5.29.20")))
			.getPositiveValue()).isEqualTo(3);
		assertThat(list().getRevokedCertificates()).hasSize(2);
		assertThat(list().getRevokedCertificate(certificate("alice")).getRevocationReason())
			.isEqualTo(CRLReason.SUPERSEDED);
		assertThat(list().getRevokedCertificate(certificate("bob")).hasExtensions()).as("unspecified is left out")
			.isFalse();
	}

	@Test
	void whoIsRevokedIsOutWithEachCertificateThatWasReplaced() {
		X509Certificate first = certificate("alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice", "--days", "90", "--not-before",
				Instant.now().minus(Duration.ofDays(80)));
		X509Certificate second = certificate("alice");
		Cli.ok("renew", "--dir", this.dir);
		assertThat(certificate("alice")).isNotEqualTo(second);
		String out = Cli.ok("revoke", "--dir", this.dir, "alice.crt").out();
		assertThat(List.of(first, second, certificate("alice"))).allSatisfy((each) -> {
			assertThat(list().isRevoked(each)).isTrue();
			assertThat(out).contains(each.getSerialNumber().toString(16) + " is revoked");
		});
		assertThat(Cli.ok("list", "--dir", this.dir).out()).containsOnlyOnce("alice.crt");
	}

	@Test
	void copyElsewhereIsRevokedWithWhatWasReplaced() throws Exception {
		X509Certificate first = certificate("alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		Path elsewhere = Files.createDirectory(this.dir.resolve("elsewhere"));
		Files.copy(file("alice.crt"), elsewhere.resolve("alice.crt"));
		Cli.ok("revoke", "--dir", this.dir, elsewhere.resolve("alice.crt"));
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
		assertThat(list().isRevoked(first)).isTrue();
	}

	@Test
	void anotherCertificateOfTheSameNameElsewhereIsRevokedAlone() throws Exception {
		Path elsewhere = Files.createDirectory(this.dir.resolve("elsewhere"));
		Files.copy(file("alice.crt"), elsewhere.resolve("alice.crt"));
		X509Certificate first = certificate("alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		X509Certificate second = certificate("alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		Cli.ok("revoke", "--dir", this.dir, elsewhere.resolve("alice.crt"));
		assertThat(list().isRevoked(first)).isTrue();
		assertThat(list().isRevoked(second)).isFalse();
		assertThat(list().isRevoked(certificate("alice"))).isFalse();
	}

	@Test
	void whatHasEndedIsNotKept() throws Exception {
		Cli.ok("client", "--dir", this.dir, "--cn", "carol", "--name", "carol", "--days", "-1");
		Cli.ok("client", "--dir", this.dir, "--cn", "carol", "--name", "carol");
		try (Stream<Path> files = Files.list(this.dir)) {
			assertThat(files.map((each) -> each.getFileName().toString()))
				.noneMatch((name) -> name.startsWith(".carol"));
		}
	}

	@Test
	void nameOfAFileIsNoSerialNumber() {
		Cli.ok("client", "--dir", this.dir, "--cn", "ada", "--name", "ada");
		Cli.ok("revoke", "--dir", this.dir, "ada");
		assertThat(list().isRevoked(certificate("ada"))).isTrue();
	}

	@Test
	void listsOfOtherAuthoritiesInTheFileStay() throws Exception {
		Path next = this.dir.resolve("next");
		Cli.ok("init", "--dir", next);
		Cli.ok("crl", "--dir", next);
		Cli.ok("crl", "--dir", this.dir);
		Files.writeString(file("ca.crl"), Files.readString(next.resolve("ca.crl")), StandardOpenOption.APPEND);
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		Cli.ok("crl", "--dir", this.dir);
		assertThat(new PemFile(file("ca.crl")).revocationLists()).hasSize(2)
			.contains(new PemFile(next.resolve("ca.crl")).revocationLists().get(0));
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			crl --lifetime 10m,           revoke alice.crt
			crl --days 30,                crl --lifetime 1h
			revoke bob.crt --lifetime 30s, revoke alice.crt --days 365
			revoke bob.crt --days 1,      crl --not-before 2020-01-01 --days 36500
			""")
	void listIsNeverOlderThanTheOneBefore(String first, String second) {
		runIn(first);
		X509CRL before = list();
		runIn(second);
		assertFollows(before, list());
		assertThat(list().getThisUpdate()).as("taken at once").isBeforeOrEqualTo(Instant.now());
		assertThat(list().getNextUpdate()).isAfter(Instant.now());
	}

	@Test
	void listIsNeverOlderThanTheOneBeforeWhenTheClockWasSetBackALittle() {
		// As a clock that was four minutes ahead has signed it.
		Cli.ok("crl", "--dir", this.dir, "--not-before", Instant.now().minusSeconds(60));
		X509CRL before = list();
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		assertFollows(before, list());
	}

	@Test
	void listThatIsSignedAgainBeforeItRunsOutIsNotOlder() {
		Cli.ok("crl", "--dir", this.dir, "--lifetime", "60m", "--not-before", Instant.now().minusSeconds(3000));
		X509CRL before = list();
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("ca.crl signed again");
		assertFollows(before, list());
	}

	@ParameterizedTest
	@ValueSource(strings = { "PT1H", "P1D", "P3650D" })
	void revocationBehindAListOfTheFutureIsLoudUntilItCounts(Duration ahead) {
		Cli.ok("crl", "--dir", this.dir, "--not-before", Instant.now().plus(ahead));
		X509CRL before = list();
		for (int i = 0; i < 2; i++) {
			assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "alice.crt")).contains("no service takes it before",
					before.getThisUpdate().toInstant().toString(), "does not count", "off the allow-list");
		}
		assertFollows(before, list());
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
		assertThat(Cli.failing(1, "crl", "--dir", this.dir)).contains("no service takes it before");
		assertThat(Cli.failing(1, "list", "--dir", this.dir)).contains("no service takes it before");
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("ca.crl revokes nobody");
	}

	@ParameterizedTest
	@ValueSource(strings = { "crl --days -1", "crl --not-before 2035-01-01", "crl --not-before 2020-01-01",
			"revoke alice.crt --not-before 2035-01-01", "revoke alice.crt --days -2" })
	void listThatNoServiceTakesReplacesNone(String command) throws Exception {
		Cli.ok("crl", "--dir", this.dir);
		byte[] list = Files.readAllBytes(file("ca.crl"));
		assertThat(Cli.failing(1, args(command))).contains("No service takes a list", "Leave out");
		assertThat(file("ca.crl")).hasBinaryContent(list);
	}

	@Test
	void laterOfTwoListsIsContinued() throws Exception {
		Cli.ok("crl", "--dir", this.dir);
		String first = Files.readString(file("ca.crl"));
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		X509CRL second = list();
		Files.writeString(file("ca.crl"), first + Files.readString(file("ca.crl")));
		Cli.ok("revoke", "--dir", this.dir, "bob.crt");
		assertFollows(second, list());
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
	}

	@Test
	void expiredAuthorityRevokesNobodyAndSaysSo() {
		Path expired = this.dir.resolve("expired");
		Cli.ok("init", "--dir", expired, "--days", "-1");
		Cli.ok("client", "--dir", expired, "--cn", "x", "--days", "-2");
		assertThat(Cli.failing(1, "revoke", "--dir", expired, "client.crt")).contains("The CA expired on",
				"nobody trusts what it signs");
		assertThat(Cli.failing(1, "crl", "--dir", expired)).contains("The CA expired on");
		assertThat(expired.resolve("ca.crl")).doesNotExist();
	}

	@Test
	void serialNumberOfACertificateOfAnotherAuthorityIsRefused() throws Exception {
		Path other = this.dir.resolve("other");
		Cli.ok("dev", "--dir", other);
		Files.copy(other.resolve("client.crt"), file("theirs.crt"));
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, serial("theirs")))
			.contains("was not issued by the CA in", "--dir DIR");
		assertThat(file("ca.crl")).doesNotExist();
	}

	@Test
	void revocationOnAListThatHasRunOutIsLoud() {
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "alice.crt", "--days", "-1")).contains("it ended on",
				"does not count");
	}

	private void assertFollows(X509CRL before, X509CRL list) {
		assertThat(list.getThisUpdate()).isAfterOrEqualTo(before.getThisUpdate());
		assertThat(RevocationList.BY_AGE.compare(list, before)).as("number").isPositive();
		assertThat(list.getNextUpdate()).isAfter(list.getThisUpdate());
	}

	private void runIn(String command) {
		Cli.ok(args(command));
	}

	private Object[] args(String command) {
		return (command + " --dir " + this.dir).split(" ");
	}

	@Test
	void revokingTwiceSignsAListAgainThatHasRunOut() {
		Cli.ok("crl", "--dir", this.dir, "--days", "-1");
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		assertThat(list().getNextUpdate()).isInTheFuture();
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
	}

	@Test
	void revokingTwiceChangesNothing() throws Exception {
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		byte[] list = Files.readAllBytes(file("ca.crl"));
		assertThat(Cli.ok("revoke", "--dir", this.dir, serial("alice")).out()).contains("revoked already");
		assertThat(file("ca.crl")).hasBinaryContent(list);
	}

	@ParameterizedTest
	@ValueSource(strings = { "%s", "0x%s", "0%s" })
	void serialNumberIsReadAsListPrintsIt(String format) {
		Cli.ok("revoke", "--dir", this.dir, format.formatted(serial("alice")));
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
	}

	@Test
	void serialNumberIsReadAsOpensslPrintsIt() {
		Cli result = Cli.ok("revoke", "--dir", this.dir, serial("alice").toUpperCase().replaceAll("(..)(?!$)", "$1:"));
		assertThat(list().isRevoked(certificate("alice"))).isTrue();
		assertThat(result.out()).doesNotContain("typing error");
	}

	@Test
	void serialNumberOfAReplacedCertificateIsRevokedAlone() {
		X509Certificate old = certificate("alice");
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		Cli result = Cli.ok("revoke", "--dir", this.dir, old.getSerialNumber().toString(16));
		assertThat(result.out()).doesNotContain("typing error");
		assertThat(list().isRevoked(old)).isTrue();
		assertThat(list().isRevoked(certificate("alice"))).isFalse();
	}

	@Test
	void damagedFilesOfOthersKeepNobodyFromBeingRevoked() throws Exception {
		Files.writeString(file(".alice.replaced.crt"), "damaged");
		Files.createSymbolicLink(file("zero.crt"), Path.of("/dev/zero"));
		Cli.ok("revoke", "--dir", this.dir, "0b");
		assertThat(list().getRevokedCertificate(BigInteger.valueOf(11))).isNotNull();
		assertThat(Cli.failing(1, "list", "--dir", this.dir)).contains("zero.crt is neither a file nor a directory");
	}

	@Test
	void serialNumberOfALostCertificateIsRevokedWithANote() throws Exception {
		X509Certificate lost = certificate("alice");
		Files.delete(file("alice.crt"));
		Cli result = Cli.ok("revoke", "--dir", this.dir, lost.getSerialNumber().toString(16));
		assertThat(result.out()).contains("No certificate in", "typing error");
		assertThat(list().isRevoked(lost)).isTrue();
	}

	@ParameterizedTest
	@ValueSource(strings = { "nobody.crt", "xyz", "-1", "1ffffffffffffffffffffffffffffffffffffffff", "0", "no\0path" })
	void whatIsNeitherFileNorSerialNumberIsRefused(String what) {
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "--", what)).contains("serial number", "certs list");
		assertThat(file("ca.crl")).doesNotExist();
	}

	@Test
	void whatAnotherAuthorityIssuedIsRefused() {
		Path other = this.dir.resolve("other");
		Cli.ok("dev", "--dir", other);
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, other.resolve("client.crt")))
			.contains("was not issued by the CA in");
	}

	@Test
	void authorityCannotRevokeItself() {
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "ca.crt")).contains("the CA itself");
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, serial("ca"))).contains("the CA itself");
	}

	@Test
	void listOfAnotherAuthorityIsNotContinued() throws Exception {
		Path other = this.dir.resolve("other");
		Cli.ok("dev", "--dir", other);
		Cli.ok("crl", "--dir", other);
		Files.copy(other.resolve("ca.crl"), file("ca.crl"));
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "alice.crt")).contains("not signed by the CA beside it");
		assertThat(file("ca.crl")).hasSameBinaryContentAs(other.resolve("ca.crl"));
		assertThat(Cli.failing(1, "list", "--dir", this.dir)).contains("what is revoked is unknown");
	}

	@Test
	void firstListMayBeEmpty() {
		Cli.ok("crl", "--dir", this.dir, "--days", "7");
		assertThat(list().getRevokedCertificates()).isNull();
		assertThat(RevocationList.validity(list()).lifetime()).isEqualTo(Duration.ofDays(7));
		assertThat(opensslVerify("alice").exitCode()).isZero();
	}

	@Test
	void staleListCanBeMadeForTests() {
		Cli.ok("crl", "--dir", this.dir, "--days", "-1");
		assertThat(list().getNextUpdate()).isInThePast();
		assertThat(opensslVerify("alice").output()).contains("CRL has expired");
	}

	@Test
	void noRevocationIsLostWhenSeveralRunAtOnce() throws Exception {
		List<Callable<Integer>> runs = new ArrayList<>();
		for (int i = 1; i <= 4; i++) {
			String serial = Integer.toString(i);
			runs.add(() -> new ProcessBuilder(ProcessHandle.current().info().command().orElse("java"), "-cp",
					System.getProperty("java.class.path"), CertsCli.class.getName(), "revoke", "--dir",
					this.dir.toString(), serial)
				.redirectErrorStream(true)
				.redirectOutput(ProcessBuilder.Redirect.DISCARD)
				.start()
				.waitFor());
		}
		ExecutorService executor = Executors.newCachedThreadPool();
		try {
			for (var run : executor.invokeAll(runs)) {
				assertThat(run.get()).isZero();
			}
		}
		finally {
			executor.shutdownNow();
		}
		assertThat(list().getRevokedCertificates()).hasSize(4);
	}

	@Test
	void listShowsOneRowForEachCertificate() {
		Cli.ok("server", "--dir", this.dir, "--host", "localhost,::1");
		Cli.ok("client", "--dir", this.dir, "--cn", "old", "--name", "old", "--days", "-1");
		Cli.ok("client", "--dir", this.dir, "--cn", "evil\u202Ename", "--name", "late", "--not-before", "2035-01-01");
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		List<String> lines = Cli.ok("list", "--dir", this.dir).out().lines().toList();
		assertThat(lines).hasSize(9);
		assertThat(lines.get(0)).startsWith("FILE ");
		assertThat(lines.get(1)).matches("ca.crt +CA +Todo mTLS CA +CN=Todo mTLS CA +%s +\\S+ \\(in 3650 days\\) +valid"
			.formatted(serial("ca")));
		assertThat(lines.get(2)).matches("alice.crt +client +alice .* %s .* revoked".formatted(serial("alice")));
		assertThat(lines.get(3)).matches("bob.crt +client +bob .* \\(in 90 days\\) +valid");
		assertThat(lines.get(4)).matches("late.crt +client +evil\\\\u202ename .* not yet valid");
		assertThat(lines.get(5)).matches("old.crt +client +old .* \\(24 hours ago\\) +expired");
		assertThat(lines.get(6)).matches("server.crt +server +localhost,::1 .* valid");
		assertThat(lines.get(7)).startsWith("ca.crl: 1 revoked, next update by ");
		assertThat(lines.get(8)).isEqualTo("Todo mTLS CA: sha256 Fingerprint="
				+ Openssl.run("x509", "-noout", "-fingerprint", "-sha256", "-in", file("ca.crt"))
					.strip()
					.split("=")[1]);
	}

	@Test
	void listSaysOfWhomNobodyTrustsThatItIsSo() throws Exception {
		for (String file : List.of("ca.crt", "ca.key")) {
			Files.delete(file(file));
		}
		assertThat(Cli.ok("list", "--dir", this.dir).out()).containsPattern("alice.crt .* nobody trusts it");
		Cli.ok("init", "--dir", this.dir);
		Cli.ok("client", "--dir", this.dir, "--cn", "carol", "--name", "carol");
		assertThat(Cli.ok("list", "--dir", this.dir).out()).containsPattern("alice.crt .* nobody trusts it")
			.containsPattern("bob.crt .* nobody trusts it")
			.containsPattern("carol.crt .* valid\n");
	}

	@Test
	void listShowsBothAuthoritiesWhileOneTakesOverFromAnother() throws Exception {
		Path next = this.dir.resolve("next");
		Cli.ok("init", "--dir", next, "--cn", "Next");
		Cli.ok("client", "--dir", next, "--cn", "carol", "--name", "carol");
		Cli.ok("revoke", "--dir", next, "carol.crt");
		Cli.ok("crl", "--dir", this.dir);
		Files.copy(next.resolve("carol.crt"), file("carol.crt"));
		for (String file : List.of("ca.crt", "ca.crl")) {
			Files.writeString(file(file), Files.readString(next.resolve(file)) + Files.readString(file(file)));
		}
		assertThat(Cli.ok("list", "--dir", this.dir).out()).containsPattern("ca.crt +CA +Next .* valid")
			.containsPattern("ca.crt +CA +Todo mTLS CA .* valid")
			.containsPattern("alice.crt .* valid")
			.containsPattern("carol.crt .* revoked")
			.contains("Next: sha256 Fingerprint=", "Todo mTLS CA: sha256 Fingerprint=");
	}

	@Test
	void serialNumberHasWholeBytesAsLogsAndOpensslShowIt() {
		String openssl = "";
		for (int i = 0; !openssl.startsWith("serial=0"); i++) {
			assertThat(i).isLessThan(2000);
			Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
			openssl = Openssl.run("x509", "-noout", "-serial", "-in", file("alice.crt")).strip();
		}
		String serial = openssl.substring("serial=".length()).toLowerCase();
		assertThat(Cli.ok("list", "--dir", this.dir).out()).contains(" " + serial + " ");
		assertThat(Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice").out())
			.contains("replaces     " + serial + ";");
		assertThat(Cli.ok("revoke", "--dir", this.dir, serial).out()).startsWith(serial + " is revoked.");
	}

	@Test
	void whatIsRevokedIsNotAdvisedToBeRevokedAgain() {
		Cli.ok("revoke", "--dir", this.dir, "alice.crt");
		String out = Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice").out();
		assertThat(out).contains("alice.crt").doesNotContain("revoke");
		assertThat(Cli.ok("client", "--dir", this.dir, "--cn", "bob", "--name", "bob").out()).contains("certs revoke");
	}

	@Test
	void listGoesOnAfterWhatCannotBeRead() throws Exception {
		Files.writeString(file("broken.crt"), "-----BEGIN CERTIFICATE-----\n!!!\n-----END CERTIFICATE-----\n");
		Files.copy(file("alice.key"), file("swapped.crt"), StandardCopyOption.REPLACE_EXISTING);
		Cli result = Cli.run("list", "--dir", this.dir);
		assertThat(result.exitCode()).isEqualTo(1);
		assertThat(result.out()).contains("alice.crt", "bob.crt").doesNotContain("broken", "swapped");
		assertThat(result.err()).contains("broken.crt is damaged",
				"swapped.crt holds a private key, but no certificate");
	}

	@Test
	void listOfNothingSaysHowToBegin() throws Exception {
		Path empty = Files.createDirectory(this.dir.resolve("empty"));
		assertThat(Cli.ok("list", "--dir", empty).out()).contains("Nothing was issued", "certs dev");
		assertThat(Cli.failing(1, "list", "--dir", this.dir.resolve("none"))).contains("no such file or folder");
	}

	private Openssl.Result opensslVerify(String name) {
		return Openssl.start("verify", "-x509_strict", "-crl_check", "-CRLfile", file("ca.crl"), "-CAfile",
				file("ca.crt"), file(name + ".crt"));
	}

	private X509CRL list() {
		return new PemFile(file("ca.crl")).revocationLists().get(0);
	}

	private Path file(String name) {
		return this.dir.resolve(name);
	}

	/** In whole bytes. */
	private String serial(String name) {
		return HexFormat.of().formatHex(certificate(name).getSerialNumber().toByteArray()).replaceFirst("^00", "");
	}

	private X509Certificate certificate(String name) {
		return new PemFile(file(name + ".crt")).certificate();
	}

}
