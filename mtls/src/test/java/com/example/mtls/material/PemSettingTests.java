package com.example.mtls.material;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509CRL;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.sun.net.httpserver.HttpServer;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X962Parameters;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What forms, consoles, editors and secret stores make of PEM, what is given in its
 * place, and what is never shown.
 */
class PemSettingTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final TestCa PARTNER = TestCa.create("partner-ca");

	private static final Issued SERVER = CA.server();

	private static final String KEY = SERVER.keyPem();

	/** The base64 of the key alone, which nothing may print. */
	private static final String BODY = KEY.replaceAll("-----[A-Z ]+-----|\\s", "");

	@TempDir
	Path folder;

	static Stream<Arguments> forms() {
		return Stream.of(form("as it is", (pem) -> pem),
				form("blanks for line breaks", (pem) -> pem.replace('\n', ' ')),
				form("tabs for line breaks", (pem) -> pem.replace('\n', '\t')),
				form("carriage returns for line breaks", (pem) -> pem.replace('\n', '\r')),
				form("Windows line breaks", (pem) -> pem.replace("\n", "\r\n")),
				form("no line breaks", (pem) -> pem.replace("\n", "")),
				form("no white space at all", (pem) -> pem.replaceAll("\\s", "")),
				form("written \\n", (pem) -> pem.strip().replace("\n", "\\n")),
				form("written \\r\\n", (pem) -> pem.replace("\n", "\\r\\n")),
				form("written \\\\n", (pem) -> pem.replace("\n", "\\\\n")),
				form("written \\n and line breaks", (pem) -> pem.replace("\n", "\\n\n")),
				form("in double quotes", (pem) -> "\"" + pem + "\""),
				form("in single quotes", (pem) -> "'" + pem + "'"),
				form("each line quoted", (pem) -> pem.replaceAll("(?m)^(.+)$", "\"$1\"")),
				form("indented, as in YAML", (pem) -> pem.replaceAll("(?m)^", "    ")),
				form("wrapped in the middle of a marker", (pem) -> pem.replace("\n", "").replaceAll("(.{20})", "$1\n")),
				form("no-break and zero-width spaces", (pem) -> pem.replace("\n", "\u00a0\u200b\n")),
				form("byte order mark", (pem) -> "\ufeff" + pem),
				form("text around and between",
						(pem) -> "Bag Attributes\n  friendlyName: it's ours\n"
								+ pem.replace("-----BEGIN", "# next\n-----BEGIN") + "subject=CN = x\n"),
				form("base64 of all", PemSettingTests::base64),
				form("base64 of all, wrapped", (pem) -> base64(pem).replaceAll("(.{76})", "$1\n")),
				form("base64 of all, wrapped by Windows and quoted",
						(pem) -> "\"" + base64(pem).replaceAll("(.{64})", "$1\r\n") + "\""),
				form("base64 of all in one line", (pem) -> base64(pem.replace("\n", " "))),
				form("base64 of all without padding", (pem) -> base64(pem).replace("=", "")),
				form("as in a URL", (pem) -> URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20")),
				form("as in an HTML form", (pem) -> URLEncoder.encode(pem, StandardCharsets.UTF_8)),
				form("as in a URL, lower case, its dashes too",
						(pem) -> URLEncoder.encode(pem, StandardCharsets.UTF_8)
							.replace("+", "%20")
							.replaceAll("-", "%2d")
							.replaceAll("%0A", "%0d%0a")),
				form("as in a URL, twice",
						(pem) -> URLEncoder.encode(URLEncoder.encode(pem, StandardCharsets.UTF_8).replace("+", "%20"),
								StandardCharsets.UTF_8)),
				form("only white space as in a URL", (pem) -> pem.replace("\n", "%0A").replace(" ", "%20")),
				form("as some JSON writes it",
						(pem) -> pem.replace("\n", "\\n").replace("+", "\\u002B").replace("=", "\\u003d")),
				form("base64: as in Boot", (pem) -> "base64:" + base64(pem)));
	}

	private static Arguments form(String name, UnaryOperator<String> change) {
		return Arguments.of(name, change);
	}

	private static String base64(String text) {
		return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("forms")
	void readWhenFormOfPemThenAllOfIt(String name, UnaryOperator<String> form) throws Exception {
		String certificates = form.apply(TestCa.pem(CA.certificate(), PARTNER.certificate()));
		String key = form.apply(KEY);
		String list = form.apply(CA.revoke(SERVER.certificate()));
		for (boolean file : List.of(false, true)) {
			assertThat(PemReader.certificates(setting(PemKind.CERTIFICATE, certificates, file)))
				.containsExactly(CA.certificate(), PARTNER.certificate());
			assertThat(PemReader.privateKey(setting(PemKind.PRIVATE_KEY, key, file),
					new MaterialSettings.Password("KEY_PASSWORD", null)))
				.isEqualTo(SERVER.key());
			assertThat(PemReader.revocationLists(setting(PemKind.REVOCATION_LIST, list, file))).singleElement()
				.extracting((read) -> ((X509CRL) read).getRevokedCertificate(SERVER.certificate()))
				.isNotNull();
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "UTF-16", "UTF-16LE", "UTF-16BE" })
	void readWhenFileIsUtf16ThenAllOfIt(String charset) throws IOException {
		String mark = charset.equals("UTF-16") ? "" : "\ufeff";
		Path file = Files.write(this.folder.resolve("server.key"), (mark + KEY).getBytes(charset));
		assertThat(PemReader.privateKey(TestTls.setting("KEY_FILE_PATH", PemKind.PRIVATE_KEY, file.toString()),
				new MaterialSettings.Password("KEY_PASSWORD", null)))
			.isEqualTo(SERVER.key());
	}

	@Test
	void readWhenMarkersAreGluedThenEachCertificateCounts() {
		String glued = CA.certificatePem().strip() + PARTNER.certificatePem().strip() + CA.certificatePem();
		assertThat(PemReader.certificates(setting(PemKind.CERTIFICATE, glued, false))).containsExactly(CA.certificate(),
				PARTNER.certificate());
	}

	static Stream<Arguments> damaged() {
		String second = PARTNER.certificatePem();
		return Stream.of(
				Arguments.of("characters missing", second.replaceFirst("-----\n.{8}", "-----\n"),
						"number 2 of 3: it cannot"),
				Arguments.of("characters changed", second.replaceFirst("-----\n.{8}", "-----\n????????"),
						"number 2 of 3"),
				Arguments.of("no end", second.replaceFirst("-----END.*", ""), "is cut off, number 2 of 3"),
				Arguments.of("another end", second.replace("END CERTIFICATE", "END PRIVATE KEY"),
						"is cut off, number 2 of 3"),
				Arguments.of("unknown label", second.replace("CERTIFICATE", "CERTIFCATE"), "number 2 of 3"),
				Arguments.of("broken label", second.replaceFirst("BEGIN CERTIFICATE-----", "BEGIN CERTIFICATE--"),
						"number 2 of 3"),
				Arguments.of("empty", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "number 2 of 3"));
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("damaged")
	void readWhenOneOfABundleIsDamagedThenItIsNamedByItsPosition(String name, String second, String why) {
		PemSetting setting = setting(PemKind.CERTIFICATE, CA.certificatePem() + second + CA.certificatePem(), true);
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> PemReader.certificates(setting))
			.withMessageContaining(why);
	}

	static Stream<Arguments> foreign() throws Exception {
		return Stream.of(
				bytes("JKS", keyStore("JKS"), "a Java keystore (JKS)", "keytool -list -rfc", "keytool -importkeystore"),
				bytes("JCEKS", keyStore("JCEKS"), "a Java keystore (JCEKS)", "keytool -list -rfc",
						"keytool -importkeystore"),
				bytes("PKCS #12", keyStore("PKCS12"), "a PKCS #12 keystore", "keytool -list -rfc", "openssl pkcs12"),
				bytes("certificate in DER", SERVER.certificate().getEncoded(), "a certificate in DER",
						"openssl x509 -inform DER", "openssl x509 -inform DER"),
				bytes("key in DER", SERVER.key().getEncoded(), "a private key in DER", "openssl pkey -inform DER",
						"openssl pkey -inform DER"),
				text("OpenSSH", new PemObject("OPENSSH PRIVATE KEY", "openssh-key-v1 ssh-rsa".getBytes()),
						"a private key in the format of OpenSSH", "ssh-keygen -p -m PKCS8"),
				text("OpenSSH, Ed25519", new PemObject("OPENSSH PRIVATE KEY", "openssh-key-v1 ssh-ed25519".getBytes()),
						"a private key in the format of OpenSSH", "in place of an Ed25519 one"),
				text("PGP", new PemObject("PGP PRIVATE KEY BLOCK", new byte[80]), "a PGP key", "certs.jar dev"),
				text("request", new PemObject("CERTIFICATE REQUEST", new byte[80]), "a certificate signing request",
						"openssl x509 -req"),
				text("public key", SERVER.keyPair().getPublic(), "a public key", "the private key"),
				text("PKCS #7", new PemObject("PKCS7", new byte[80]), "a PKCS #7 container",
						"openssl pkcs7 -print_certs"),
				text("key in a TPM", new PemObject("TSS2 PRIVATE KEY", new byte[80]), "a key that stays in a TPM",
						"that is in the file"),
				text("key in a token", new PemObject("PKCS#11 PROVIDER URI", new byte[80]), "a key that stays in a TPM",
						"that is in the file"),
				text("key of an engine", new PemObject("ENGINE PRIVATE KEY", new byte[80]), "a key that stays in a TPM",
						"that is in the file"),
				text("age", new PemObject("AGE ENCRYPTED FILE", new byte[80]), "that a tool for secrets has encrypted",
						"Give what it decrypts to"),
				text("PGP message", new PemObject("PGP MESSAGE", new byte[80]), "that a tool for secrets has encrypted",
						"Give what it decrypts to"),
				text("CMS", new PemObject("CMS", new byte[80]), "a PKCS #7 container", "openssl pkcs7 -print_certs"),
				text("attribute certificate", new PemObject("ATTRIBUTE CERTIFICATE", new byte[80]),
						"an attribute certificate", "certs.jar dev"),
				bytes("PKCS #11 URI", "pkcs11:token=tls;object=server;type=private?pin-value=1234\n".getBytes(),
						"a key that stays in a TPM", "that is in the file", "that is in the file"),
				bytes("handle in a TPM", "handle:0x81000001".getBytes(), "a key that stays in a TPM",
						"that is in the file", "that is in the file"),
				bytes("engine", "engine:pkcs11:slot_0-id_01".getBytes(), "a key that stays in a TPM",
						"that is in the file", "that is in the file"),
				bytes("public key of OpenSSH", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIExample me@here".getBytes(),
						"a public key of OpenSSH", "certs.jar dev", "certs.jar dev"),
				bytes("JWK", "{\n  \"kty\": \"EC\", \"crv\": \"P-256\" }".getBytes(), "a JSON Web Key (JWK)",
						"given out as PEM", "given out as PEM"),
				bytes("Ansible Vault", "$ANSIBLE_VAULT;1.1;AES256\n3062\n".getBytes(),
						"that a tool for secrets has encrypted", "Give what it decrypts to",
						"Give what it decrypts to"),
				bytes("SOPS", "data: ENC[AES256_GCM,data:p673w==,iv:YY=,type:str]".getBytes(),
						"that a tool for secrets has encrypted", "Give what it decrypts to",
						"Give what it decrypts to"),
				bytes("age key", "AGE-SECRET-KEY-1QQPQXY".getBytes(), "a key of age", "certs.jar dev", "certs.jar dev"),
				bytes("Git LFS", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\n".getBytes(),
						"the pointer of Git LFS", "git lfs pull", "git lfs pull"),
				bytes("web page", "<!doctype html><title>Sign in</title>".getBytes(), "a web page",
						"Load the file again", "Load the file again"),
				text("DSA", new PemObject("DSA PRIVATE KEY", new byte[80]), "a DSA key", "certs.jar dev"));
	}

	private static Arguments bytes(String name, byte[] content, String what, String certificateCure, String keyCure) {
		return Arguments.of(name, content, what, certificateCure, keyCure);
	}

	private static Arguments text(String name, Object object, String what, String cure) {
		return Arguments.of(name, TestCa.pem(object).getBytes(StandardCharsets.UTF_8), what, cure, cure);
	}

	private static byte[] keyStore(String type) throws Exception {
		KeyStore store = KeyStore.getInstance(type);
		store.load(null, null);
		store.setKeyEntry("server", SERVER.key(), "changeit".toCharArray(),
				SERVER.chain().toArray(java.security.cert.Certificate[]::new));
		java.io.ByteArrayOutputStream out = new java.io.ByteArrayOutputStream();
		store.store(out, "changeit".toCharArray());
		return out.toByteArray();
	}

	@ParameterizedTest(name = "{0}")
	@MethodSource("foreign")
	void readWhenItIsSomethingElseThenNamedAndHowToConvertIt(String name, byte[] content, String what,
			String certificateCure, String keyCure) throws Exception {
		String file = Files.write(this.folder.resolve("file"), content).toString();
		String encoded = Base64.getEncoder().encodeToString(content);
		String text = (content[0] > 0 && content[0] != '0') ? new String(content, StandardCharsets.US_ASCII) : encoded;
		for (String value : List.of(file, encoded, text)) {
			if (value.equals(encoded) && what.endsWith("in DER")) {
				continue;
			}
			for (PemKind kind : List.of(PemKind.CERTIFICATE, PemKind.PRIVATE_KEY)) {
				PemSetting setting = TestTls.setting("SETTING", kind, value);
				String cure = (kind == PemKind.PRIVATE_KEY) ? keyCure : certificateCure;
				assertThatExceptionOfType(SettingException.class).isThrownBy(() -> read(setting))
					.withMessageContaining(what)
					.satisfies((ex) -> assertThat(ex.cure()).contains(cure));
			}
		}
	}

	/** As openssl writes them with -param_enc explicit, and old Java tools. */
	@ParameterizedTest
	@ValueSource(strings = { "EC PRIVATE KEY", "PRIVATE KEY" })
	void readWhenCurveIsWrittenOutThenSaid(String label) throws Exception {
		X962Parameters curve = new X962Parameters(ECNamedCurveTable.getByName("P-256"));
		org.bouncycastle.asn1.sec.ECPrivateKey sec1 = new org.bouncycastle.asn1.sec.ECPrivateKey(256,
				((java.security.interfaces.ECPrivateKey) SERVER.key()).getS(), curve);
		byte[] key = label.startsWith("EC") ? sec1.getEncoded()
				: new PrivateKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), sec1)
					.getEncoded();
		assertThatExceptionOfType(SettingException.class)
			.isThrownBy(() -> read(setting(PemKind.PRIVATE_KEY, TestCa.pem(new PemObject(label, key)), true)))
			.withMessageContaining("holds an EC key on a curve that is written out as explicit parameters");
	}

	@Test
	void readWhenRevocationListIsDerThenNamed() throws Exception {
		byte[] der = CA.revoke(java.time.Instant.now(), java.time.Instant.now().plusSeconds(60)).getEncoded();
		String file = Files.write(this.folder.resolve("ca.crl"), der).toString();
		assertThatExceptionOfType(SettingException.class)
			.isThrownBy(
					() -> PemReader.revocationLists(TestTls.setting("CRL_FILE_PATH", PemKind.REVOCATION_LIST, file)))
			.withMessageContaining("a revocation list in DER")
			.satisfies((ex) -> assertThat(ex.cure()).contains("openssl crl -inform DER"));
	}

	@Test
	void readWhenLocationHasASchemeThenAsInSpring() throws IOException {
		Path file = TestCa.write(this.folder.resolve("a b?.crt"), CA.certificatePem());
		Path onClassPath = Path.of("target/test-classes/pem-setting-tests.crt");
		Files.writeString(onClassPath, CA.certificatePem());
		for (String location : List.of("file:" + file, file.toUri().toString(), "classpath:pem-setting-tests.crt",
				"classpath:/pem-setting-tests.crt")) {
			assertThat(PemReader.certificates(TestTls.setting("CERT_FILE_PATH", PemKind.CERTIFICATE, location)))
				.containsExactly(CA.certificate());
		}
		Files.delete(onClassPath);
	}

	/** To open one would keep the looks at all files waiting for a writer. */
	@Test
	void readWhenItIsAPipeThenRefused() throws Exception {
		Path pipe = this.folder.resolve("pipe.crt");
		assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
		PemSetting setting = TestTls.setting("CERT_FILE_PATH", PemKind.CERTIFICATE, pipe.toString());
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> PemReader.certificates(setting))
			.withMessageContaining("is neither a file nor a directory");
		assertThat(setting.fingerprint()).contains("is neither a file nor a directory");
	}

	/** Whom we trust must not come from whoever answers in a network. */
	@ParameterizedTest
	@ValueSource(strings = { "%s", " %s", "%s\n", "\t%s ", "%s\nx" })
	void readWhenItIsTheUrlOfAServerThenNobodyIsAsked(String value) throws IOException {
		AtomicInteger asked = new AtomicInteger();
		HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
		server.createContext("/", (exchange) -> {
			asked.incrementAndGet();
			exchange.sendResponseHeaders(200, 0);
			exchange.getResponseBody().write(CA.certificatePem().getBytes(StandardCharsets.US_ASCII));
			exchange.close();
		});
		server.start();
		try {
			PemSetting setting = TestTls.setting("CA_CERT_FILE_PATH", PemKind.CERTIFICATE,
					value.formatted("http://127.0.0.1:" + server.getAddress().getPort() + "/ca.crt"));
			assertThatExceptionOfType(SettingException.class).isThrownBy(setting::read)
				.withMessageContaining("is neither PEM text nor the path of a file");
			setting.fingerprint();
			assertThat(asked).hasValue(0);
		}
		finally {
			server.stop(0);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "file:/nowhere/server.crt", "file://nowhere.invalid/server.crt",
			"classpath:nowhere/server.crt", "/nowhere/server.crt", "./nowhere", "../nowhere", "certs/out/servr.crt",
			"C:\\keys\\server.crt", "~/server.crt" })
	void toStringWhenValueIsPlainlyAPathThenShown(String path) {
		PemSetting setting = TestTls.setting("CERT_FILE_PATH", PemKind.CERTIFICATE, path);
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> PemReader.certificates(setting))
			.withMessage("CERT_FILE_PATH (" + path + ") does not exist");
	}

	/** By what is made of a key by mistake. */
	static Map<String, String> mistakes() {
		String base64 = base64(KEY);
		return Map.ofEntries(Map.entry("body", BODY), Map.entry("body in lines", BODY.replaceAll("(.{64})", "$1\n")),
				Map.entry("half a body", BODY.substring(0, BODY.length() / 2)),
				Map.entry("half the base64 of all", base64.substring(0, base64.length() / 2)),
				Map.entry("base64 of all with an odd character",
						base64.substring(0, 100) + "?" + base64.substring(100)),
				Map.entry("one dash missing", KEY.replace("-----", "----")),
				Map.entry("first line missing", KEY.substring(KEY.indexOf('\n') + 1)),
				Map.entry("last line missing", KEY.replaceFirst("-----END.*", "")),
				Map.entry("broken first line", KEY.replaceFirst("KEY-----", "KEY")), Map.entry("as a path", "/" + BODY),
				Map.entry("as a relative path", "./" + BODY + "/server.key"), Map.entry("as a file", BODY + ".pem"),
				Map.entry("as a location", "file:" + BODY), Map.entry("as an absolute location", "file:/" + BODY),
				Map.entry("on the class path", "classpath:" + BODY),
				Map.entry("as a URL", "https://" + BODY + "/key.pem"),
				Map.entry("URL-encoded and cut off",
						KEY.replace("\n", "%0A").replace(" ", "%20").substring(0, KEY.length() - 40)),
				Map.entry("URL-encoded with a digit lost", KEY.replace("\n", "%0").replace(" ", "%20")),
				Map.entry("URL-encoded body", BODY.replace("+", "%2B").replace("/", "%2F")),
				Map.entry("PKCS #11 URI", "pkcs11:token=x;pin-value=" + BODY),
				Map.entry("JWK", "{\"kty\":\"EC\",\"d\":\"" + BODY + "\"}"),
				Map.entry("in hexadecimal", java.util.HexFormat.of().formatHex(SERVER.key().getEncoded())),
				Map.entry("twice", BODY + BODY), Map.entry("very long", BODY.repeat(500)));
	}

	@Test
	void readWhenValueMayBeASecretThenItIsNeverShown() {
		mistakes().forEach((name, value) -> {
			for (PemKind kind : PemKind.values()) {
				for (boolean file : List.of(false, true)) {
					PemSetting setting = setting(kind, value, file);
					assertThatExceptionOfType(SettingException.class).as(name)
						.isThrownBy(() -> read(setting))
						.satisfies((ex) -> assertShowsNothing(ex.getMessage() + ex.cure() + ex.getCause() + setting));
				}
			}
		});
	}

	@ParameterizedTest
	@ValueSource(strings = { "correct horse battery staple", "hunter2hunter2hunter2", "pa/ss/wo/rd/that/is/long",
			"https://user:S3cretS3cretS3cr@vault/key.pem", "s3cr3t:s3cr3t:s3cr3t@x.pem", "/hunter2hunter2hunter2",
			"/correcthorsebatterystaple", "hunter2hunter2hunter2.key" })
	void toStringWhenValueIsAPassPhraseThenNotShown(String value) {
		PemSetting setting = TestTls.setting("KEY_FILE_PATH", PemKind.PRIVATE_KEY, value);
		assertThatExceptionOfType(SettingException.class)
			.isThrownBy(() -> PemReader.privateKey(setting, new MaterialSettings.Password("KEY_PASSWORD", null)))
			.withMessage("KEY_FILE_PATH (a value that is not shown, because it may be a secret) "
					+ "is neither PEM text nor the path of a file");
	}

	private static void assertShowsNothing(String text) {
		for (int i = 0; i + 16 <= BODY.length(); i++) {
			assertThat(text).doesNotContain(BODY.substring(i, i + 16));
		}
	}

	private static void read(PemSetting setting) {
		switch (setting.kind()) {
			case CERTIFICATE -> PemReader.certificates(setting);
			case PRIVATE_KEY ->
				PemReader.privateKey(setting, new MaterialSettings.Password("KEY_PASSWORD", "open-sesame"));
			case REVOCATION_LIST -> PemReader.revocationLists(setting);
		}
	}

	private PemSetting setting(PemKind kind, String text, boolean file) {
		return TestTls.setting("SETTING", kind,
				file ? TestCa.write(this.folder.resolve("file.pem"), text).toString() : text);
	}

}
