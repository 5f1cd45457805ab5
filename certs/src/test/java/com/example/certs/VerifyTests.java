package com.example.certs;

import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * What {@code verify} finds in files. Each case begins with a good set of material and
 * spoils one thing.
 */
class VerifyTests {

	private static final String CLOCK = "clock";

	@TempDir
	static Path good;

	@TempDir
	Path dir;

	@BeforeAll
	static void issueGoodMaterial() {
		Cli.ok("dev", "--dir", good);
	}

	@Test
	void goodMaterialHasNoFindings() {
		assertThat(Cli.ok("verify", "--dir", good).out()).contains("Trusted by the other side:", "Server:", "Client:",
				"0 failed, 0 with a warning", "the service sees the caller \"todo-client\"",
				"it is for localhost, 127.0.0.1, ::1, todo-service");
		Cli.ok("verify", "--dir", good, "--as", "SERVER", "--host", "todo-service,127.0.0.1,::1");
		assertThat(Cli.ok("verify", "--dir", good, "--as", "client").out()).doesNotContain("Server:");
		Cli.ok("verify", "--dir", this.dir, "--as", "client", "--cert", good.resolve("client.crt"), "--key",
				good.resolve("client.key"), "--ca", good.resolve("ca.crt"));
	}

	@ParameterizedTest
	@MethodSource("spoiledMaterial")
	void findingIsNamedWithItsCure(Case spoiled) throws Exception {
		copyGoodMaterial();
		spoiled.spoil.in(this.dir);
		List<Object> args = new ArrayList<>(List.of("verify", "--dir", this.dir));
		spoiled.args.forEach((arg) -> args.add(arg.replace("DIR", this.dir.toString())));
		Cli result = Cli.run(args.toArray());
		String findings = result.out().replace(this.dir.toString(), "DIR");
		assertThat(findings).as(spoiled.name).contains(spoiled.finding).contains(spoiled.cure);
		assertThat(result.exitCode()).as(findings).isEqualTo(spoiled.finding.startsWith("FAIL") ? 1 : 0);
		assertThat(result.err()).isEmpty();
		assertThat(findings).as("no key is ever printed").doesNotContain("PRIVATE KEY-----").doesNotContain("\tat ");
	}

	static Stream<Case> spoiledMaterial() {
		return Stream.of(
				// Files
				client("missing certificate", "FAIL  certificate  DIR/client.crt does not exist", "Check the path",
						(dir) -> Files.delete(dir.resolve("client.crt"))),
				client("missing key", "FAIL  key          DIR/client.key does not exist", "Check the path",
						(dir) -> Files.delete(dir.resolve("client.key"))),
				client("missing trust", "FAIL  trust        DIR/ca.crt does not exist", "Check the path",
						(dir) -> Files.delete(dir.resolve("ca.crt"))),
				client("empty file", "FAIL  certificate  DIR/client.crt is empty", "issue the file again",
						(dir) -> Files.writeString(dir.resolve("client.crt"), "\n")),
				client("directory", "FAIL  key          DIR/client.key is a directory", "Give the file in it",
						(dir) -> {
							Files.delete(dir.resolve("client.key"));
							Files.createDirectory(dir.resolve("client.key"));
						}),
				client("not PEM", "FAIL  certificate  DIR/client.crt is not PEM", "Give a PEM file",
						(dir) -> Files.writeString(dir.resolve("client.crt"), "hello")),
				client("DER", "FAIL  certificate  DIR/client.crt is not PEM", "openssl x509 -inform der",
						(dir) -> Files.write(dir.resolve("client.crt"),
								Forgery.read(dir, "client").certificate().getEncoded())),
				client("damaged PEM", "FAIL  certificate  DIR/client.crt is damaged: a PEM block",
						"Copy the file again",
						(dir) -> Files.writeString(dir.resolve("client.crt"), "-----BEGIN CERTIFICATE-----\nMIIB")),
				client("damaged certificate", "FAIL  certificate  DIR/client.crt is damaged: a certificate in it",
						"Copy the file again",
						(dir) -> Files.writeString(dir.resolve("client.crt"),
								Forgery.pem("CERTIFICATE", new byte[] { 0x30, 1, 0 }))),
				client("damaged key", "FAIL  key          DIR/client.key is damaged: the private key",
						"Copy the file again",
						(dir) -> Files.writeString(dir.resolve("client.key"),
								Forgery.pem("PRIVATE KEY", new byte[] { 0x30, 1, 0 }))),
				client("key where the certificate belongs",
						"FAIL  certificate  DIR/client.crt holds no certificate, but PRIVATE KEY", "interchanged",
						(dir) -> copy(dir, "client.key", "client.crt")),
				client("certificate where the key belongs",
						"FAIL  key          DIR/client.key holds no private key of a supported format, but CERTIFICATE",
						"interchanged", (dir) -> copy(dir, "client.crt", "client.key")),
				client("OpenSSH key",
						"FAIL  key          DIR/client.key holds no private key of a supported format, but OPENSSH",
						"ssh-keygen -p -m PKCS8",
						(dir) -> Files.writeString(dir.resolve("client.key"),
								Forgery.pem("OPENSSH PRIVATE KEY", new byte[8]))),
				client("old OpenSSL encryption",
						"FAIL  key          DIR/client.key is encrypted in the old OpenSSL way (Proc-Type: 4,ENCRYPTED)",
						"openssl pkcs8 -topk8", (dir) -> {
							Openssl.run("ec", "-in", dir.resolve("client.key"), "-aes128", "-passout", "pass:secret",
									"-out", dir.resolve("old.key"));
							copy(dir, "old.key", "client.key");
						}),
				client("encrypted key without a password",
						"FAIL  key          DIR/client.key is encrypted and no password", "KEY_PASSWORD",
						VerifyTests::encryptKey),
				client("wrong password",
						"FAIL  key          DIR/client.key cannot be decrypted with the password given",
						"Check the password", (dir) -> {
							encryptKey(dir);
							Files.writeString(dir.resolve("password"), "wrong");
						}, "--key-password-file", "DIR/password"),
				client("missing password file", "FAIL  key          the password file", "--key-password-file",
						VerifyTests::encryptKey, "--key-password-file", "DIR/nowhere"),
				client("right password", "OK    key          it belongs to the certificate", "0 failed", (dir) -> {
					encryptKey(dir);
					Files.writeString(dir.resolve("password"), "secret\n");
				}, "--key-password-file", "DIR/password"),
				client("SEC1 key", "OK    key          it belongs to the certificate", "0 failed", (dir) -> {
					Openssl.run("ec", "-in", dir.resolve("client.key"), "-out", dir.resolve("sec1.key"));
					copy(dir, "sec1.key", "client.key");
					assertThat(Files.readString(dir.resolve("client.key"))).contains("BEGIN EC PRIVATE KEY");
				}), client("SEC1 key with parameters before it", "OK    key          it belongs to the certificate",
						"0 failed", (dir) -> {
							Openssl.run("ec", "-in", dir.resolve("client.key"), "-out", dir.resolve("sec1.key"));
							Files.writeString(dir.resolve("client.key"), Openssl.run("ecparam", "-name", "prime256v1")
									+ Files.readString(dir.resolve("sec1.key")));
						}),
				client("PKCS#1 key", "OK    key          it belongs to the certificate", "0 failed", (dir) -> {
					Forgery.write(dir, "rsa", Forgery.clientLeaf("CN=rsa").rsa(2048).by(authority(dir)));
					copy(dir, "rsa.crt", "client.crt");
					Openssl.run("rsa", "-traditional", "-in", dir.resolve("rsa.key"), "-out", dir.resolve("pkcs1.key"));
					copy(dir, "pkcs1.key", "client.key");
					assertThat(Files.readString(dir.resolve("client.key"))).contains("BEGIN RSA PRIVATE KEY");
				}),
				client("key of another certificate", "FAIL  key          it does not belong to the first certificate",
						"the key that was issued with it", (dir) -> copy(dir, "server.key", "client.key")),
				client("key of another kind", "FAIL  key          it does not belong to the first certificate",
						"the key that was issued with it",
						(dir) -> Forgery.write(dir, "client",
								new KeyAndCertificate(Forgery.leaf("CN=x").rsa(2048).selfSigned().key(),
										Forgery.read(dir, "client").certificate()))),
				client("key that everybody can read", "WARN  key          every user of this machine can read",
						"chmod 600 DIR/client.key", (dir) -> {
							assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"),
									"Skipped: no POSIX modes");
							Files.setPosixFilePermissions(dir.resolve("client.key"),
									PosixFilePermissions.fromString("rw-r--r--"));
						}),
				// Chain and issuer
				client("not issued by the CA",
						"FAIL  issuer       issued by CN=other, which is not trusted; trusted: CN=Todo",
						"Add the issuer's CA certificate",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x").by(Forgery.authority("CN=other").selfSigned()))),
				client("CA of the same name",
						"FAIL  issuer       issued by another CA that is also called CN=Todo mTLS CA",
						"Issue again with the trusted CA",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x").by(Forgery.authority("CN=Todo mTLS CA").selfSigned()))),
				client("self-signed", "FAIL  issuer       issued by CN=x, which is not trusted", "Add the issuer's",
						(dir) -> Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").selfSigned())),
				client("chain through an intermediate",
						"OK    issuer       signed by the trusted CN=root through 1 intermediate", "0 failed",
						(dir) -> chain(dir, (root) -> Forgery.authority("CN=sub").by(root), false)),
				client("chain with its root", "OK    issuer       signed by the trusted CN=root through 1 intermediate",
						"0 failed", (dir) -> chain(dir, (root) -> Forgery.authority("CN=sub").by(root), true)),
				client("intermediate left out",
						"FAIL  issuer       issued by CN=sub, which is not trusted; trusted: CN=root",
						"append a missing intermediate", (dir) -> {
							chain(dir, (root) -> Forgery.authority("CN=sub").by(root), false);
							Files.writeString(dir.resolve("client.crt"), Forgery.pem(Forgery.read(dir, "client")));
						}),
				client("chain in the wrong order",
						"FAIL  chain        certificate 1 (CN=sub) was not issued by the one after it (CN=x)",
						"Put the leaf first", (dir) -> {
							chain(dir, (root) -> Forgery.authority("CN=sub").by(root), false);
							List<String> blocks = List.of(Files.readString(dir.resolve("client.crt"))
								.split("(?<=-----END CERTIFICATE-----)"));
							Files.writeString(dir.resolve("client.crt"), blocks.get(1) + "\n" + blocks.get(0) + "\n");
						}),
				client("leaf as issuer", "FAIL  issuer       the path to CN=root is not valid", "is a CA certificate",
						(dir) -> chain(dir, (root) -> Forgery.leaf("CN=sub").by(root), false)),
				client("more intermediates than allowed",
						"FAIL  issuer       CN=root allows 0 intermediate CAs below it, the chain has 1",
						"Issue the leaf directly", (dir) -> {
							KeyAndCertificate root = Forgery.authority("CN=root")
								.constraints(new BasicConstraints(0))
								.selfSigned();
							KeyAndCertificate sub = Forgery.authority("CN=sub").by(root);
							Forgery.write(dir, "ca", root);
							Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(sub), sub);
						}),
				client("intermediate for another purpose",
						"FAIL  purpose      the intermediate CN=sub may not issue for a client", "a CA that may",
						(dir) -> chain(dir,
								(root) -> Forgery.authority("CN=sub").purposes(KeyPurposeId.id_kp_serverAuth).by(root),
								false)),
				// Strength
				client("SHA-1", "FAIL  signature    CN=x is signed with SHA1withECDSA, which can be forged", "SHA-256",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x").signedWith("SHA1withECDSA").by(authority(dir)))),
				client("MD5", "FAIL  signature    CN=x is signed with MD5withRSA, which can be forged", "SHA-256",
						(dir) -> {
							KeyAndCertificate root = Forgery.authority("CN=root").rsa(2048).selfSigned();
							Forgery.write(dir, "ca", root);
							Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").signedWith("MD5withRSA").by(root));
						}),
				client("RSA of 1024 bits",
						"FAIL  key          CN=x has an RSA key of 1024 bits; at least 2048 are needed", "certs client",
						(dir) -> Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").rsa(1024).by(authority(dir)))),
				client("CA with RSA of 1024 bits",
						"FAIL  trust        CN=root has an RSA key of 1024 bits; at least 2048 are needed",
						"certs init", (dir) -> {
							KeyAndCertificate root = Forgery.authority("CN=root").rsa(1024).selfSigned();
							Forgery.write(dir, "ca", root);
							Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(root));
						}),
				// Dates
				client("expired", "FAIL  validity     CN=x expired on", CLOCK,
						(dir) -> Cli.ok("client", "--dir", dir, "--cn", "x", "--days", "-3")),
				client("expired for how long", "FAIL  validity     CN=x expired on", "3 days ago",
						(dir) -> Cli.ok("client", "--dir", dir, "--cn", "x", "--days", "-3")),
				client("not yet valid", "FAIL  validity     CN=x is not valid before 2035-01-01T00:00:00Z", CLOCK,
						(dir) -> Cli.ok("client", "--dir", dir, "--cn", "x", "--not-before", "2035-01-01")),
				client("expires soon", "WARN  validity     CN=x expires on", "certs renew",
						(dir) -> Cli.ok("client", "--dir", dir, "--cn", "x", "--days", "10")),
				client("expires in more than 14 days", "OK    validity     from", "0 with a warning",
						(dir) -> Cli.ok("client", "--dir", dir, "--cn", "x", "--days", "15")),
				client("expired CA", "FAIL  trust        CN=root expired on", CLOCK, (dir) -> {
					KeyAndCertificate root = Forgery.authority("CN=root")
						.valid(Duration.ofDays(-9), Duration.ofDays(-1))
						.selfSigned();
					Forgery.write(dir, "ca", root);
					Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(root));
				}), client("CA expires soon", "WARN  trust        CN=root expires on", "let both sides trust both",
						(dir) -> {
							KeyAndCertificate root = Forgery.authority("CN=root")
								.valid(Duration.ofDays(-9), Duration.ofDays(9))
								.selfSigned();
							Forgery.write(dir, "ca", root);
							Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(root));
						}),
				client("byte order mark and Windows line ends", "OK    name         the service sees", "0 failed",
						(dir) -> Files.writeString(dir.resolve("client.crt"),
								"\uFEFF" + Files.readString(dir.resolve("client.crt")).replace("\n", "\r\n"))),
				client("CA from the future", "FAIL  trust        CN=root is not valid before", CLOCK, (dir) -> {
					KeyAndCertificate root = Forgery.authority("CN=root")
						.valid(Duration.ofDays(1), Duration.ofDays(9))
						.selfSigned();
					Forgery.write(dir, "ca", root);
					Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(root));
				}),
				// Purpose
				client("server certificate as a client",
						"FAIL  purpose      it is not for a client: its extended key usage is server", "certs client",
						(dir) -> {
							copy(dir, "server.crt", "client.crt");
							copy(dir, "server.key", "client.key");
						}),
				server("client certificate as a server",
						"FAIL  purpose      it is not for a server: its extended key usage is client", "certs server",
						(dir) -> Forgery.write(dir, "server",
								Forgery.clientLeaf("CN=x").hosts("localhost").by(authority(dir)))),
				client("CA as a leaf", "FAIL  purpose      this is a CA certificate (CA:TRUE)", "certs client",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x").constraints(new BasicConstraints(true)).by(authority(dir)))),
				client("key that may not sign", "FAIL  purpose      its key may not sign", "certs client",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x").usage(KeyUsage.keyEncipherment).by(authority(dir)))),
				client("X.509 v1 client of the Go sample",
						"OK    purpose      an X.509 v1 certificate says no purpose, which is accepted", "0 failed",
						(dir) -> Forgery.write(dir, "client",
								Forgery.leaf("CN=todo-client").version1By(authority(dir)))),
				client("without extended key usage",
						"OK    purpose      it has no extended key usage, which is accepted", "0 failed",
						(dir) -> Forgery.write(dir, "client", Forgery.leaf("CN=x").by(authority(dir)))),
				client("any purpose", "OK    purpose      it is for a client", "0 failed",
						(dir) -> Forgery.write(dir, "client",
								Forgery.leaf("CN=x").purposes(KeyPurposeId.anyExtendedKeyUsage).by(authority(dir)))),
				// Names
				server("without alternative names",
						"FAIL  host         it has no subject alternative name; clients ignore the common name",
						"certs server --host",
						(dir) -> Forgery.write(dir, "server",
								Forgery.leaf("CN=localhost")
									.purposes(KeyPurposeId.id_kp_serverAuth)
									.by(authority(dir)))),
				server("other host",
						"FAIL  host         it is not for other.example, only for localhost, 127.0.0.1, ::1, todo-service",
						"certs server --host localhost,127.0.0.1,::1,todo-service,other.example", (dir) -> {
						}, "--host", "other.example"),
				server("IP address is no DNS name", "FAIL  host         it is not for 127.0.0.2", "certs server --host",
						(dir) -> {
						}, "--host", "127.0.0.2"),
				server("wildcard for one label", "OK    host         it is for a.example.com", "0 failed",
						(dir) -> Cli.ok("server", "--dir", dir, "--host", "*.example.com"), "--host", "A.example.com"),
				server("wildcard for two labels", "FAIL  host         it is not for a.b.example.com", "certs server",
						(dir) -> Cli.ok("server", "--dir", dir, "--host", "*.example.com"), "--host",
						"a.b.example.com"),
				server("wildcard for no label", "FAIL  host         it is not for example.com", "certs server",
						(dir) -> Cli.ok("server", "--dir", dir, "--host", "*.example.com"), "--host", "example.com"),
				client("no common name", "FAIL  name         it names nobody: the subject has no common name",
						"certs client --cn", (dir) -> named(dir, new X500Name("O=x"))),
				client("empty subject", "FAIL  name         it names nobody: the subject has no common name",
						"certs client --cn",
						(dir) -> Forgery.write(dir, "client",
								Forgery.clientLeaf("CN=x")
									.subject(X500Name.getInstance(new DERSequence()))
									.hosts("x")
									.by(authority(dir)))),
				client("two common names", "FAIL  name         it names nobody: the subject has 2 common names",
						"exactly one common name", (dir) -> named(dir, new X500Name("CN=todo-client,CN=x"))),
				client("second common name in a multi-valued RDN",
						"FAIL  name         it names nobody: the subject has 2 common names", "exactly one common name",
						(dir) -> named(dir,
								new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String("todo-client"))
									.addMultiValuedRDN(new ASN1ObjectIdentifier[] { BCStyle.O, BCStyle.CN },
											new ASN1Encodable[] { new DERUTF8String("o"), new DERUTF8String("x") })
									.build())),
				client("odd string type",
						"FAIL  name         it names nobody: the common name is neither a UTF8String nor a PrintableString",
						"certs client --cn",
						(dir) -> named(dir,
								new X500NameBuilder().addRDN(BCStyle.CN, new DERBMPString("todo-client")).build())),
				client("control character",
						"FAIL  name         it names nobody: the common name holds a control character",
						"certs client --cn", (dir) -> named(dir, utf8("todo-client\u0000evil"))),
				client("line break that forges a finding",
						"FAIL  name         it names nobody: the common name holds a control character",
						"CN=a\\u000a  OK    forged", (dir) -> named(dir, utf8("a\n  OK    forged"))),
				client("blank at the end",
						"FAIL  name         it names nobody: the common name begins or ends with a blank",
						"certs client --cn", (dir) -> named(dir, utf8("todo-client "))),
				client("65 characters",
						"FAIL  name         it names nobody: the common name has 65 characters, X.509 allows at most 64",
						"certs client --cn", (dir) -> named(dir, utf8("x".repeat(65)))),
				// Trust and revocation
				client("leaf in the trust file",
						"FAIL  trust        CN=localhost is not a CA certificate, and only those can be trusted",
						"Take it out of the trust file",
						(dir) -> Files.writeString(dir.resolve("ca.crt"),
								Forgery.pem(authority(dir), Forgery.read(dir, "server")))),
				client("trusted CA that may not issue",
						"FAIL  trust        CN=root may not sign certificates (key usage)", "keyCertSign", (dir) -> {
							KeyAndCertificate root = Forgery.authority("CN=root")
								.usage(KeyUsage.digitalSignature)
								.selfSigned();
							Forgery.write(dir, "ca", root);
							Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").by(root));
						}),
				client("several trusted CAs", "OK    trust        2 CA certificates: CN=Todo mTLS CA; CN=next",
						"0 failed",
						(dir) -> Files.writeString(dir.resolve("ca.crt"),
								Forgery.pem(authority(dir), Forgery.authority("CN=next").selfSigned()))),
				client("revoked", "FAIL  revocation   revoked since", "certs client",
						(dir) -> Cli.ok("revoke", "--dir", dir, "client.crt")),
				client("another one revoked", "OK    revocation   not revoked", "0 failed",
						(dir) -> Cli.ok("revoke", "--dir", dir, "server.crt")),
				client("stale list", "FAIL  revocation   the list is stale: its next update was due on", "certs crl",
						(dir) -> Cli.ok("crl", "--dir", dir, "--days", "-1")),
				client("list from the future", "FAIL  revocation   the list is from the future", CLOCK,
						(dir) -> Cli.ok("crl", "--dir", dir, "--not-before", "2035-01-01")),
				client("list of another CA", "FAIL  revocation   the list of CN=other is not signed by a trusted CA",
						"certs crl", (dir) -> {
							Cli.ok("init", "--dir", dir.resolve("other"), "--cn", "other");
							Cli.ok("crl", "--dir", dir.resolve("other"));
							copy(dir, "other/ca.crl", "ca.crl");
						}),
				client("list that is none", "FAIL  revocation   DIR/ca.crl holds no revocation list, but CERTIFICATE",
						"interchanged", (dir) -> copy(dir, "ca.crt", "ca.crl")));
	}

	@Test
	void contradictoryOptionsAreUsageErrors() {
		assertThat(Cli.failing(2, "verify", "--cert", "x.crt")).contains("--as server or --as client");
		assertThat(Cli.failing(2, "verify", "--as", "client", "--key", "x.key")).contains("--cert FILE");
		assertThat(Cli.failing(2, "verify", "--connect", "localhost:1", "--host", "*.example.com"))
			.contains("wildcard");
		assertThat(Cli.failing(2, "verify", "--as", "both")).contains("SERVER, CLIENT");
		assertThat(Cli.failing(2, "verify", "--as", "client", "--name", "x", "--cert", "x.crt")).contains("give one");
	}

	@Test
	void otherNamesInTheFolderCanBeVerified() {
		Cli.ok("client", "--dir", good, "--cn", "alice", "--name", "alice");
		assertThat(Cli.ok("verify", "--dir", good, "--as", "client", "--name", "alice").out())
			.contains("the service sees the caller \"alice\"");
	}

	private void copyGoodMaterial() throws Exception {
		for (String file : List.of("ca.crt", "ca.key", "server.crt", "server.key", "client.crt", "client.key")) {
			Files.copy(good.resolve(file), this.dir.resolve(file), StandardCopyOption.COPY_ATTRIBUTES);
		}
	}

	private static void copy(Path dir, String from, String to) throws Exception {
		Files.copy(dir.resolve(from), dir.resolve(to), StandardCopyOption.REPLACE_EXISTING);
	}

	private static KeyAndCertificate authority(Path dir) {
		return Forgery.read(dir, "ca");
	}

	private static void encryptKey(Path dir) throws Exception {
		Openssl.run("pkcs8", "-topk8", "-v2", "aes-256-cbc", "-in", dir.resolve("client.key"), "-passout",
				"pass:secret", "-out", dir.resolve("encrypted.key"));
		copy(dir, "encrypted.key", "client.key");
	}

	private static void named(Path dir, X500Name subject) throws Exception {
		Forgery.write(dir, "client", Forgery.clientLeaf("CN=x").subject(subject).by(authority(dir)));
	}

	private static X500Name utf8(String name) {
		return new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String(name)).build();
	}

	private static void chain(Path dir, Intermediate intermediate, boolean withRoot) throws Exception {
		KeyAndCertificate root = Forgery.authority("CN=root").selfSigned();
		KeyAndCertificate sub = intermediate.issuedBy(root);
		Forgery.write(dir, "ca", root);
		KeyAndCertificate leaf = Forgery.clientLeaf("CN=x").by(sub);
		if (withRoot) {
			Forgery.write(dir, "client", leaf, sub, root);
		}
		else {
			Forgery.write(dir, "client", leaf, sub);
		}
	}

	private static Case client(String name, String finding, String cure, Spoil spoil, String... args) {
		return of("client", name, finding, cure, spoil, args);
	}

	private static Case server(String name, String finding, String cure, Spoil spoil, String... args) {
		return of("server", name, finding, cure, spoil, args);
	}

	private static Case of(String side, String name, String finding, String cure, Spoil spoil, String... args) {
		List<String> all = new ArrayList<>(List.of("--as", side));
		all.addAll(List.of(args));
		return new Case(name, finding, cure, spoil, all);
	}

	interface Spoil {

		void in(Path dir) throws Exception;

	}

	interface Intermediate {

		KeyAndCertificate issuedBy(KeyAndCertificate root) throws Exception;

	}

	record Case(String name, String finding, String cure, Spoil spoil, List<String> args) {

		@Override
		public String toString() {
			return this.name;
		}

	}

}
