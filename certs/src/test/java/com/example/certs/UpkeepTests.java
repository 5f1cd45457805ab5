package com.example.certs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

import com.example.certs.folder.PemFile;
import com.example.certs.issue.AlternativeNames;
import com.example.certs.issue.Purpose;
import com.example.certs.issue.Validity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

/**
 * What {@code dev} and {@code renew} replace, and what they leave alone.
 */
class UpkeepTests {

	@TempDir
	Path dir;

	@Test
	void devIssuesEverythingOutOfNothing() {
		Cli result = dev();
		assertThat(AlternativeNames.textsOf(certificate("server"))).containsExactly("localhost", "127.0.0.1", "::1",
				"todo-service");
		assertThat(Cli.commonName(certificate("client"))).isEqualTo("todo-client");
		assertThat(result.out()).contains("ca.crt issued", "server.crt issued", "client.crt issued", "it was missing");
		Openssl.run("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", file("ca.crt"), file("server.crt"));
		Openssl.run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", file("ca.crt"), file("client.crt"));
	}

	@Test
	void secondDevChangesNothing() throws Exception {
		List<String> args = List.of("--server-dir", this.dir.resolve("s").toString(), "--client-dir",
				this.dir.resolve("c").toString());
		dev(args.toArray());
		Cli.ok("client", "--dir", this.dir, "--cn", "other", "--name", "other");
		Map<String, String> before = age(snapshot());
		assertThat(dev(args.toArray()).out()).contains("Nothing to do");
		assertThat(dev("--host", "localhost,::1,127.0.0.1,todo-service", "--cn", "todo-client").out())
			.contains("Nothing to do");
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("Nothing to do");
		assertThat(snapshot()).isEqualTo(before);
	}

	@Test
	void devKeepsNamesThatWereChosenBefore() {
		dev("--host", "my-service", "--cn", "my-client", "--key-type", "ec");
		X509Certificate server = certificate("server");
		assertThat(dev().out()).contains("Nothing to do");
		assertThat(certificate("server")).isEqualTo(server);
	}

	@Test
	void devReplacesWhatIsToSaySomethingElse() {
		dev();
		X509Certificate client = certificate("client");
		assertThat(dev("--host", "other-host").out()).contains("server.crt issued", "it said something else")
			.doesNotContain("client.crt");
		assertThat(AlternativeNames.textsOf(certificate("server"))).containsExactly("other-host");
		assertThat(certificate("client")).isEqualTo(client);
		dev("--cn", "Todo-Client");
		assertThat(Cli.commonName(certificate("client"))).isEqualTo("Todo-Client");
	}

	@Test
	void devReplacesALeafOfAnotherAuthority() throws Exception {
		Path other = this.dir.resolve("other");
		Cli.ok("dev", "--dir", other);
		dev();
		for (String name : List.of("server.crt", "server.key")) {
			Files.copy(other.resolve(name), file(name), StandardCopyOption.REPLACE_EXISTING);
		}
		assertThat(dev().out()).contains("server.crt issued", "the present CA had not issued it");
		assertThat(certificate("server").getSerialNumber())
			.isNotEqualTo(new PemFile(other.resolve("server.crt")).certificate().getSerialNumber());
	}

	@Test
	void devReplacesWhatCannotBeUsed() throws Exception {
		dev();
		Files.copy(file("client.key"), file("server.key"), StandardCopyOption.REPLACE_EXISTING);
		Files.writeString(file("client.crt"), "garbage");
		assertThat(dev().out()).contains("server.crt issued", "its key did not belong to it", "client.crt issued",
				"is not PEM");
		assertThat(dev().out()).contains("Nothing to do");
		Files.delete(file("server.key"));
		assertThat(dev().out()).contains("server.crt issued", "server.key does not exist");
		Cli.ok("client", "--dir", this.dir, "--cn", "x", "--name", "server", "--replace");
		assertThat(dev().out()).contains("server.crt issued", "it was not for a server");
	}

	@Test
	void leafIsRenewedInTheLastThirdOfItsLife() {
		dev();
		Instant now = Instant.now();
		Cli.ok("client", "--dir", this.dir, "--cn", "early", "--name", "early", "--days", "90", "--not-before",
				now.minus(Duration.ofDays(59)));
		Cli.ok("client", "--dir", this.dir, "--cn", "late", "--name", "late", "--days", "90", "--not-before",
				now.minus(Duration.ofDays(61)));
		Cli.ok("server", "--dir", this.dir, "--host", "soon.example", "--name", "soon", "--lifetime", "90s",
				"--not-before", now.minusSeconds(70));
		X509Certificate early = certificate("early");
		String out = Cli.ok("renew", "--dir", this.dir).out();
		assertThat(out).contains("late.crt issued", "soon.crt issued", "it was valid until").doesNotContain("early");
		assertThat(certificate("early")).isEqualTo(early);
		assertThat(Cli.commonName(certificate("late"))).isEqualTo("late");
		assertThat(Validity.of(certificate("late")).lifetime()).isEqualTo(Duration.ofDays(90));
		assertThat(AlternativeNames.textsOf(certificate("soon"))).containsExactly("soon.example");
		assertThat(Purpose.SERVER.isNamedBy(certificate("soon"))).isTrue();
	}

	@Test
	void whoWasLeftToRunOutDoesNotComeBack() {
		dev();
		Cli.ok("client", "--dir", this.dir, "--cn", "It's old", "--name", "old", "--days", "-1");
		Cli.ok("client", "--dir", this.dir, "--cn", "test", "--name", "test", "--not-before", "2020-01-01");
		Cli.ok("server", "--dir", this.dir, "--host", "gone.example", "--name", "gone", "--days", "-3");
		List<X509Certificate> before = Stream.of("old", "test", "gone").map(this::certificate).toList();
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("old.crt left alone: it expired on",
				"certs client --cn 'It'\\''s old' --dir " + this.dir + " --name old",
				"certs server --host gone.example --dir " + this.dir + " --name gone");
		Cli.ok("renew", "--dir", this.dir, "--lifetime", "5m");
		assertThat(dev().out()).contains("Nothing to do");
		assertThat(Stream.of("old", "test", "gone").map(this::certificate)).isEqualTo(before);
	}

	@Test
	void devLeavesOtherCallersAlone() {
		dev();
		Cli.ok("client", "--dir", this.dir, "--cn", "late", "--name", "late", "--not-before",
				Instant.now().minus(Duration.ofDays(61)));
		X509Certificate late = certificate("late");
		assertThat(dev("--lifetime", "5m").out()).doesNotContain("late");
		assertThat(certificate("late")).isEqualTo(late);
	}

	@Test
	void whatThePairNeedsComesBackWhenItHasExpired() {
		dev("--host", "my-service", "--cn", "my-client");
		for (String command : List.of("dev", "renew")) {
			Cli.ok("server", "--dir", this.dir, "--host", "my-service", "--days", "-1");
			Cli.ok("client", "--dir", this.dir, "--cn", "my-client", "--days", "-1");
			assertThat(Cli.ok(command, "--dir", this.dir).out()).contains("server.crt issued", "client.crt issued");
			assertThat(certificate("client").getNotAfter()).isInTheFuture();
			assertThat(Cli.commonName(certificate("client"))).isEqualTo("my-client");
		}
	}

	@Test
	void devKeepsTheNamesWhenTheAuthorityIsGone() throws Exception {
		dev("--host", "my-service", "--cn", "my-client");
		Files.delete(file("ca.crt"));
		Files.delete(file("ca.key"));
		assertThat(dev().out()).contains("the present CA had not issued it");
		assertThat(Cli.commonName(certificate("client"))).isEqualTo("my-client");
		assertThat(AlternativeNames.textsOf(certificate("server"))).containsExactly("my-service");
	}

	@Test
	void whatStaysAsItIsIsToldOnce() throws Exception {
		dev();
		Cli.ok("revoke", "--dir", this.dir, "client.crt");
		StringWriter out = new StringWriter();
		CommandLine commandLine = CertsCli.commandLine();
		commandLine.setOut(new PrintWriter(out, true));
		Thread sideCar = new Thread(
				() -> commandLine.execute("renew", "--dir", this.dir.toString(), "--lifetime", "3s", "--every", "1s"));
		sideCar.start();
		try {
			for (int i = 0; i < 600 && out.toString().split("server.crt issued").length < 4; i++) {
				Thread.sleep(50);
			}
		}
		finally {
			sideCar.interrupt();
			sideCar.join(30_000);
		}
		assertThat(out.toString()).contains("server.crt issued").containsOnlyOnce("client.crt is revoked");
	}

	@Test
	void leafThatIsNotValidYetIsReplaced() {
		dev();
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client", "--not-before", "2035-01-01");
		assertThat(dev().out()).contains("client.crt issued", "it was not valid yet");
	}

	@Test
	void lifetimeThatIsAskedForReplacesLongerAndShorterLeaves() {
		dev();
		dev("--lifetime", "5m");
		assertThat(Validity.of(certificate("server")).lifetime()).isEqualTo(Duration.ofMinutes(5));
		assertThat(dev("--lifetime", "5m").out()).contains("Nothing to do");
		assertThat(dev().out()).contains("Nothing to do");
		assertThat(dev("--days", "90").out()).contains("server.crt issued", "client.crt issued", "a shorter life");
		assertThat(Validity.of(certificate("server")).lifetime()).isEqualTo(Duration.ofDays(90));
		assertThat(dev("--days", "90").out()).contains("Nothing to do");
	}

	@Test
	void revokedLeafOfAShorterLifeDoesNotComeBackByItself() {
		dev("--lifetime", "5m");
		Cli.ok("revoke", "--dir", this.dir, "client.crt");
		X509Certificate revoked = certificate("client");
		assertThat(dev("--days", "90").out()).contains("server.crt issued", "client.crt is revoked");
		assertThat(certificate("client")).isEqualTo(revoked);
	}

	@Test
	void revokedLeafDoesNotComeBackByItself() {
		dev();
		Cli.ok("revoke", "--dir", this.dir, "client.crt");
		X509Certificate revoked = certificate("client");
		assertThat(dev().out()).containsOnlyOnce("client.crt is revoked")
			.contains("certs client --cn todo-client --dir " + this.dir + " --name client")
			.doesNotContain("Nothing to do");
		assertThat(certificate("client")).isEqualTo(revoked);
	}

	@Test
	void revokedLeafDoesNotComeBackWithoutItsKeyOrWithAnotherKeyType() throws Exception {
		dev();
		Cli.ok("revoke", "--dir", this.dir, "client.crt");
		X509Certificate revoked = certificate("client");
		Files.delete(file("client.key"));
		assertThat(dev("--key-type", "rsa", "--cn", "other").out()).contains("client.crt is revoked");
		assertThat(certificate("client")).isEqualTo(revoked);
	}

	@Test
	void leafWithoutItsKeyIsIssuedForTheSameNames() throws Exception {
		dev("--host", "my-service", "--cn", "my-client");
		Files.delete(file("server.key"));
		Files.writeString(file("client.key"), "garbage");
		assertThat(dev().out()).contains("server.crt issued", "server.key does not exist", "client.crt issued",
				"is not PEM");
		assertThat(AlternativeNames.textsOf(certificate("server"))).containsExactly("my-service");
		assertThat(Cli.commonName(certificate("client"))).isEqualTo("my-client");
	}

	@Test
	void encryptedKeyIsNotReplaced() throws Exception {
		dev();
		Openssl.run("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-passout", "pass:secret", "-in", file("client.key"),
				"-out", file("encrypted.key"));
		Files.move(file("encrypted.key"), file("client.key"), StandardCopyOption.REPLACE_EXISTING);
		byte[] key = Files.readAllBytes(file("client.key"));
		assertThat(Cli.failing(1, "dev", "--dir", this.dir)).contains("client.key", "encrypted");
		assertThat(file("client.key")).hasBinaryContent(key);
	}

	@Test
	void leafOfTheNextAuthorityIsLeftAloneWhileBothAreTrusted() throws Exception {
		dev();
		Path next = this.dir.resolve("next");
		Cli.ok("dev", "--dir", next);
		Files.writeString(file("ca.crt"), Files.readString(next.resolve("ca.crt")), StandardOpenOption.APPEND);
		for (String name : List.of("server.crt", "server.key")) {
			Files.copy(next.resolve(name), file(name), StandardCopyOption.REPLACE_EXISTING);
		}
		assertThat(dev().out()).contains("server.crt left alone: another CA of ca.crt has issued it");
		assertThat(file("server.crt")).hasSameBinaryContentAs(next.resolve("server.crt"));
	}

	@Test
	void leafThatEndsWithItsAuthorityIsNotIssuedAgainAndAgain() {
		Cli.ok("init", "--dir", this.dir, "--days", "30");
		assertThat(dev("--days", "90").out()).contains("client.crt issued", "It ends with the CA");
		assertThat(dev("--days", "90").out()).contains("Nothing to do");
		assertThat(Cli.ok("renew", "--dir", this.dir, "--lifetime", "60d").out()).contains("Nothing to do");
	}

	@Test
	void renewLeavesAloneWhatItCouldNotSayAgain() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Files.writeString(file("both.ext"), "extendedKeyUsage=serverAuth,clientAuth\nsubjectAltName=DNS:a.example\n");
		Files.writeString(file("none.ext"), "keyUsage=digitalSignature\n");
		Files.writeString(file("ca2.ext"), "basicConstraints=critical,CA:true\nextendedKeyUsage=clientAuth\n");
		Files.writeString(file("curve.ext"), "extendedKeyUsage=clientAuth\n");
		for (String name : List.of("both", "none", "ca2", "curve")) {
			Openssl.run("req", "-new", "-newkey", "ec", "-pkeyopt",
					"ec_paramgen_curve:" + (name.equals("curve") ? "P-384" : "P-256"), "-nodes", "-subj", "/CN=" + name,
					"-keyout", file(name + ".key"), "-out", file(name + ".csr"));
			Openssl.run("x509", "-req", "-in", file(name + ".csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key"),
					"-days", "30", "-extfile", file(name + ".ext"), "-out", file(name + ".crt"));
			byte[] before = Files.readAllBytes(file(name + ".crt"));
			assertThat(Cli.ok("renew", "--dir", this.dir, "--days", "90").out())
				.contains(name + ".crt left alone: it says what certs does not issue");
			assertThat(file(name + ".crt")).hasBinaryContent(before);
		}
	}

	@Test
	void clientForBothPurposesStaysTheClientItIsWhenItsKeyIsLost() throws Exception {
		dev();
		Files.writeString(file("both.ext"), "extendedKeyUsage=serverAuth,clientAuth\n");
		Openssl.run("req", "-new", "-key", file("client.key"), "-subj", "/CN=reports", "-out", file("both.csr"));
		Openssl.run("x509", "-req", "-in", file("both.csr"), "-CA", file("ca.crt"), "-CAkey", file("ca.key"), "-days",
				"30", "-extfile", file("both.ext"), "-out", file("client.crt"));
		Files.delete(file("client.key"));
		dev();
		assertThat(certificate("client").getSubjectX500Principal().getName()).isEqualTo("CN=reports");
		assertThat(certificate("client").getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
	}

	@Test
	void oneCopyThatFailsDoesNotKeepTheOtherFromItsService() throws Exception {
		dev();
		Path noFolder = Files.writeString(file("no-folder"), "");
		assertThat(Cli.failing(1, "dev", "--dir", this.dir, "--server-dir", noFolder, "--client-dir",
				this.dir.resolve("c")))
			.contains("no-folder");
		assertThat(this.dir.resolve("c/client.crt")).hasSameBinaryContentAs(file("client.crt"));
	}

	@Test
	void filesOfOthersStayWhenAnInterruptedCommandIsFinished() throws Exception {
		dev();
		Files.writeString(file(".env.new"), "theirs");
		Files.createDirectories(file(".x.crt.new/y"));
		Files.writeString(file(".client.key.new"), "half a ke");
		assertThat(dev().out()).contains("Nothing to do");
		assertThat(names(this.dir)).contains(".env.new", ".x.crt.new").doesNotContain(".client.key.new");
	}

	@Test
	void revocationListIsSignedAgainBeforeItRunsOut() {
		dev();
		Cli.ok("revoke", "--dir", this.dir, "client.crt", "--days", "30", "--not-before",
				Instant.now().minus(Duration.ofDays(25)));
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("ca.crl signed again");
		assertThat(new PemFile(file("ca.crl")).revocationLists().get(0).isRevoked(certificate("client"))).isTrue();
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).doesNotContain("ca.crl");
	}

	@Test
	void eachServiceGetsItsOwnMaterialOnly() throws Exception {
		Path server = this.dir.resolve("for/server");
		Path client = this.dir.resolve("for/client");
		dev("--server-dir", server, "--client-dir", client);
		assertThat(names(server)).containsExactlyInAnyOrder("ca.crt", "server.crt", "server.key");
		assertThat(names(client)).containsExactlyInAnyOrder("ca.crt", "client.crt", "client.key");
		Cli.ok("crl", "--dir", this.dir);
		dev("--server-dir", server, "--client-dir", client);
		assertThat(names(server)).contains("ca.crl");
		assertThat(names(client)).doesNotContain("ca.crl");
		assertThat(Files.getPosixFilePermissions(server.resolve("server.key")))
			.isEqualTo(Files.getPosixFilePermissions(file("server.key")));
		dev("--host", "other", "--server-dir", server);
		assertThat(server.resolve("server.crt")).hasSameBinaryContentAs(file("server.crt"));
		assertThat(server.resolve("server.key")).hasSameBinaryContentAs(file("server.key"));
	}

	@Test
	void crashBetweenKeyAndCertificateIsFinishedByTheNextCommand() throws Exception {
		dev();
		Path next = this.dir.resolve("next");
		Files.createDirectory(next);
		for (String name : List.of("ca.crt", "ca.key")) {
			Files.copy(file(name), next.resolve(name));
		}
		Cli.ok("dev", "--dir", next);
		Files.copy(next.resolve("server.key"), file("server.key"), StandardCopyOption.REPLACE_EXISTING);
		Files.copy(next.resolve("server.crt"), file(".server.crt.new"));
		Files.copy(next.resolve("client.key"), file(".client.key.new"));
		Files.writeString(file(".client.crt.new"), "half a certi");
		assertThat(dev().out()).contains("Nothing to do");
		assertThat(file("server.crt")).hasSameBinaryContentAs(next.resolve("server.crt"));
		assertThat(names(this.dir)).noneMatch((name) -> name.endsWith(".new"));
	}

	@Test
	void expiredAuthorityIsAnError() {
		Cli.ok("init", "--dir", this.dir, "--days", "-1");
		assertThat(Cli.failing(1, "dev", "--dir", this.dir)).contains("expired on", "certs init --dir DIR");
		assertThat(Cli.failing(1, "renew", "--dir", this.dir)).contains("expired on");
	}

	@Test
	void renewCreatesNothing() {
		Cli.ok("init", "--dir", this.dir);
		Cli.ok("renew", "--dir", this.dir);
		assertThat(file("server.crt")).doesNotExist();
		assertThat(Cli.failing(1, "renew", "--dir", this.dir.resolve("none"))).contains("There is no CA in");
		assertThat(Cli.failing(1, "renew", "--dir", this.dir, "--server-dir", this.dir.resolve("s")))
			.contains("cannot be copied", "server.crt");
	}

	@Test
	void renewLeavesAloneWhatIsNotOurs() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Path other = this.dir.resolve("other");
		Cli.ok("dev", "--dir", other);
		for (String name : List.of("client.crt", "client.key")) {
			Files.copy(other.resolve(name), file(name));
		}
		assertThat(Cli.ok("renew", "--dir", this.dir).out()).contains("client.crt left alone");
		assertThat(file("client.crt")).hasSameBinaryContentAs(other.resolve("client.crt"));
	}

	@Test
	void everyRoundRenewsUntilTheProcessEnds() throws Exception {
		dev();
		Thread sideCar = new Thread(() -> Cli.run("renew", "--dir", this.dir, "--lifetime", "3s", "--every", "1s"));
		sideCar.start();
		try {
			X509Certificate first = certificate("client");
			X509Certificate second = awaitOtherThan(first);
			awaitOtherThan(second);
		}
		finally {
			sideCar.interrupt();
			sideCar.join(30_000);
		}
		assertThat(sideCar.isAlive()).isFalse();
	}

	@Test
	void lifetimeBelowZeroMakesNoSenseHere() {
		assertThat(Cli.failing(2, "dev", "--dir", this.dir, "--days", "-1")).contains("above zero");
		assertThat(file("ca.key")).doesNotExist();
	}

	private X509Certificate awaitOtherThan(X509Certificate certificate) throws Exception {
		for (int i = 0; i < 600; i++) {
			X509Certificate present = certificate("client");
			if (!present.equals(certificate)) {
				return present;
			}
			Thread.sleep(50);
		}
		throw new AssertionError("never renewed");
	}

	private Cli dev(Object... args) {
		return Cli.ok(Stream.concat(Stream.of("dev", "--dir", this.dir), Stream.of(args)).toArray());
	}

	private Path file(String name) {
		return this.dir.resolve(name);
	}

	private X509Certificate certificate(String name) {
		return new PemFile(file(name + ".crt")).certificate();
	}

	private static List<String> names(Path folder) throws Exception {
		try (Stream<Path> files = Files.list(folder)) {
			return files.map((file) -> file.getFileName().toString()).toList();
		}
	}

	/** Makes the files old, so that one written again would be seen by its time. */
	private Map<String, String> age(Map<String, String> files) throws Exception {
		for (String file : files.keySet()) {
			Files.setLastModifiedTime(file(file), FileTime.from(Instant.parse("2020-01-01T00:00:00Z")));
		}
		return snapshot();
	}

	private Map<String, String> snapshot() throws Exception {
		try (Stream<Path> files = Files.walk(this.dir)) {
			Map<String, String> snapshot = new TreeMap<>();
			for (Path file : files.filter(Files::isRegularFile).toList()) {
				Map.Entry<String, String> entry = entry(this.dir.relativize(file).toString(),
						Files.getLastModifiedTime(file) + Files.readString(file, StandardCharsets.US_ASCII));
				snapshot.put(entry.getKey(), entry.getValue());
			}
			return snapshot;
		}
	}

}
