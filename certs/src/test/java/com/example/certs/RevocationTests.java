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

	@Test
	void revokingTwiceSignsAListAgainThatHasRunOut() {
		Cli.ok("revoke", "--dir", this.dir, "alice.crt", "--days", "-1");
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
		String hex = serial("alice").length() % 2 == 0 ? serial("alice") : "0" + serial("alice");
		Cli result = Cli.ok("revoke", "--dir", this.dir, hex.toUpperCase().replaceAll("(..)(?!$)", "$1:"));
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
	@ValueSource(strings = { "nobody.crt", "xyz", "-1", "1ffffffffffffffffffffffffffffffffffffffff", "0" })
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
		assertThat(lines).hasSize(8);
		assertThat(lines.get(0)).startsWith("FILE ");
		assertThat(lines.get(1)).matches("ca.crt +CA +Todo mTLS CA +CN=Todo mTLS CA +%s +\\S+ \\(in 3650 days\\) +valid"
			.formatted(serial("ca")));
		assertThat(lines.get(2)).matches("alice.crt +client +alice .* %s .* revoked".formatted(serial("alice")));
		assertThat(lines.get(3)).matches("bob.crt +client +bob .* \\(in 90 days\\) +valid");
		assertThat(lines.get(4)).matches("late.crt +client +evil\\\\u202ename .* not yet valid");
		assertThat(lines.get(5)).matches("old.crt +client +old .* \\(24 hours ago\\) +expired");
		assertThat(lines.get(6)).matches("server.crt +server +localhost,::1 .* valid");
		assertThat(lines.get(7)).startsWith("ca.crl: 1 revoked, next update by ");
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

	private String serial(String name) {
		return certificate(name).getSerialNumber().toString(16);
	}

	private X509Certificate certificate(String name) {
		return new PemFile(file(name + ".crt")).certificate();
	}

}
