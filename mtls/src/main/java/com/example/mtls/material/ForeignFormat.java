package com.example.mtls.material;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What people give where PEM of a certificate or a key belongs, and the command that
 * makes such PEM of it. FILE in a command stands for the file at hand.
 *
 * @param name what it is, with its article
 * @param cure what to do about it
 */
record ForeignFormat(String name, String cure) {

	private static final String ISSUE = "Issue a key and a certificate for TLS";

	private static final ForeignFormat DEVICE = new ForeignFormat(
			"a reference to a key that stays in a TPM, a PKCS #11 token or another device, and such keys are not used",
			"Give a private key that is in the file or the variable itself. " + ISSUE);

	private static final ForeignFormat ENCRYPTED = new ForeignFormat(
			"a file that a tool for secrets has encrypted (Ansible Vault, SOPS, age, git-crypt, PGP)",
			"Give what it decrypts to; only keys with a password of their own are read as they are.");

	/** What to do about it, with the command of the tool where there is one. */
	String cure(IssuingTool tool) {
		return this.cure.endsWith(ISSUE) ? this.cure + tool.how("dev") : this.cure;
	}

	/** Labels of what only points to a key in a TPM or another token. */
	private static final String IN_A_DEVICE = "TSS2?(PRIVATE)?KEY.*|TPM.*|PKCS#?11.*|ENGINE.*";

	/** The same as a URI; and the names that OpenSSL's engines and providers have. */
	private static final Pattern DEVICE_URI = Pattern.compile(
			"(?is)(pkcs11|engine|org\\.openssl\\.engine|handle|object|tpm2?|tpmkey|yubikey|[a-z]*kms|system|cng):.*");

	private static final Pattern ENCRYPTED_FILE = Pattern.compile(
			"\\$ANSIBLE_VAULT;.*|.{0,300}?ENC\\[AES256_GCM,.*|age-encryption\\.org/.*|vault:v[0-9]+:.*|\0GITCRYPT.*",
			Pattern.DOTALL);

	/** A sequence that begins with a version, as keys and PKCS #12 do. */
	private static final String DER_VERSION = "30(..|8[1-4](..){1,4})0201";

	/** A sequence that begins with {@code id-signedData} (RFC 5652 section 5.1). */
	private static final String DER_SIGNED_DATA = "30(..|8[0-4](..){0,4})06092a864886f70d010702.*";

	/** What a block of PEM is, if it is foreign. */
	static Optional<ForeignFormat> of(PemText.Block block) {
		return Optional.ofNullable(switch (block.label()) {
			case "OPENSSHPRIVATEKEY" -> new ForeignFormat("a private key in the format of OpenSSH",
					"Issue another key in place of an Ed25519 one; convert others in place: (umask 077 && ssh-keygen -p -m PKCS8 -f FILE)");
			case "DSAPRIVATEKEY" -> new ForeignFormat("a DSA key, which TLS 1.3 does not know", ISSUE);
			case "PGPPRIVATEKEYBLOCK", "PGPPUBLICKEYBLOCK" ->
				new ForeignFormat("a PGP key, which TLS does not know", ISSUE);
			case "CERTIFICATEREQUEST", "NEWCERTIFICATEREQUEST" ->
				new ForeignFormat("a certificate signing request, which no CA has signed yet",
						"Give what the CA sends back. To sign it with a CA of your own: openssl x509 -req -in FILE "
								+ "-CA ca.crt -CAkey ca.key -days 90 -copy_extensions copy -out FILE.crt");
			case "PUBLICKEY", "RSAPUBLICKEY" -> new ForeignFormat("a public key",
					"Give what it was taken from: of a key pair the private key, of a certificate all of it.");
			case "PKCS12" -> new ForeignFormat("a PKCS #12 keystore in base64",
					"Take out what is in it: (umask 077 && sed /-----/d FILE | openssl base64 -d -out FILE.p12 "
							+ "&& openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem)");
			case "ATTRIBUTECERTIFICATE" -> new ForeignFormat("an attribute certificate, which has no key", ISSUE);
			case "AGEENCRYPTEDFILE", "PGPMESSAGE" -> ENCRYPTED;
			case "PKCS7", "PKCS#7SIGNEDDATA", "CMS" -> new ForeignFormat("a PKCS #7 container",
					"Take its certificates out: openssl pkcs7 -print_certs -in FILE -out FILE.pem");
			default -> block.label().matches(IN_A_DEVICE) ? DEVICE : null;
		});
	}

	/** What a text without PEM in it is, if it is of a known kind. */
	static Optional<ForeignFormat> of(String text) {
		ForeignFormat format = null;
		if (text.startsWith("ssh-") || text.startsWith("ecdsa-sha2-") || text.startsWith("sk-")
				|| text.startsWith("---- BEGIN SSH2")) {
			format = new ForeignFormat("a public key of OpenSSH", ISSUE);
		}
		else if (text.startsWith("PuTTY-User-Key-File")) {
			format = new ForeignFormat("a private key of PuTTY",
					"Convert it: (umask 077 && puttygen FILE -O private-openssh -o FILE.key && ssh-keygen -p -m PKCS8 -f FILE.key)");
		}
		else if (DEVICE_URI.matcher(text).matches()) {
			format = DEVICE;
		}
		else if (text.startsWith("{") && text.contains("\"kty\"")) {
			format = new ForeignFormat("a JSON Web Key (JWK), which is not read", "Have it given out as PEM. " + ISSUE);
		}
		else if (text.startsWith("AGE-SECRET-KEY-") || text.startsWith("age1")) {
			format = new ForeignFormat("a key of age, which TLS does not know", ISSUE);
		}
		else if (ENCRYPTED_FILE.matcher(text).matches()) {
			format = ENCRYPTED;
		}
		else if (text.startsWith("version https://git-lfs.")) {
			format = new ForeignFormat("the pointer of Git LFS to a file that was not fetched",
					"Fetch it: git lfs pull");
		}
		else if (text.regionMatches(true, 0, "<!DOCTYPE", 0, 9) || text.regionMatches(true, 0, "<html", 0, 5)) {
			format = new ForeignFormat("a web page",
					"Load the file again: what came was a page, of an error or a login.");
		}
		return Optional.ofNullable(format);
	}

	/** What the content of a file is, if it is of a known kind. */
	static Optional<ForeignFormat> of(byte[] content, PemKind wanted) {
		String hex = hex(content);
		String text = new String(content, StandardCharsets.ISO_8859_1).stripLeading();
		ForeignFormat format = null;
		if (hex.startsWith("feedfeed") || hex.startsWith("cececece")) {
			format = keystore(hex.startsWith("f") ? "a Java keystore (JKS)" : "a Java keystore (JCEKS)", wanted);
		}
		else if (hex.matches(DER_VERSION + "03.*")) {
			format = keystore("a PKCS #12 keystore", wanted);
		}
		else if (hex.matches(DER_SIGNED_DATA)) {
			format = new ForeignFormat("a PKCS #7 container in DER",
					"Take its certificates out: openssl pkcs7 -inform DER -print_certs -in FILE -out FILE.pem");
		}
		else if (hex.startsWith("30") && content.length > 64) {
			format = der(content, hex, wanted);
		}
		return Optional.ofNullable(format).or(() -> of(text));
	}

	/** Old PKCS #12 is not read by OpenSSL any more, so keytool writes it anew. */
	private static ForeignFormat keystore(String name, PemKind wanted) {
		return new ForeignFormat(name, (wanted == PemKind.PRIVATE_KEY)
				? "Take its key out: (umask 077 && keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 "
						+ "-deststoretype PKCS12 && openssl pkcs12 -in FILE.p12 -nocerts -nodes -out FILE.pem)"
				: "Take its certificates out: keytool -list -rfc -keystore FILE > FILE.pem");
	}

	private static ForeignFormat der(byte[] content, String hex, PemKind wanted) {
		if (isCertificate(content)) {
			return new ForeignFormat("a certificate in DER",
					"Convert it: openssl x509 -inform DER -in FILE -out FILE.pem");
		}
		if (wanted == PemKind.REVOCATION_LIST) {
			return new ForeignFormat("a revocation list in DER",
					"Convert it: openssl crl -inform DER -in FILE -out FILE.pem");
		}
		boolean key = wanted == PemKind.PRIVATE_KEY || hex.matches(DER_VERSION + "0[01].*");
		return new ForeignFormat(key ? "a private key in DER" : "DER of another kind than a certificate",
				key ? "Convert it: (umask 077 && openssl pkey -inform DER -in FILE -out FILE.pem)"
						: "Give the file that starts with -----BEGIN.");
	}

	private static boolean isCertificate(byte[] content) {
		try {
			CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(content));
			return true;
		}
		catch (CertificateException ex) {
			return false;
		}
	}

	/** The beginning suffices to tell them apart. */
	private static String hex(byte[] content) {
		return HexFormat.of().formatHex(content, 0, Math.min(content.length, 256));
	}

}
