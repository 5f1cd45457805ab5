package com.example.todoservice.mtls.material;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * What people give where PEM of a certificate or a key belongs, and the command that
 * makes such PEM of it. FILE in a command stands for the file at hand.
 *
 * @param name what it is, with its article
 * @param cure what to do about it
 */
record ForeignFormat(String name, String cure) {

	private static final String ISSUE = "Issue a key and a certificate for TLS: java -jar certs/target/certs.jar dev";

	private static final String KEYSTORE_CERTIFICATES = "Take its certificates out: keytool -list -rfc -keystore FILE > FILE.pem";

	private static final String PKCS12_KEY = "openssl pkcs12 -in FILE -nocerts -nodes -out FILE.pem";

	/** By what stands in the label of a PEM block. */
	private static final Map<String, ForeignFormat> LABELS = Map.of("OPENSSHPRIVATEKEY",
			new ForeignFormat("a private key in the format of OpenSSH",
					"Convert it in place: ssh-keygen -p -m PKCS8 -f FILE"),
			"DSAPRIVATEKEY", new ForeignFormat("a DSA key, which TLS 1.3 does not know", ISSUE), "PGPPRIVATEKEYBLOCK",
			new ForeignFormat("a PGP key, which TLS does not know", ISSUE), "PGPPUBLICKEYBLOCK",
			new ForeignFormat("a PGP key, which TLS does not know", ISSUE), "CERTIFICATEREQUEST", request(),
			"NEWCERTIFICATEREQUEST", request(), "PUBLICKEY", publicKey(), "RSAPUBLICKEY", publicKey(), "PKCS7",
			new ForeignFormat("a PKCS #7 container",
					"Take its certificates out: openssl pkcs7 -print_certs -in FILE -out FILE.pem"));

	private static final String OPENSSH_ED25519 = HexFormat.of()
		.formatHex("ssh-ed25519".getBytes(StandardCharsets.US_ASCII));

	/** A sequence that begins with a version, as keys and PKCS #12 do. */
	private static final String DER_VERSION = "30(..|8[1-4](..){1,4})0201";

	/** A sequence that begins with {@code id-signedData} (RFC 5652 section 5.1). */
	private static final String DER_SIGNED_DATA = "30(..|8[0-4](..){0,4})06092a864886f70d010702.*";

	private static ForeignFormat request() {
		return new ForeignFormat("a certificate signing request, which no CA has signed yet",
				"Give what the CA sends back. To sign it with a CA of your own: openssl x509 -req -in FILE -CA ca.crt "
						+ "-CAkey ca.key -days 90 -copy_extensions copy -out FILE.crt");
	}

	private static ForeignFormat publicKey() {
		return new ForeignFormat("a public key",
				"Give the file that was made with it: of a key pair, the private key; of a "
						+ "certificate, the whole certificate.");
	}

	/**
	 * Looks at a block of PEM.
	 * @param block the block
	 * @return what it is, or nothing if it is not foreign
	 */
	static Optional<ForeignFormat> of(PemText.Block block) {
		boolean ed25519 = block.label().startsWith("OPENSSH")
				&& block.content().filter((content) -> hex(content).contains(OPENSSH_ED25519)).isPresent();
		return ed25519
				? Optional
					.of(new ForeignFormat("an Ed25519 key in the format of OpenSSH, which few tools convert", ISSUE))
				: Optional.ofNullable(LABELS.get(block.label()));
	}

	/**
	 * Looks at the content of a file.
	 * @param content the bytes
	 * @param wanted what belongs there
	 * @return what it is, or nothing if it is of no known kind
	 */
	static Optional<ForeignFormat> of(byte[] content, PemKind wanted) {
		boolean key = wanted == PemKind.PRIVATE_KEY;
		String hex = hex(content);
		String text = new String(content, StandardCharsets.ISO_8859_1).stripLeading();
		if (hex.startsWith("feedfeed") || hex.startsWith("cececece")) {
			return Optional.of(new ForeignFormat(
					hex.startsWith("f") ? "a Java keystore (JKS)" : "a Java keystore (JCEKS)",
					key ? "Convert it, then take its key out: keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 "
							+ "-deststoretype PKCS12 && openssl pkcs12 -in FILE.p12 -nocerts -nodes -out FILE.pem"
							: KEYSTORE_CERTIFICATES));
		}
		if (hex.matches(DER_VERSION + "03.*")) {
			return Optional.of(new ForeignFormat("a PKCS #12 keystore",
					key ? "Take its key out: " + PKCS12_KEY : KEYSTORE_CERTIFICATES));
		}
		if (hex.matches(DER_SIGNED_DATA)) {
			return Optional.of(new ForeignFormat("a PKCS #7 container in DER",
					"Take its certificates out: openssl pkcs7 -inform DER -print_certs -in FILE -out FILE.pem"));
		}
		if (hex.startsWith("30") && content.length > 64) {
			return Optional.of(der(content, hex, wanted));
		}
		if (text.startsWith("ssh-") || text.startsWith("ecdsa-sha2-") || text.startsWith("---- BEGIN SSH2")) {
			return Optional.of(new ForeignFormat("a public key of OpenSSH", ISSUE));
		}
		if (text.startsWith("PuTTY-User-Key-File")) {
			return Optional.of(new ForeignFormat("a private key of PuTTY",
					"Convert it: puttygen FILE -O private-openssh -o FILE.key && ssh-keygen -p -m PKCS8 -f FILE.key"));
		}
		return Optional.empty();
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
				key ? "Convert it: openssl pkey -inform DER -in FILE -out FILE.pem"
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
