package com.example.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

import com.example.certs.folder.PemFile;
import com.example.certs.issue.AlternativeNames;
import com.example.certs.issue.Validity;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What {@code init}, {@code server} and {@code client} issue.
 */
class IssuingTests {

	@TempDir
	Path dir;

	@BeforeEach
	void createAuthority() {
		Cli.ok("init", "--dir", this.dir);
	}

	@Test
	void opensslAcceptsEcCertificatesStrictlyForTheirPurposeOnly() {
		Cli.ok("server", "--dir", this.dir, "--host", "localhost,127.0.0.1,::1,*.example.com");
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client");
		assertStrictlyValid("server", "sslserver");
		assertStrictlyValid("client", "sslclient");
		assertThat(opensslVerify("server", "sslclient").exitCode()).isNotZero();
		assertThat(opensslVerify("client", "sslserver").exitCode()).isNotZero();
		Openssl.run("verify", "-x509_strict", "-CAfile", this.dir.resolve("ca.crt"), "-verify_ip", "::1",
				this.dir.resolve("server.crt"));
		Openssl.run("verify", "-x509_strict", "-CAfile", this.dir.resolve("ca.crt"), "-verify_hostname",
				"a.example.com", this.dir.resolve("server.crt"));
	}

	@Test
	void opensslAcceptsRsaCertificatesStrictly() {
		Path rsa = this.dir.resolve("rsa");
		Cli.ok("init", "--dir", rsa, "--key-type", "rsa");
		Cli.ok("server", "--dir", rsa, "--key-type", "RSA", "--host", "localhost");
		assertThat(Openssl.run("x509", "-in", rsa.resolve("server.crt"), "-noout", "-text"))
			.contains("Public-Key: (3072 bit)", "sha256WithRSAEncryption", "Digital Signature\n");
		Openssl.run("verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", rsa.resolve("ca.crt"),
				rsa.resolve("server.crt"));
		Openssl.run("rsa", "-check", "-noout", "-in", rsa.resolve("server.key"));
	}

	@Test
	void authorityMayIssueLeavesAndRevocationListsOnly() {
		X509Certificate ca = certificate("ca");
		assertThat(ca.getVersion()).isEqualTo(3);
		assertThat(ca.getBasicConstraints()).as("pathlen").isZero();
		assertThat(ca.getKeyUsage()).containsExactly(false, false, false, false, false, true, true, false, false);
		assertThat(ca.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
		assertThat(ca.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35");
		assertThat(Validity.of(ca).lifetime()).isEqualTo(Duration.ofDays(3650));
	}

	@Test
	void leafSaysWhatItIsForAndNothingElse() throws Exception {
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client");
		X509Certificate client = certificate("client");
		assertThat(client.getVersion()).isEqualTo(3);
		assertThat(client.getBasicConstraints()).isEqualTo(-1);
		assertThat(client.getKeyUsage()).containsExactly(true, false, false, false, false, false, false, false, false);
		assertThat(client.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
		assertThat(client.getCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.15", "2.5.29.19");
		assertThat(client.getNonCriticalExtensionOIDs()).containsExactlyInAnyOrder("2.5.29.14", "2.5.29.35",
				"2.5.29.37");
		assertThat(Validity.of(client).lifetime()).isEqualTo(Duration.ofDays(90));
		assertThat(client.getNotBefore().toInstant()).as("dated back for slow clocks")
			.isBefore(Instant.now().minusSeconds(240));
	}

	@Test
	void outputNamesFilesSerialExpiryAndNextStep() {
		Cli result = Cli.ok("server", "--dir", this.dir, "--host", "localhost", "--host", "todo-service,localhost");
		X509Certificate server = certificate("server");
		assertThat(result.out()).contains("Server certificate for localhost, todo-service\n",
				this.dir.resolve("server.crt").toString(), this.dir.resolve("server.key").toString(),
				server.getSerialNumber().toString(16), server.getNotAfter().toInstant() + " (in 90 days)",
				"Next: give the service server.crt as CERT_FILE_PATH");
		assertThat(AlternativeNames.textsOf(server)).containsExactly("localhost", "todo-service");
		assertThat(Cli.commonName(server)).isEqualTo("localhost");
	}

	@Test
	void hostTooLongForCommonNameLeavesTheSubjectEmptyAndTheNamesCritical() {
		String host = "a".repeat(60) + ".example.com";
		Cli.ok("server", "--dir", this.dir, "--host", host);
		X509Certificate server = certificate("server");
		assertThat(server.getSubjectX500Principal().getName()).isEmpty();
		assertThat(server.getCriticalExtensionOIDs()).contains("2.5.29.17");
		assertStrictlyValid("server", "sslserver");
	}

	@ParameterizedTest
	@ValueSource(strings = { "todo-client", "日本語の名前", "\uD83D\uDD11 key", "\"quoted\" 'name'", "a, b; c <d> e=f + g",
			"CN=evil,OU=x", "\\5c", "#0401ff", "שלום", "\u202Eevil", "e\u0301", "Ａ", "x/y\\z" })
	void anyUnicodeNameIsIssuedExactly(String name) {
		Cli result = Cli.ok("client", "--dir", this.dir, "--cn", name);
		assertThat(Cli.commonName(certificate("client"))).isEqualTo(name);
		assertThat(X500Name.getInstance(certificate("client").getSubjectX500Principal().getEncoded()).getRDNs())
			.hasSize(1);
		assertThat(Openssl.run("x509", "-in", this.dir.resolve("client.crt"), "-noout", "-subject", "-nameopt",
				"multiline,-esc_msb,utf8,show_type"))
			.contains("UTF8STRING");
		assertThat(result.out()).doesNotContain("\u202E");
	}

	@Test
	void nameThatLooksLikeAFileOfOptionsIsTakenAsItIs() throws Exception {
		String name = "@" + Files.writeString(this.dir.resolve("x"), "evil");
		Cli.ok("client", "--dir", this.dir, "--cn", name);
		assertThat(Cli.commonName(certificate("client"))).isEqualTo(name);
	}

	@Test
	void nameOf64CharactersIsIssuedHoweverManyBytesItHas() {
		String name = "\uD83D\uDD11".repeat(64);
		Cli.ok("client", "--dir", this.dir, "--cn", name);
		assertThat(Cli.commonName(certificate("client"))).isEqualTo(name);
		assertStrictlyValid("client", "sslclient");
	}

	@ParameterizedTest
	@CsvSource(quoteCharacter = '`',
			textBlock = """
					``                                                                  | empty
					` `                                                                 | empty
					`xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx` | has 65 characters, X.509 allows at most 64
					` x`                                                                | begins or ends with a blank
					`x\u00A0`                                                           | begins or ends with a blank
					`a\u0000b`                                                          | control character
					`a\u000Ab`                                                          | control character
					`a\uFFFDb`                                                          | set LC_ALL=C.UTF-8
					""",
			delimiter = '|')
	void nameThatIsNoCommonNameIsRefused(String name, String reason) {
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--cn", name)).contains("--cn", reason);
		assertThat(this.dir.resolve("client.crt")).doesNotExist();
	}

	@ParameterizedTest
	@CsvSource({ "https://localhost,without scheme", "localhost:8443,without a port", "a..b,labels of 1 to 63",
			"-a.example,labels of 1 to 63", "a_b,labels of 1 to 63", "a b,labels of 1 to 63", "*,whole left-most label",
			"a.*.example.com,whole left-most label", "f*.example.com,whole left-most label",
			"*.com,two labels after it", "256.1.1.1,neither an IP address nor a DNS name", "'',the host is empty",
			"example.com.,dot at the end", "10.0.0.0/8,network mask", "1:2:3,whole IPv6 address",
			"stra\u00dfe.example,tools differ in what they make of" })
	void hostThatNoClientCouldAskForIsRefused(String host, String reason) {
		assertThat(Cli.failing(2, "server", "--dir", this.dir, "--host", host)).contains("--host", reason);
		assertThat(this.dir.resolve("server.crt")).doesNotExist();
	}

	@Test
	void internationalHostBecomesAsciiAndAddressesBecomeShort() {
		Cli.ok("server", "--dir", this.dir, "--host",
				"Bücher.Example,[::1],2001:0db8:0:0:0:0:0:1,10.0.0.1,*.Bücher.de");
		assertThat(AlternativeNames.textsOf(certificate("server"))).containsExactly("xn--bcher-kva.example", "::1",
				"2001:db8::1", "10.0.0.1", "*.xn--bcher-kva.de");
	}

	@Test
	void serialNumbersAreRandomAndPositive() {
		Set<String> serials = new HashSet<>();
		for (int i = 0; i < 20; i++) {
			Cli.ok("client", "--dir", this.dir, "--cn", "c", "--name", "c" + i);
			X509Certificate certificate = certificate("c" + i);
			assertThat(certificate.getSerialNumber().signum()).isOne();
			assertThat(certificate.getSerialNumber().toByteArray().length).isLessThanOrEqualTo(20);
			serials.add(certificate.getSerialNumber().toString(16));
		}
		assertThat(serials).hasSize(20);
		assertThat(serials).anyMatch((serial) -> serial.length() > 28);
	}

	@Test
	void keysAreReadableByTheirOwnerOnlyAndInPkcs8() throws Exception {
		assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "Skipped: no POSIX modes");
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client");
		for (String name : List.of("ca", "client")) {
			assertThat(mode(name + ".key")).isEqualTo("rw-------");
			assertThat(mode(name + ".crt")).isEqualTo("rw-r--r--");
			assertThat(Files.readString(this.dir.resolve(name + ".key"), StandardCharsets.US_ASCII))
				.startsWith("-----BEGIN PRIVATE KEY-----");
		}
	}

	@Test
	void leafNeverOutlivesTheAuthority() {
		Cli result = Cli.ok("client", "--dir", this.dir, "--cn", "todo-client", "--days", "36500");
		assertThat(certificate("client").getNotAfter()).isEqualTo(certificate("ca").getNotAfter());
		assertThat(result.out()).contains("It ends with the CA, earlier than asked for.");
	}

	@Test
	void authorityThatHasJustExpiredCannotIssue() {
		Path expired = this.dir.resolve("expired");
		Cli.ok("init", "--dir", expired, "--lifetime", "1d", "--not-before",
				Instant.now().minus(Duration.ofDays(1)).minusSeconds(30));
		assertThat(Cli.failing(1, "client", "--dir", expired, "--cn", "x")).contains("The CA expired on");
		assertThat(expired.resolve("client.crt")).doesNotExist();
	}

	@Test
	void expiredAuthorityCannotIssue() {
		Path expired = this.dir.resolve("expired");
		Cli.ok("init", "--dir", expired, "--days", "-1");
		assertThat(Cli.failing(1, "client", "--dir", expired, "--cn", "x")).contains("The CA expired on",
				"certs init --dir DIR");
		Cli.ok("client", "--dir", expired, "--cn", "x", "--days", "-2");
	}

	@Test
	void testMaterialIsExpiredOrNotYetValidAsAsked() {
		Cli.ok("client", "--dir", this.dir, "--cn", "x", "--name", "expired", "--days", "-3");
		Cli.ok("client", "--dir", this.dir, "--cn", "x", "--name", "future", "--not-before", "2035-01-01");
		Cli.ok("client", "--dir", this.dir, "--cn", "x", "--name", "short", "--lifetime", "PT5M");
		Cli.ok("client", "--dir", this.dir, "--cn", "x", "--name", "past", "--not-before", "2020-01-01T00:00:00Z",
				"--days", "0.5");
		assertThat(certificate("expired").getNotAfter().toInstant()).isBefore(Instant.now().minus(Duration.ofDays(2)))
			.isAfter(Instant.now().minus(Duration.ofDays(4)));
		assertThat(certificate("future").getNotBefore()).isEqualTo("2035-01-01T00:00:00Z");
		assertThat(Validity.of(certificate("short")).lifetime()).isEqualTo(Duration.ofMinutes(5));
		assertThat(certificate("past").getNotAfter()).isEqualTo("2020-01-01T12:00:00Z");
	}

	@ParameterizedTest
	@CsvSource({ "--days,0,must not be zero", "--days,1e12,1950 and 9999", "--days,NaN,must not be zero",
			"--days,x,'x'", "--lifetime,0s,a second", "--lifetime,5,such as 30s",
			"--not-before,tomorrow,such as 2027-01-31", "--not-before,1900-01-01,1950", "--key-type,dsa,'dsa'",
			"--not-before,9999-12-31,1950 and 9999", "--name,../x,letters", "--name,CA,belongs to the CA",
			"--days,-300000,1950" })
	void optionOutOfRangeIsAUsageError(String option, String value, String reason) {
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--cn", "x", option, value)).contains(reason);
		assertThat(this.dir.resolve("client.crt")).doesNotExist();
	}

	@ParameterizedTest
	@ValueSource(strings = { "dev", "renew" })
	void lifetimeBeyondTheYear9999IsAUsageErrorOfUpkeepToo(String command) {
		Path folder = this.dir.resolve("new");
		assertThat(Cli.failing(2, command, "--dir", folder, "--lifetime", "4000000d")).contains("1950 and 9999");
		assertThat(folder).doesNotExist();
	}

	@Test
	void validityThatEndsBeforeItBeginsIsAUsageError() {
		assertThat(
				Cli.failing(2, "client", "--dir", this.dir, "--cn", "x", "--not-before", "2035-01-01", "--days", "-1"))
			.contains("is empty");
	}

	@Test
	void daysAndLifetimeExcludeEachOther() {
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--cn", "x", "--days", "1", "--lifetime", "1h"))
			.contains("mutually exclusive");
	}

	@Test
	void existingAuthorityIsNeverOverwritten() throws Exception {
		byte[] key = Files.readAllBytes(this.dir.resolve("ca.key"));
		assertThat(Cli.failing(1, "init", "--dir", this.dir)).contains("ca.key exists, and a CA is never overwritten",
				"certs init --dir DIR");
		Files.delete(this.dir.resolve("ca.crt"));
		Cli.failing(1, "init", "--dir", this.dir);
		Cli.failing(1, "dev", "--dir", this.dir);
		assertThat(this.dir.resolve("ca.key")).hasBinaryContent(key);
		assertThat(this.dir.resolve("ca.crt")).doesNotExist();
	}

	@Test
	void replacedCertificateIsNamedSoThatItCanBeRevoked() {
		Cli.ok("client", "--dir", this.dir, "--cn", "x");
		String old = certificate("client").getSerialNumber().toString(16);
		assertThat(Cli.ok("client", "--dir", this.dir, "--cn", "x").out())
			.containsPattern("certs revoke --dir '" + this.dir + "' 0?" + old);
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			client --cn other,                  client
			client --cn todo-client --name server, server
			client --cn other --name third,     third
			client --cn Todo-Client,            client
			server --host other.example,        server
			server --host 127.0.0.2 --days 1,   server
			server --host localhost --name client, client
			client --cn other --name lonely,    lonely
			""")
	void certificateOfAnotherIsReplacedOnlyWhenToldSo(String command, String name) throws Exception {
		Cli.ok("server", "--dir", this.dir, "--host", "localhost,127.0.0.1");
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client");
		Cli.ok("client", "--dir", this.dir, "--cn", "third", "--name", "third");
		Files.copy(this.dir.resolve("client.key"), this.dir.resolve("lonely.key"));
		byte[] key = Files.readAllBytes(this.dir.resolve(name + ".key"));
		Object[] args = (command + " --dir " + this.dir).split(" ");
		assertThat(Cli.failing(1, args)).contains(this.dir.resolve(name).toString(), "--name NAME", "--replace");
		assertThat(this.dir.resolve(name + ".key")).hasBinaryContent(key);
		Cli.ok((command + " --replace --dir " + this.dir).split(" "));
		assertThat(Files.readAllBytes(this.dir.resolve(name + ".key"))).isNotEqualTo(key);
	}

	@Test
	void nextCertificateOfTheSameReplacesTheOneBefore() {
		Cli.ok("server", "--dir", this.dir, "--host", "localhost,127.0.0.1");
		Cli.ok("server", "--dir", this.dir, "--host", "localhost,new.example", "--key-type", "rsa");
		Cli.ok("client", "--dir", this.dir, "--cn", "Jürgen");
		Cli.ok("client", "--dir", this.dir, "--cn", "Jürgen", "--days", "1");
		assertThat(Validity.of(certificate("client")).lifetime()).isEqualTo(Duration.ofDays(1));
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "third", "mTLS Client", "O'Brien", "$(id) `id` \"x\" \\", "Jürgen, 日本", "\u200Bzero'width\\" })
	void adviceOnTheAllowListWorksWhenPasted(String name) throws Exception {
		String out = Cli.ok("client", "--dir", this.dir, "--cn", name, "--name", "third").out();
		String line = out.lines().filter((each) -> each.contains("CALLERS_")).findFirst().orElseThrow();
		Path script = Files.writeString(this.dir.resolve("paste"), line + " env | grep -a CALLERS | sort\n");
		ProcessBuilder builder = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true);
		builder.environment().put("LC_ALL", "C.UTF-8");
		Process shell = builder.start();
		assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()).containsExactly(
				"MTLS_CALLERS_0_NAME=todo-client", "MTLS_CALLERS_0_ROLES=read,write", "MTLS_CALLERS_1_NAME=" + name,
				"MTLS_CALLERS_1_ROLES=read,write");
		assertThat(Cli.ok("client", "--dir", this.dir, "--cn", "todo-client").out()).doesNotContain("CALLERS_1_")
			.contains("MTLS_CALLERS_0_NAME=todo-client MTLS_CALLERS_0_ROLES=read,write");
	}

	@Test
	void certificateThatIsTooLargeForAHandshakeIsNotIssued() {
		String hosts = IntStream.range(0, 900)
			.mapToObj((i) -> "service-%d.some-department.example.com".formatted(i))
			.collect(Collectors.joining(","));
		assertThat(Cli.failing(1, "server", "--dir", this.dir, "--host", hosts))
			.contains("Java takes 32700 in a handshake", "Give fewer hosts");
		assertThat(this.dir.resolve("server.crt")).doesNotExist();
		Cli.ok("server", "--dir", this.dir, "--host", hosts.substring(0, 25_000).replaceFirst(",[^,]*$", ""));
	}

	@Test
	void issuingWithoutAnAuthoritySaysHowToGetOne() {
		assertThat(Cli.failing(1, "client", "--dir", this.dir.resolve("none"), "--cn", "x"))
			.contains("There is no CA in", "certs init --dir");
		assertThat(this.dir.resolve("none")).doesNotExist();
	}

	@Test
	void folderThatCannotBeWrittenIsNamed() throws Exception {
		Path file = Files.createFile(this.dir.resolve("file"));
		assertThat(Cli.failing(1, "init", "--dir", file)).contains(file + " cannot be written",
				"there is a file in the way");
	}

	private void assertStrictlyValid(String name, String purpose) {
		Openssl.Result result = opensslVerify(name, purpose);
		assertThat(result.exitCode()).as(result.output()).isZero();
	}

	private Openssl.Result opensslVerify(String name, String purpose) {
		return Openssl.start("verify", "-x509_strict", "-check_ss_sig", "-purpose", purpose, "-CAfile",
				this.dir.resolve("ca.crt"), this.dir.resolve(name + ".crt"));
	}

	private X509Certificate certificate(String name) {
		return new PemFile(this.dir.resolve(name + ".crt")).certificate();
	}

	private String mode(String file) throws Exception {
		return PosixFilePermissions.toString(Files.getPosixFilePermissions(this.dir.resolve(file)));
	}

}
