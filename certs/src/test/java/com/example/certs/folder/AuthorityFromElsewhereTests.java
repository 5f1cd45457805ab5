package com.example.certs.folder;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.example.certs.Cli;
import com.example.certs.Openssl;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * A CA that was there before, in every form in which people have it.
 */
class AuthorityFromElsewhereTests {

	private static final BouncyCastleProvider BOUNCY_CASTLE = new BouncyCastleProvider();

	@TempDir
	Path dir;

	static Stream<Arguments> forms() {
		return Stream.of(form("as it is", (pem) -> pem), form("blanks", (pem) -> pem.replace('\n', ' ')),
				form("one line", (pem) -> pem.replace("\n", "")), form("tabs", (pem) -> pem.replace('\n', '\t')),
				form("Windows", (pem) -> pem.replace("\n", "\r\n")),
				form("written \\n", (pem) -> pem.replace("\n", "\\n")),
				form("quoted", (pem) -> "\"" + pem.strip() + "\""), form("byte order mark", (pem) -> "\ufeff" + pem),
				form("attributes", (pem) -> "Bag Attributes\n    friendlyName: corp\n" + pem),
				form("base64", (pem) -> base64(pem)),
				form("wrapped base64", (pem) -> base64(pem).replaceAll("(.{76})", "$1\n")));
	}

	private static Arguments form(String name, UnaryOperator<String> change) {
		return Arguments.of(name, change);
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forms")
	void issueWhenFormIsKnownThenIssuedAndNothingOfTheCaIsWritten(String name, UnaryOperator<String> form)
			throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Cli.ok("crl", "--dir", this.dir);
		for (String file : List.of("ca.crt", "ca.key", "ca.crl")) {
			Files.writeString(file(file), form.apply(Files.readString(file(file))));
		}
		byte[] certificate = Files.readAllBytes(file("ca.crt"));
		byte[] key = Files.readAllBytes(file("ca.key"));
		Cli.ok("client", "--dir", this.dir, "--cn", "al");
		Cli.ok("revoke", "--dir", this.dir, "client.crt");
		assertThat(Cli.ok("list", "--dir", this.dir).out()).contains("revoked");
		assertThat(Files.readAllBytes(file("ca.crt"))).isEqualTo(certificate);
		assertThat(Files.readAllBytes(file("ca.key"))).isEqualTo(key);
	}

	static Stream<Arguments> keys() throws Exception {
		KeyPairGenerator pss = KeyPairGenerator.getInstance("RSASSA-PSS");
		pss.initialize(2048);
		KeyPairGenerator p521 = KeyPairGenerator.getInstance("EC");
		p521.initialize(new ECGenParameterSpec("secp521r1"));
		return Stream.of(Arguments.of("RSASSA-PSS", pss.generateKeyPair(), "SHA256withRSAandMGF1"),
				Arguments.of("P-521", p521.generateKeyPair(), "SHA512withECDSA"),
				Arguments.of("Ed25519", KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), "Ed25519"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("keys")
	void issueWhenKeyIsOfAnUnusualKindThenIssued(String name, KeyPair keyPair, String algorithm) throws Exception {
		X509Certificate certificate = write(keyPair, algorithm);
		Cli.ok("client", "--dir", this.dir, "--cn", "al");
		new PemFile(file("client.crt")).certificate().verify(certificate.getPublicKey());
	}

	@Test
	void issueWhenKeyAllowsOtherSignaturesOnlyThenRefused() {
		Openssl.run("genpkey", "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048", "-pkeyopt",
				"rsa_pss_keygen_md:sha384", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha384", "-pkeyopt",
				"rsa_pss_keygen_saltlen:48", "-out", file("ca.key"));
		Openssl.run("req", "-x509", "-new", "-key", file("ca.key"), "-sha384", "-subj", "/CN=corp", "-days", "9",
				"-out", file("ca.crt"));
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al")).contains("The CA's key cannot sign");
		assertThat(file("client.crt")).doesNotExist();
	}

	@Test
	void whenKeyUsageOfTheCaHasNoCrlSignThenItIssuesAndDoesNotRevoke() {
		ca("keyCertSign");
		Cli.ok("client", "--dir", this.dir, "--cn", "al");
		assertThat(Cli.failing(1, "revoke", "--dir", this.dir, "client.crt")).contains("no cRLSign");
		assertThat(file("ca.crl")).doesNotExist();
	}

	@Test
	void issueWhenKeyUsageOfTheCaHasNoKeyCertSignThenRefused() {
		ca("cRLSign");
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al")).contains("is not a CA certificate");
	}

	@Test
	void issueWhenItsIssuerStandsBeforeTheCaThenTheOneOfTheKeyCounts() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Path other = this.dir.resolve("other");
		Cli.ok("init", "--dir", other);
		Files.writeString(file("ca.crt"), Files.readString(other.resolve("ca.crt")) + Files.readString(file("ca.crt")));
		Cli.ok("client", "--dir", this.dir, "--cn", "al");
		new PemFile(file("client.crt")).certificate()
			.verify(new PemFile(file("ca.crt")).certificates().get(1).getPublicKey());
	}

	@Test
	void whatNoServiceWouldTakeIsNotIssued() {
		openssl("EC", "ec_paramgen_curve:P-256",
				"nameConstraints=critical,permitted;DNS:corp.example,excluded;DNS:a.corp.example");
		for (String host : List.of("localhost", "a.corp.example", "b.corp.example,127.0.0.1,x.example")) {
			assertThat(Cli.failing(1, "server", "--dir", this.dir, "--host", host)).contains("No service takes",
					"name constraints");
		}
		assertThat(file("server.crt")).doesNotExist();
		Cli.ok("server", "--dir", this.dir, "--host", "b.corp.example");
		openssl("EC", "ec_paramgen_curve:P-256", "nameConstraints=critical,excluded;DNS:a.corp.example");
		Cli.ok("client", "--dir", this.dir, "--cn", "al", "--days", "-1");
		openssl("RSA", "rsa_keygen_bits:1024", "keyUsage=critical,keyCertSign,cRLSign");
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al")).contains("RSA key has 1024 bits");
		openssl("RSA", "rsa_keygen_bits:2048", "nameConstraints=critical,permitted;dirName:names");
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al")).contains("name constraints");
	}

	private void openssl(String algorithm, String option, String extension) {
		try {
			Files.writeString(file("ca.cnf"),
					"[req]\ndistinguished_name=dn\nx509_extensions=ca\n[dn]\n[names]\nO=corp\n"
							+ "[ca]\nbasicConstraints=critical,CA:true\nsubjectKeyIdentifier=hash\n" + extension
							+ "\n");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		Openssl.run("req", "-x509", "-config", file("ca.cnf"), "-newkey", algorithm, "-pkeyopt", option, "-nodes",
				"-subj", "/O=corp/CN=corp", "-days", "9", "-keyout", file("ca.key"), "-out", file("ca.crt"));
	}

	private void ca(String keyUsage) {
		Openssl.run("req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj",
				"/CN=corp", "-days", "9", "-addext", "keyUsage=critical," + keyUsage, "-keyout", file("ca.key"), "-out",
				file("ca.crt"));
	}

	@Test
	void issueWhenCurveIsUnknownToJavaThenNamed() throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", BOUNCY_CASTLE);
		generator.initialize(new ECGenParameterSpec("secp256k1"));
		write(generator.generateKeyPair(), "SHA256withECDSA");
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al"))
			.contains("the curve secp256k1, which Java does not have");
	}

	@Test
	void issueWhenTheFirstOfABundleIsCutOffThenNamedByItsPosition() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		String pem = Files.readString(file("ca.crt"));
		Files.writeString(file("ca.crt"), pem.substring(0, 200) + pem);
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al"))
			.contains("ca.crt is damaged: a certificate in it, number 1 of 2, cannot be read");
	}

	@Test
	void issueWhenParametersStandBesideTheCertificateThenIssued() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Files.writeString(file("ca.crt"),
				pem(new PemObject("DH PARAMETERS", new byte[] { 1 })) + Files.readString(file("ca.crt")));
		Cli.ok("client", "--dir", this.dir, "--cn", "al");
	}

	@Test
	void issueWhenTheSecondOfABundleIsDamagedThenNamedByItsPosition() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		String pem = Files.readString(file("ca.crt"));
		Files.writeString(file("ca.crt"), pem + pem.replaceFirst("-----\n.{8}", "-----\n"));
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al"))
			.contains("ca.crt is damaged: a certificate in it, number 2 of 2, cannot be read");
	}

	static Stream<Arguments> foreign() throws Exception {
		return Stream.of(Arguments.of("ca.key", keyStore("PKCS12"), "a PKCS #12 keystore", "keytool -importkeystore"),
				Arguments.of("ca.key", keyStore("JKS"), "a Java keystore (JKS)", "keytool -importkeystore"),
				Arguments.of("ca.crt", keyStore("JCEKS"), "a Java keystore (JCEKS)", "keytool -importkeystore"),
				Arguments.of("ca.key", pem("OPENSSH PRIVATE KEY"), "in the format of OpenSSH",
						"ssh-keygen -p -m PKCS8"),
				Arguments.of("ca.key", pem("PGP PRIVATE KEY BLOCK"), "a PGP key", "certs init"),
				Arguments.of("ca.crt", pem("CERTIFICATE REQUEST"), "a certificate signing request", "its CA"),
				Arguments.of("ca.key", pem("PUBLIC KEY"), "a public key", "the private key"));
	}

	@ParameterizedTest(name = "{0}: {2}")
	@MethodSource("foreign")
	void issueWhenTheCaIsSomethingElseThenNamedAndHowToConvertIt(String file, byte[] content, String what, String cure)
			throws Exception {
		Cli.ok("init", "--dir", this.dir);
		Files.write(file(file), content);
		assertThat(Cli.failing(1, "client", "--dir", this.dir, "--cn", "al")).contains(what, cure);
	}

	@Test
	void issueWhenTheKeyIsDamagedThenNothingOfItIsPrinted() throws Exception {
		Cli.ok("init", "--dir", this.dir);
		String pem = Files.readString(file("ca.key"));
		String body = pem.replaceAll("-----[A-Z ]+-----|\\s", "");
		for (String damaged : List.of(body, body.substring(9), pem.replace("-----", "----"), pem.substring(0, 100),
				pem.replaceFirst("-----\n.", "-----\n?"), "BEGIN" + body, base64(pem).substring(0, 90))) {
			Files.writeString(file("ca.key"), damaged);
			Cli result = Cli.run("client", "--dir", this.dir, "--cn", "al");
			assertThat(result.exitCode()).isOne();
			for (int i = 0; i + 16 <= body.length(); i++) {
				assertThat(result.out() + result.err()).doesNotContain(body.substring(i, i + 16));
			}
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "PKCS12", "JKS", "JCEKS", "DER", "old" })
	void whatIsConvertedAsAdvisedIsForItsOwnerAlone(String form) throws Exception {
		assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "Skipped: no POSIX modes");
		Cli.ok("init", "--dir", this.dir);
		if (form.equals("DER")) {
			Openssl.run("pkey", "-in", file("ca.key"), "-outform", "DER", "-out", file("FILE"));
		}
		else if (form.equals("old")) {
			Openssl.run("ec", "-in", file("ca.key"), "-aes128", "-passout", "pass:changeit", "-out", file("FILE"));
		}
		else {
			Files.write(file("FILE"), keyStore(form));
		}
		Files.copy(file("FILE"), file("ca.key"), StandardCopyOption.REPLACE_EXISTING);
		String cure = Cli.failing(1, "client", "--dir", this.dir, "--cn", "al").lines().toList().get(1);
		String command = cure.substring(cure.indexOf(": ") + 2, cure.length() - 1)
			.replace("-in OLD -out NEW", "-in FILE -out NEW -passin pass:changeit -passout pass:changeit")
			.replace("openssl pkcs12", "openssl pkcs12 -passin pass:changeit");
		Path script = Files.writeString(file("script"), "umask 022\n" + command);
		Process shell = new ProcessBuilder("sh", script.toString()).directory(this.dir.toFile())
			.redirectInput(Files.writeString(file("answers"), "changeit\n".repeat(3)).toFile())
			.redirectErrorStream(true)
			.start();
		String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		assertThat(shell.waitFor()).as(command + output).isZero();
		List<Path> made;
		try (Stream<Path> files = Files.list(this.dir)) {
			made = files.filter((each) -> each.getFileName().toString().matches("FILE\\..*|NEW")).toList();
		}
		assertThat(made).isNotEmpty()
			.allSatisfy((each) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(each)))
				.isEqualTo("rw-------"));
	}

	private Path file(String name) {
		return this.dir.resolve(name);
	}

	private X509Certificate write(KeyPair keyPair, String algorithm) throws Exception {
		X509Certificate certificate = selfSigned(keyPair, algorithm);
		Files.writeString(file("ca.crt"), pem((Object) certificate));
		Files.writeString(file("ca.key"), pem(new JcaPKCS8Generator(keyPair.getPrivate(), null).generate()));
		return certificate;
	}

	private static X509Certificate selfSigned(KeyPair keyPair, String algorithm) throws Exception {
		X500Name name = new X500Name("CN=corp");
		Instant now = Instant.now();
		return new JcaX509CertificateConverter().getCertificate(new X509v3CertificateBuilder(name, BigInteger.TEN,
				Date.from(now.minusSeconds(60)), Date.from(now.plus(Duration.ofDays(9))), name,
				SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded()))
			.addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
			.build(new JcaContentSignerBuilder(algorithm).setProvider(BOUNCY_CASTLE).build(keyPair.getPrivate())));
	}

	private static byte[] pem(String label) throws Exception {
		return pem(new PemObject(label, "openssh-key-v1 ssh-rsa and so on, as long as it takes".getBytes()))
			.getBytes(StandardCharsets.UTF_8);
	}

	private static String pem(Object object) throws Exception {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			writer.writeObject(object);
		}
		return text.toString();
	}

	private static byte[] keyStore(String type) throws Exception {
		KeyStore store = KeyStore.getInstance(type);
		store.load(null, null);
		KeyPair keyPair = KeyPairGenerator.getInstance("EC").generateKeyPair();
		store.setKeyEntry("ca", keyPair.getPrivate(), "changeit".toCharArray(),
				new Certificate[] { selfSigned(keyPair, "SHA256withECDSA") });
		ByteArrayOutputStream out = new ByteArrayOutputStream();
		store.store(out, "changeit".toCharArray());
		return out.toByteArray();
	}

}
