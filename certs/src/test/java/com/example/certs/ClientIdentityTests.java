package com.example.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Callers that are known by a URI or a DNS name instead of their common name.
 */
class ClientIdentityTests {

	private static final String ID = "spiffe://example.org/ns/prod/sa/reports";

	@TempDir
	Path dir;

	@BeforeEach
	void createAuthority() {
		Cli.ok("init", "--dir", this.dir);
	}

	@ParameterizedTest
	@CsvSource({ "--uri, " + ID + ", URI:" + ID, "--uri, spiffe://a_b.c-d/X.y_z-1, URI:spiffe://a_b.c-d/X.y_z-1",
			"--uri, https://reports.example/v1?x=%20y#z, URI:https://reports.example/v1?x=%20y#z",
			"--uri, urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6, URI:urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
			"--dns, Reports.Example.org, DNS:reports.example.org", "--dns, bücher.example, DNS:xn--bcher-kva.example",
			"--dns, reports, DNS:reports" })
	void identityIsTheOnlyNameAndCriticalWhereThereIsNoCommonName(String option, String value, String name) {
		Cli.ok("client", "--dir", this.dir, option, value);
		assertThat(extension("client")).containsExactly("X509v3 Subject Alternative Name: critical", name);
		assertThat(openssl("client", "-subject")).isEqualToIgnoringWhitespace("subject=");
		assertStrictlyValidForAClient("client");
	}

	@Test
	void identityStandsBesideACommonName() {
		Cli.ok("client", "--dir", this.dir, "--cn", "reports", "--uri", ID, "--dns", "reports.example.org");
		assertThat(extension("client")).containsExactly("X509v3 Subject Alternative Name:",
				"URI:" + ID + ", DNS:reports.example.org");
		assertThat(openssl("client", "-subject")).isEqualToIgnoringWhitespace("subject=CN=reports");
		assertStrictlyValidForAClient("client");
		Cli.ok("client", "--dir", this.dir, "--cn", "plain", "--name", "plain");
		assertThat(openssl("plain", "-ext", "subjectAltName")).doesNotContain("URI", "DNS");
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "reports", "/reports", "//example.org/reports", "spiffe:", "spiffe://",
			"spiffe:///reports", "spiffe://example.org", "spiffe://example.org/", "spiffe://example.org/a/",
			"spiffe://example.org//a", "spiffe://example.org/./a", "spiffe://example.org/a/..",
			"spiffe://Example.org/a", "SPIFFE://example.org/a", "spiffe://example.org:8443/a",
			"spiffe://user@example.org/a", "spiffe://example.org/a?b", "spiffe://example.org/a#b",
			"spiffe://example.org/a%2fb", "spiffe://example.org/a:b", "spiffe:example.org/a", "spiffe://[::1]/a",
			"https:///a", "https://", "urn:", "urn:a b", "urn:\u00e4", "urn:a\u0000", "urn:a\nb", "http://ex ample/",
			"https://%/a", "1x:a" })
	void uriThatNamesNoCallerIsRefused(String uri) {
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--cn", "reports", "--uri", uri)).contains("--uri");
		assertThat(this.dir.resolve("client.crt")).doesNotExist();
	}

	@Test
	void spiffeIdHas2048BytesAndATrustDomain255AtMost() {
		String id = "spiffe://example.org/";
		Cli.ok("client", "--dir", this.dir, "--uri", id + "a".repeat(2048 - id.length()));
		assertStrictlyValidForAClient("client");
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--uri", id + "a".repeat(2049 - id.length())))
			.contains("has 2049 bytes, 2048 are the most");
		Cli.ok("client", "--dir", this.dir, "--uri", "spiffe://" + "a".repeat(255) + "/a", "--name", "long");
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--uri", "spiffe://" + "a".repeat(256) + "/a"))
			.contains("255 characters");
	}

	@ParameterizedTest
	@ValueSource(strings = { "*.example.org", "10.0.0.1", "::1", "a..b", "https://a.example", "a.example:443", "" })
	void dnsNameIsOneNameAndNoAddress(String name) {
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--dns", name)).contains("--dns");
		assertThat(this.dir.resolve("client.crt")).doesNotExist();
	}

	@Test
	void oneOfEachKindAtMostAndOneNameAtLeast() {
		assertThat(Cli.failing(2, "client", "--dir", this.dir)).contains("--cn=NAME", "--uri=URI", "--dns=NAME");
		assertThat(Cli.failing(2, "client", "--dir", this.dir, "--uri", "urn:x:a", "--uri", "urn:x:b"))
			.contains("--uri");
	}

	@ParameterizedTest
	@CsvSource(textBlock = """
			--uri spiffe://example.org/a,                         uri, spiffe://example.org/a
			--cn a --uri urn:a;b'c,                               uri, urn:a;b'c
			--cn a --uri https://x.example/?a=$(id)&b=* --dns a.example, uri, https://x.example/?a=$(id)&b=*
			--dns A.example,                                      dns, a.example
			""")
	void adviceNamesTheIdentityAndWorksWhenPasted(String options, String kind, String identity) throws Exception {
		String out = Cli.ok((Object[]) ("client --dir " + this.dir + " " + options).split(" ")).out();
		String line = out.lines().filter((each) -> each.contains("CALLERS_")).findFirst().orElseThrow();
		Path script = Files.writeString(this.dir.resolve("paste"), line + " env | grep -a '^MTLS' | sort\n");
		Process shell = new ProcessBuilder("bash", script.toString()).redirectErrorStream(true).start();
		assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines()).containsExactly(
				"MTLS_CALLERS_0_NAME=" + identity, "MTLS_CALLERS_0_ROLES=read,write", "MTLS_IDENTITY=" + kind);
		assertThat(out).contains("mtls.identity");
		assertThat(Cli.ok("client", "--dir", this.dir, "--cn", "al", "--name", "al").out())
			.doesNotContain("MTLS_IDENTITY");
	}

	@Test
	void certificateOfAnotherIdentityIsReplacedOnlyWhenToldSo() {
		Cli.ok("client", "--dir", this.dir, "--cn", "a", "--uri", ID);
		Cli.ok("client", "--dir", this.dir, "--cn", "a", "--uri", ID, "--key-type", "rsa");
		for (String options : new String[] { "--cn a", "--uri " + ID, "--cn b --uri " + ID, "--cn a --uri " + ID + "2",
				"--cn a --dns a.example", "--cn a --dns a.example --uri " + ID }) {
			Object[] args = ("client --dir " + this.dir + " " + options).split(" ");
			assertThat(Cli.failing(1, args)).contains("is there, for a," + ID, "--replace");
		}
		Cli.ok("client", "--dir", this.dir, "--dns", "a.example", "--replace");
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--dns", "b.example")).contains("for a.example,");
	}

	@Test
	void listNamesTheIdentityAndWhoIsRevokedIsToldHowToComeBack() {
		Cli.ok("client", "--dir", this.dir, "--uri", ID, "--name", "bare");
		Cli.ok("client", "--dir", this.dir, "--cn", "al", "--uri", ID, "--dns", "al.example", "--name", "al");
		assertThat(Cli.ok("list", "--dir", this.dir).out()).containsPattern("bare.crt +client +" + ID + " ")
			.containsPattern("al.crt +client +al," + ID + ",al.example ");
		Cli.ok("revoke", "--dir", this.dir, "al.crt");
		assertThat(Cli.ok("renew", "--dir", this.dir).out())
			.contains("certs client --cn al --uri " + ID + " --dns al.example --dir " + this.dir + " --name al");
	}

	@Test
	void renewKeepsEachName() throws Exception {
		issueLongAgo("bare", "--uri " + ID);
		issueLongAgo("all", "--cn all --uri " + ID + " --dns all.example");
		issueByOpenssl("odd", "URI:spiffe://Example.org/a,URI:urn:b,DNS:UPPER.example,IP:10.0.0.1,email:a@b.example");
		List<String> names = List.of("bare", "all", "odd");
		List<List<String>> before = names.stream().map(this::extension).toList();
		List<String> subjects = names.stream().map((name) -> openssl(name, "-subject")).toList();
		assertThat(Cli.ok("renew", "--dir", this.dir, "--lifetime", "10d").out()).contains("bare.crt issued",
				"all.crt issued", "odd.crt issued");
		assertThat(names.stream().map(this::extension)).isEqualTo(before)
			.allSatisfy((name) -> assertThat(name).hasSize(2));
		assertThat(names.stream().map((name) -> openssl(name, "-subject"))).isEqualTo(subjects);
	}

	@Test
	void devKeepsTheIdentityOfItsClient() throws Exception {
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client", "--uri", ID);
		assertThat(Cli.ok("dev", "--dir", this.dir, "--cn", "todo-client").out()).doesNotContain("client.crt");
		Files.delete(this.dir.resolve("client.key"));
		assertThat(Cli.ok("dev", "--dir", this.dir).out()).contains("client.crt issued");
		assertThat(extension("client")).contains("URI:" + ID);
		Cli.ok("client", "--dir", this.dir, "--uri", ID, "--replace", "--days", "-1");
		assertThat(Cli.ok("dev", "--dir", this.dir).out()).contains("client.crt issued");
		assertThat(extension("client")).containsExactly("X509v3 Subject Alternative Name: critical", "URI:" + ID);
	}

	/** In the last third of its life. */
	private void issueLongAgo(String name, String options) {
		Cli.ok((Object[]) "client --dir %s --name %s --not-before %s %s"
			.formatted(this.dir, name, Instant.now().minus(Duration.ofDays(80)), options)
			.split(" "));
	}

	private void issueByOpenssl(String name, String names) throws Exception {
		Path extensions = Files.writeString(this.dir.resolve("ext"),
				"extendedKeyUsage=clientAuth\nsubjectAltName=" + names + "\n");
		Openssl.run("req", "-new", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
				"/O=x/CN=" + name, "-keyout", this.dir.resolve(name + ".key"), "-out", this.dir.resolve("csr"));
		Openssl.run("x509", "-req", "-in", this.dir.resolve("csr"), "-CA", this.dir.resolve("ca.crt"), "-CAkey",
				this.dir.resolve("ca.key"), "-days", "30", "-extfile", extensions, "-out",
				this.dir.resolve(name + ".crt"));
	}

	private void assertStrictlyValidForAClient(String name) {
		Openssl.run("verify", "-x509_strict", "-purpose", "sslclient", "-CAfile", this.dir.resolve("ca.crt"),
				this.dir.resolve(name + ".crt"));
	}

	private List<String> extension(String name) {
		return openssl(name, "-ext", "subjectAltName").lines().map(String::strip).toList();
	}

	private String openssl(String name, String... what) {
		List<Object> args = new ArrayList<>(List.of("x509", "-noout", "-in", this.dir.resolve(name + ".crt")));
		args.addAll(List.of(what));
		return Openssl.run(args.toArray());
	}

}
