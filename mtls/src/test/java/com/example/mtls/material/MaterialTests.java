package com.example.mtls.material;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Builder;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateRefusedException.Reason;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PKCS8Generator;
import org.bouncycastle.openssl.jcajce.JcaMiscPEMGenerator;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8EncryptorBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMEncryptorBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * Everything that can be wrong with the certificate, the key and the trusted CAs, and
 * what is said about it; and every form in which they are read.
 */
class MaterialTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final Issued SERVER = CA.server();

	/** Of AD CS, which can mark them as critical. */
	private static final ASN1ObjectIdentifier APPLICATION_POLICIES = new ASN1ObjectIdentifier("1.3.6.1.4.1.311.21.10");

	private static final String PASSWORD = "open-sesame";

	private static final KeyPair RSA = TestCa.rsa(2048);

	@TempDir
	Path folder;

	/** The settings of a good set, about which something can be changed. */
	private static final class Setup {

		private final Path folder;

		private String certificate;

		private String key;

		private String keyPassword;

		private String trust;

		Setup(Path folder) {
			this.folder = folder;
			certificate(SERVER.certificatePem()).key(SERVER.keyPem()).trust(CA.certificatePem());
		}

		Setup certificate(String text) {
			this.certificate = TestCa.write(this.folder.resolve("server.crt"), text).toString();
			return this;
		}

		Setup key(String text) {
			this.key = TestCa.write(this.folder.resolve("server.key"), text).toString();
			return this;
		}

		Setup trust(String text) {
			this.trust = TestCa.write(this.folder.resolve("ca.crt"), text).toString();
			return this;
		}

		Setup issued(Issued issued) {
			return certificate(issued.certificatePem()).key(issued.keyPem());
		}

		Material load() {
			PemSslBundleProperties settings = TestTls.settings(this.certificate, this.key, this.trust);
			settings.getKeystore().setPrivateKeyPassword(this.keyPassword);
			return Material.load(TestTls.named(settings), EnumSet.of(Purpose.SERVER), Instant.now());
		}

	}

	/** What is done to the good set, and the three parts of what is said about it. */
	private record Problem(String name, Consumer<Setup> change, String variable, String why, String cure) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	/** What is done to the good set that leaves it good. */
	private record Form(String name, Consumer<Setup> change) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	static Stream<Problem> problems() {
		Issued intermediate = CA.leaf().commonName("intermediate").ca(0).issue();
		Issued below = intermediate.asCa().server();
		return Stream.of(
				// The files.
				certificate("certificate not set", (setup) -> setup.certificate = "", "is not set",
						"Set it to the path"),
				key("key not set", (setup) -> setup.key = null, "is not set", "Set it to the path"),
				trust("trust not set", (setup) -> setup.trust = " ", "is not set", "Set it to the path"),
				certificate("certificate missing", (setup) -> setup.certificate = "/nowhere/server.crt",
						"(/nowhere/server.crt) does not exist", "Mount the file there"),
				key("key missing", (setup) -> setup.key = "/nowhere/server.key", "(/nowhere/server.key) does not exist",
						"Mount the file there"),
				trust("trust missing", (setup) -> setup.trust = "/nowhere/ca.crt", "(/nowhere/ca.crt) does not exist",
						"Mount the file there"),
				key("key a link to itself", (setup) -> setup.key = endlessLink(setup.folder),
						"cannot be read: Too many levels of symbolic links", "A link that leads back to itself"),
				key("key below a file", (setup) -> setup.key += "/server.key", "cannot be read: Not a directory",
						"namei -l FILE"),
				certificate("certificate a directory", (setup) -> setup.certificate = setup.folder.toString(),
						"is a directory", "Docker makes an empty directory"),
				certificate("certificate empty", (setup) -> setup.certificate(""), "is an empty file", "never filled"),
				key("key of blanks", (setup) -> setup.key(" \n"), "is an empty file", "never filled"),
				trust("trust empty", (setup) -> setup.trust(""), "is an empty file", "never filled"),
				certificate("certificate endless", (setup) -> setup.certificate = "/dev/zero",
						"is neither a file nor a directory", "can be read only once"),
				certificate("certificate huge", (setup) -> setup.certificate(" ".repeat((8 << 20) + 1)),
						"is larger than 8 MiB", "Give a PEM file"),
				certificate("certificate some text", (setup) -> setup.certificate("hello"), "is not PEM",
						"starts with -----BEGIN"),
				certificate("certificate DER", (setup) -> der(setup, SERVER.certificate()),
						"is not PEM: it is a certificate in DER", "Convert it: openssl x509 -inform DER"),
				certificate("certificate cut off",
						(setup) -> setup.certificate(SERVER.certificatePem().substring(0, 300)), "is cut off",
						"Copy the file again"),
				certificate("certificate damaged",
						(setup) -> setup.certificate(SERVER.certificatePem().replaceFirst("-----\n.{8}", "-----\n")),
						"holds a damaged certificate", "Copy the file again"),
				key("key damaged", (setup) -> setup.key(SERVER.keyPem().replaceFirst("-----\n.{8}", "-----\n")),
						"holds a damaged private key", "Copy the file again"),
				// The wrong kind.
				certificate("key as certificate", (setup) -> setup.certificate(SERVER.keyPem()),
						"holds a private key where a certificate belongs", "-----BEGIN CERTIFICATE-----"),
				key("certificate as key", (setup) -> setup.key(SERVER.certificatePem()),
						"holds a certificate where a private key belongs", "-----BEGIN PRIVATE KEY-----"),
				trust("key as trust", (setup) -> setup.trust(SERVER.keyPem()),
						"holds a private key where a certificate belongs", "-----BEGIN CERTIFICATE-----"),
				certificate("list as certificate", (setup) -> setup.certificate(CA.revoke()),
						"holds a revocation list where a certificate belongs", "-----BEGIN CERTIFICATE-----"),
				key("list as key", (setup) -> setup.key(CA.revoke()),
						"holds a revocation list where a private key belongs", "-----BEGIN PRIVATE KEY-----"),
				key("public key as key", (setup) -> setup.key(TestCa.pem(SERVER.keyPair().getPublic())),
						"holds a public key", "of a key pair the private key"),
				key("encrypted, no password", (setup) -> setup.key(encrypted(SERVER.key(), PASSWORD)),
						"is encrypted, and KEY_PASSWORD is not set", "Set KEY_PASSWORD"),
				key("encrypted, wrong password", (setup) -> {
					setup.key(encrypted(SERVER.key(), PASSWORD));
					setup.keyPassword = "wrong-one";
				}, "cannot be decrypted with KEY_PASSWORD", "Correct KEY_PASSWORD"),
				key("encrypted the old way", (setup) -> {
					setup.key(encryptedTheOldWay(RSA.getPrivate()));
					setup.keyPassword = PASSWORD;
				}, "is encrypted in the old way of OpenSSL", "openssl pkcs8 -topk8"),
				key("OpenSSH key",
						(setup) -> setup.key(TestCa.pem(new PemObject("OPENSSH PRIVATE KEY",
								"openssh-key-v1".getBytes(java.nio.charset.StandardCharsets.US_ASCII)))),
						"holds a private key in the format of OpenSSH", "ssh-keygen -p -m PKCS8"),
				// What does not belong together.
				key("key of another certificate", (setup) -> setup.key(CA.server().keyPem()),
						"does not belong to the certificate in CERT_FILE_PATH", "that were issued together"),
				key("key of another kind", (setup) -> setup.key(TestCa.pem(RSA.getPrivate())),
						"does not belong to the certificate in CERT_FILE_PATH", "that were issued together"),
				key("key of the issuer",
						(setup) -> setup.certificate(TestCa.pem(below.certificate(), intermediate.certificate()))
							.key(intermediate.keyPem()),
						"does not belong to the certificate in CERT_FILE_PATH", "that were issued together"),
				certificate("intermediate first",
						(setup) -> setup.certificate(TestCa.pem(intermediate.certificate(), below.certificate()))
							.key(below.keyPem()),
						"holds a chain in the wrong order", "Order it leaf first"),
				certificate("wrong order",
						(setup) -> setup
							.certificate(TestCa.pem(below.certificate(), CA.certificate(), intermediate.certificate()))
							.key(below.keyPem()),
						"holds a chain in the wrong order", "cat leaf.crt intermediate.crt"),
				// A certificate that is no good.
				certificate("expired", (setup) -> setup.issued(server().expired().issue()),
						"cannot be used: it expired at", "Issue a new one: java -jar certs/target/certs.jar server"),
				certificate("not yet valid", (setup) -> setup.issued(
						server().validity(Instant.now().plusSeconds(9_000), Instant.now().plusSeconds(18_000)).issue()),
						"cannot be used: it is valid only from", "Set the clock"),
				certificate("for clients", (setup) -> setup.issued(CA.client("todo-client")),
						"its ExtendedKeyUsage does not allow serverAuth", "Issue one for this end"),
				certificate("without digitalSignature",
						(setup) -> setup.issued(server().keyUsage(KeyUsage.keyEncipherment).issue()),
						"its KeyUsage does not allow digitalSignature", "Issue one for this end"),
				certificate("without SAN",
						(setup) -> setup
							.issued(CA.leaf().commonName("localhost").purposes(KeyPurposeId.id_kp_serverAuth).issue()),
						"names no host", "certs.jar server --host NAME"),
				certificate("with a SAN of another kind",
						(setup) -> setup
							.issued(server().names(new GeneralName(GeneralName.rfc822Name, "a@localhost")).issue()),
						"names no host", "certs.jar server --host NAME"),
				certificate("a CA",
						(setup) -> setup.issued(
								server().ca(null).keyUsage(KeyUsage.digitalSignature | KeyUsage.keyCertSign).issue()),
						"it is a CA certificate", "Give the leaf certificate, not the CA's"),
				certificate("RSA 1024", (setup) -> setup.issued(server().keyPair(TestCa.rsa(1024)).issue()),
						"its RSA key has 1024 bits", "EC P-256 or RSA 3072"),
				certificate("SHA-1", (setup) -> setup.issued(server().signature("SHA1withECDSA").issue()),
						"it is signed with SHA1withECDSA", "EC P-256 or RSA 3072"),
				certificate("critical extension that nobody knows",
						(setup) -> setup
							.issued(server().extension(APPLICATION_POLICIES, true, new byte[] { 48, 0 }).issue()),
						"a critical extension that Java does not know, 1.3.6.1.4.1.311.21.10", "issue a new one"),
				certificate("the same, of a CA that we do not trust",
						(setup) -> setup.trust(TestCa.create("other").certificatePem())
							.issued(server().extension(APPLICATION_POLICIES, true, new byte[] { 48, 0 }).issue()),
						"a critical extension that Java does not know, 1.3.6.1.4.1.311.21.10", "issue a new one"),
				certificate("two critical extensions that nobody knows in an intermediate", (setup) -> {
					Issued odd = CA.leaf()
						.commonName("odd")
						.ca(0)
						.extension(APPLICATION_POLICIES, true, new byte[] { 48, 0 })
						.extension(Extension.cRLDistributionPoints, true, new byte[] { 48, 0 })
						.issue();
					setup.issued(odd.asCa().server().withChain(odd.certificate()));
				}, "does not know, 1.3.6.1.4.1.311.21.10, 2.5.29.31,", "issue a new one"),
				certificate("chain of seven", (setup) -> setup.issued(longChain(6)),
						"holds a chain of 7 certificates, and 6 are the most that are taken", "Leave out the root"),
				certificate("chain of nine with its root",
						(setup) -> setup.certificate(TestCa.pem(longChain(7).chain().toArray()) + CA.certificatePem()),
						"holds a chain of 9 certificates", "nearer to the root"),
				certificate("chain with five intermediates", (setup) -> setup.issued(longChain(5)),
						"with at most 4 certificates between them", "Give the whole chain"),
				certificate("900 names", (setup) -> setup.issued(server().names(names(900)).issue()),
						"is too large for a handshake: its certificates take 3", "fewer names (SAN)"),
				certificate("600 names in the leaf and 600 in the intermediate", (setup) -> {
					Issued large = CA.leaf().commonName("large").ca(0).names(names(600)).issue();
					setup.issued(large.asCa()
						.leaf()
						.commonName("localhost")
						.names(names(600))
						.issue()
						.withChain(large.certificate()));
				}, "is too large for a handshake", "wildcard"),
				// A trusted CA that is none, or too weak.
				trust("v1 root", (setup) -> setup.trust(TestCa.root("old-ca").v1().issue().certificatePem()),
						"holds a certificate of X.509 version 1, which cannot say whether it is a CA's",
						"openssl req -x509"),
				trust("RSA 1024", (setup) -> setup.trust(weak().certificatePem()),
						"strong enough. One of them has subject \"CN=weak-ca\"", "RSA key of 2048 bits"),
				trust("MD5", (setup) -> setup.trust(md5().certificatePem()), "it is signed with MD5withRSA",
						"RSA key of 2048 bits"),
				trust("weak and expired ones only",
						(setup) -> setup.trust(weak().certificatePem() + md5().certificatePem()
								+ TestCa.root("old-ca").expired().issue().certificatePem()),
						"holds no CA certificate that is valid now", "that issues for the other side now"),
				trust("root for servers only", (setup) -> setup
					.trust(TestCa.root("servers").purposes(KeyPurposeId.id_kp_serverAuth).issue().certificatePem()),
						"its ExtendedKeyUsage does not allow clientAuth", "that issues for the other side now"),
				trust("root with a critical extension that nobody knows",
						(setup) -> setup.trust(TestCa.root("adcs")
							.extension(APPLICATION_POLICIES, true, new byte[] { 48, 0 })
							.issue()
							.certificatePem()),
						"does not know, 1.3.6.1.4.1.311.21.10", "that issues for the other side now"),
				trust("leaf trusted", (setup) -> setup.trust(SERVER.certificatePem()),
						"holds a certificate that is not a CA's", "Put only CA certificates there"),
				trust("leaf beside a CA", (setup) -> setup.trust(CA.certificatePem() + SERVER.certificatePem()),
						"holds a certificate that is not a CA's", "Put only CA certificates there"),
				trust("expired CA alone",
						(setup) -> setup.trust(TestCa.root("old-ca").expired().issue().certificatePem()),
						"holds no CA certificate that is valid now", "that issues for the other side now"),
				trust("CA that may not issue",
						(setup) -> setup.trust(CA.certificatePem()
								+ TestCa.root("odd-ca").keyUsage(KeyUsage.cRLSign).issue().certificatePem()),
						"whose KeyUsage does not allow keyCertSign", "Take it out"),
				trust("intermediate with name constraints",
						(setup) -> setup.trust(CA.certificatePem() + CA.leaf()
							.commonName("limited")
							.ca(0)
							.extension(Extension.nameConstraints, true, onlyInside())
							.issue()
							.certificatePem()),
						"with name constraints, which would not be enforced", "Trust the root CA instead"),
				key("damaged RSA key", (setup) -> setup.issued(server().keyPair(RSA).issue()).key(damaged(RSA)),
						"does not belong to the certificate in CERT_FILE_PATH", "To issue both afresh"),
				key("wrong password that is not ASCII", (setup) -> {
					setup.key(encrypted(SERVER.key(), PASSWORD));
					setup.keyPassword = "wrong-one-\u00fc";
				}, "cannot be decrypted with KEY_PASSWORD", "Java 17 takes ASCII characters only"));
	}

	@ParameterizedTest
	@MethodSource("problems")
	void loadWhenSomethingIsWrongThenSaysWhatWhyAndCure(Problem problem) {
		Setup setup = new Setup(this.folder);
		problem.change().accept(setup);
		assertThatExceptionOfType(SettingException.class).isThrownBy(setup::load)
			.withMessageStartingWith(problem.variable() + " ")
			.withMessageContaining(problem.why())
			.satisfies((ex) -> assertThat(ex.cure()).contains(problem.cure()))
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.cure()).doesNotContain(PASSWORD, "wrong-one",
					SERVER.keyPem().substring(30, 90)));
	}

	static Stream<Form> forms() {
		Issued intermediate = CA.leaf().commonName("intermediate").ca(0).issue();
		Issued below = intermediate.asCa().server();
		Issued rsa = server().keyPair(RSA).issue();
		Issued four = longChain(4);
		Issued root = TestCa.root("cross-ca").issue();
		Issued ofRoot = root.asCa().server();
		X509Certificate cross = crossSigned(root);
		return Stream.of(new Form("files", (setup) -> {
		}), new Form("text", (setup) -> {
			setup.certificate = SERVER.certificatePem();
			setup.key = SERVER.keyPem();
			setup.trust = CA.certificatePem();
		}), new Form("text with \\n for line breaks", (setup) -> {
			setup.certificate = SERVER.certificatePem().strip().replace("\n", "\\n");
			setup.key = SERVER.keyPem().strip().replace("\n", "\\n");
			setup.trust = CA.certificatePem().strip().replace("\n", "\\n");
		}), new Form("Windows line breaks",
				(setup) -> setup.certificate(SERVER.certificatePem().replace("\n", "\r\n"))
					.key(SERVER.keyPem().replace("\n", "\r\n"))),
				new Form("text before the PEM",
						(setup) -> setup.certificate("Subject: CN=localhost\n" + SERVER.certificatePem())),
				new Form("SEC1", (setup) -> setup.key(sec1(SERVER.keyPair()))),
				new Form("RSA", (setup) -> setup.issued(rsa)),
				new Form("PKCS#1", (setup) -> setup.issued(rsa).key(TestCa.pem(RSA.getPrivate()))),
				new Form("encrypted PKCS#8", (setup) -> {
					setup.key(encrypted(SERVER.key(), PASSWORD));
					setup.keyPassword = PASSWORD;
				}), new Form("password that is not needed", (setup) -> setup.keyPassword = PASSWORD),
				new Form("intermediate", (setup) -> setup.issued(below.withChain(intermediate.certificate()))),
				new Form("intermediate and root",
						(setup) -> setup.issued(below.withChain(intermediate.certificate(), CA.certificate()))),
				new Form("cross-signed CA",
						(setup) -> setup.issued(ofRoot.withChain(cross)).trust(root.certificatePem())),
				new Form("cross-signed CA and its root",
						(setup) -> setup.issued(ofRoot.withChain(cross, root.certificate()))
							.trust(root.certificatePem())),
				new Form("paths in quotes, as docker keeps them", (setup) -> {
					setup.certificate = "\"" + setup.certificate + "\"";
					setup.key = "'" + setup.key + "'";
				}), new Form("slashes escaped as in JSON", (setup) -> {
					setup.certificate = SERVER.certificatePem().replace("\n", "\\n").replace("/", "\\/");
					setup.key = SERVER.keyPem().replace("\n", "\\n").replace("/", "\\/");
				}),
				new Form("line ends of a shell script",
						(setup) -> setup.certificate = SERVER.certificatePem().replace("\n", "\\\n")),
				new Form("parameters beside the certificate",
						(setup) -> setup.certificate(TestCa.pem(new PemObject("X9.42 DH PARAMETERS", new byte[] { 1 }))
								+ TestCa.pem(new PemObject("DSA PARAMETERS", new byte[] { 1 }))
								+ SERVER.certificatePem())),
				new Form("password with the line break of echo", (setup) -> {
					setup.key(encrypted(SERVER.key(), PASSWORD));
					setup.keyPassword = PASSWORD + "\n";
				}), new Form("another CA trusted", (setup) -> setup.trust(TestCa.create("other").certificatePem())),
				new Form("another CA of the same name trusted",
						(setup) -> setup.trust(TestCa.create("test-ca").certificatePem())),
				new Form("intermediate left to the other side", (setup) -> setup.issued(below)),
				new Form("expired CA beside a good one",
						(setup) -> setup
							.trust(CA.certificatePem() + TestCa.root("old-ca").expired().issue().certificatePem())),
				new Form("two weak CAs beside a good one",
						(setup) -> setup.trust(weak().certificatePem() + md5().certificatePem() + CA.certificatePem())),
				new Form("a chain of six, the root among them",
						(setup) -> setup.issued(four)
							.certificate(TestCa.pem(four.chain().toArray()) + CA.certificatePem())),
				new Form("several CAs",
						(setup) -> setup.trust(TestCa.create("other").certificatePem() + CA.certificatePem())));
	}

	@ParameterizedTest
	@MethodSource("forms")
	void loadWhenFormIsKnownThenRead(Form form) {
		Setup setup = new Setup(this.folder);
		form.change().accept(setup);
		Material material = setup.load();
		assertThat(material.leaf().getSubjectX500Principal().getName()).isEqualTo("CN=localhost");
		assertThat(material.authorities()).isNotEmpty();
		assertThat(material.toString()).doesNotContain("PRIVATE KEY", PASSWORD);
	}

	@Test
	void loadWhenSomeCasAreTooWeakThenThoseAreLeftOut() {
		Setup setup = new Setup(this.folder).trust(weak().certificatePem() + md5().certificatePem()
				+ CA.certificatePem() + TestCa.root("old-ca").expired().issue().certificatePem());
		Material material = setup.load();
		assertThat(material.authorities()).containsExactly(CA.certificate());
		assertThat(material.leftOut()).extracting(CertificateRefusedException::reason)
			.containsExactly(Reason.WEAK_KEY, Reason.WEAK_SIGNATURE, Reason.EXPIRED);
	}

	/** Nobody relies on the signature of a root. */
	@Test
	void loadWhenARootHasSignedItselfWithSha1ThenTrusted() {
		Setup setup = new Setup(this.folder)
			.trust(TestCa.root("sha1-ca").keyPair(RSA).signature("SHA1withRSA").issue().certificatePem());
		assertThat(setup.load().authorities()).hasSize(1);
	}

	@Test
	void loadWhenOurCertificateNamesAnotherKeyOfTheTrustedCaThenThatIsForeign() {
		TestCa ca = TestCa.root("test-ca")
			.extension(Extension.subjectKeyIdentifier, false, new byte[] { 4, 2, 7, 7 })
			.asCa();
		Issued server = ca.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.extension(Extension.authorityKeyIdentifier, false, new byte[] { 48, 4, (byte) 0x80, 2, 1, 1 })
			.issue();
		assertThat(new Setup(this.folder).issued(server).trust(ca.certificatePem()).load().foreignIssuer())
			.hasValueSatisfying((issuer) -> assertThat(issuer).contains("with another key or key identifier"));
	}

	private static Issued longChain(int intermediates) {
		List<X509Certificate> above = new ArrayList<>();
		TestCa issuer = CA;
		for (int i = 0; i < intermediates; i++) {
			issuer = issuer.leaf().commonName("level-" + i).ca(9 - i).asCa();
			above.add(0, issuer.certificate());
		}
		return issuer.server().withChain(above.toArray(X509Certificate[]::new));
	}

	private static GeneralName[] names(int count) {
		return IntStream.range(0, count)
			.mapToObj((i) -> new GeneralName(GeneralName.dNSName,
					"host-%04d.of.some.department.example.com".formatted(i)))
			.toArray(GeneralName[]::new);
	}

	private static Issued weak() {
		return TestCa.root("weak-ca").keyPair(TestCa.rsa(1024)).issue();
	}

	private static Issued md5() {
		return TestCa.root("md5-ca").keyPair(RSA).signature("MD5withRSA").issue();
	}

	private static Problem certificate(String name, Consumer<Setup> change, String why, String cure) {
		return new Problem(name, change, "CERT_FILE_PATH", why, cure);
	}

	private static Problem key(String name, Consumer<Setup> change, String why, String cure) {
		return new Problem(name, change, "KEY_FILE_PATH", why, cure);
	}

	private static Problem trust(String name, Consumer<Setup> change, String why, String cure) {
		return new Problem(name, change, "CA_CERT_FILE_PATH", why, cure);
	}

	/** Another certificate for the root "cross-ca", by an older CA. */
	static X509Certificate crossSigned(Issued root) {
		return TestCa.create("old-ca")
			.leaf()
			.commonName("cross-ca")
			.keyPair(root.keyPair())
			.ca(1)
			.issue()
			.certificate();
	}

	/** One number of it is another; its modulus is not. */
	private static String damaged(KeyPair keyPair) {
		RSAPrivateCrtKey key = (RSAPrivateCrtKey) keyPair.getPrivate();
		try {
			return TestCa.pem(KeyFactory.getInstance("RSA")
				.generatePrivate(new RSAPrivateCrtKeySpec(key.getModulus(), key.getPublicExponent(),
						key.getPrivateExponent(), key.getPrimeP(), key.getPrimeQ(), key.getPrimeExponentP(),
						key.getPrimeExponentQ(), key.getCrtCoefficient().add(BigInteger.ONE))));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Builder server() {
		return CA.leaf()
			.commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"));
	}

	private static String encrypted(PrivateKey key, String password) {
		try {
			return TestCa.pem(new JcaPKCS8Generator(key,
					new JceOpenSSLPKCS8EncryptorBuilder(PKCS8Generator.AES_256_CBC)
						.setProvider(new BouncyCastleProvider())
						.setPRF(PKCS8Generator.PRF_HMACSHA256)
						.setPassword(password.toCharArray())
						.build())
				.generate());
		}
		catch (OperatorCreationException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** "Proc-Type: 4,ENCRYPTED", as openssl wrote it for long. */
	private static String encryptedTheOldWay(PrivateKey key) {
		try {
			return TestCa.pem(new JcaMiscPEMGenerator(key,
					new JcePEMEncryptorBuilder("AES-128-CBC").setProvider(new BouncyCastleProvider())
						.build(PASSWORD.toCharArray())));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** As openssl writes it: with the name of the curve, which PKCS#8 has elsewhere. */
	private static String sec1(KeyPair keyPair) {
		SubjectPublicKeyInfo publicKey = SubjectPublicKeyInfo.getInstance(keyPair.getPublic().getEncoded());
		try {
			return TestCa.pem(
					new PemObject("EC PRIVATE KEY",
							new ECPrivateKey(256, ((java.security.interfaces.ECPrivateKey) keyPair.getPrivate()).getS(),
									publicKey.getPublicKeyData(), publicKey.getAlgorithm().getParameters())
								.getEncoded()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static void der(Setup setup, X509Certificate certificate) {
		try {
			Files.write(setup.folder.resolve("server.crt"), certificate.getEncoded());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String endlessLink(Path folder) {
		try {
			return Files.createSymbolicLink(folder.resolve("link"), Path.of("link")).toString();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private static byte[] onlyInside() {
		try {
			return new NameConstraints(
					new GeneralSubtree[] { new GeneralSubtree(new GeneralName(new X500Name("O=Inside"))) }, null)
				.getEncoded();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
