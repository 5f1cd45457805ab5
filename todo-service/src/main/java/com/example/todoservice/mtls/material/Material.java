package com.example.todoservice.mtls.material;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.pem.PemContent;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;

/**
 * What one end of a mutual TLS connection needs: its certificate chain and key, and whom
 * it trusts. An instance is complete and checked.
 *
 * @param chain our certificate chain, leaf first
 * @param key the private key of the leaf
 * @param trusted the trusted CA certificates, at least one
 */
public record Material(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> trusted) {

	/** The only protocol versions with forward secrecy and authenticated encryption. */
	private static final Set<String> PROTOCOLS = Set.of("TLSv1.3", "TLSv1.2");

	/** All of TLS 1.3, and of TLS 1.2 only ECDHE with AEAD (RFC 9325 section 4.2). */
	private static final String[] CIPHER_SUITES = { "TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384",
			"TLS_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
			"TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
			"TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
			"TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256" };

	private static final int DNS_NAME = 2;

	private static final int IP_ADDRESS = 7;

	/**
	 * Reads and checks everything.
	 * @param settings where it lies
	 * @param now the time to judge validity by
	 * @return the material
	 * @throws SettingException if anything about it is wrong
	 */
	public static Material load(TlsSettings settings, Instant now) {
		PemSetting certificateSource = settings.certificateSource();
		PemSetting keySource = settings.keySource();
		PemSetting trustSource = settings.trustSource();
		List<X509Certificate> chain = certificates(certificateSource);
		PrivateKey key = privateKey(keySource, settings.keyPassword());
		List<X509Certificate> trusted = certificates(trustSource);
		trusted.forEach((ca) -> checkTrusted(trustSource, ca, now));
		checkPair(certificateSource, keySource, chain, key);
		checkOrder(certificateSource, chain);
		checkOwn(certificateSource, trustSource, chain, trusted, settings.purpose(), now);
		return new Material(chain, key, trusted);
	}

	/**
	 * The certificate we present.
	 * @return the leaf of the chain
	 */
	public X509Certificate leaf() {
		return this.chain.get(0);
	}

	/**
	 * The same material the way Boot hands it to servers and clients.
	 * @return a bundle of TLS 1.3 and 1.2, forward-secret AEAD cipher suites only
	 */
	public SslBundle toBundle() {
		PemSslStore keyStore = PemSslStore.of(this.chain, this.key);
		PemSslStore trustStore = PemSslStore.of(this.trusted, null);
		return SslBundle.of(new PemSslStoreBundle(keyStore, trustStore), SslBundleKey.NONE,
				SslOptions.of(CIPHER_SUITES, PROTOCOLS.toArray(String[]::new)));
	}

	private static List<X509Certificate> certificates(PemSetting source) {
		String text = source.read();
		if (!text.contains("CERTIFICATE-----")) {
			throw source.problem(
					text.contains("PRIVATE KEY-----") ? "holds a private key where a certificate belongs"
							: "holds no certificate (no line -----BEGIN CERTIFICATE-----)",
					"Give the file that starts with -----BEGIN CERTIFICATE-----, usually NAME.crt or NAME.pem.");
		}
		try {
			List<X509Certificate> certificates = PemContent.of(text).getCertificates();
			if (certificates.isEmpty()) {
				throw new IllegalStateException("no complete certificate");
			}
			return List.copyOf(certificates);
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			throw source.problem("holds a damaged certificate: it cannot be decoded",
					"Copy the file again, whole: each certificate from -----BEGIN to -----END.");
		}
	}

	private static PrivateKey privateKey(PemSetting source, @Nullable String password) {
		String text = source.read();
		if (!text.contains("PRIVATE KEY-----")) {
			throw source.problem(
					text.contains("CERTIFICATE-----") ? "holds a certificate where a private key belongs"
							: "holds no private key (no line -----BEGIN … PRIVATE KEY-----)",
					"Give the file that starts with -----BEGIN PRIVATE KEY-----, usually NAME.key.");
		}
		boolean encrypted = text.contains("BEGIN ENCRYPTED PRIVATE KEY");
		boolean hasPassword = password != null && !password.isEmpty();
		if (encrypted && !hasPassword) {
			throw source.problem("is encrypted, and KEY_PASSWORD is not set",
					"Set KEY_PASSWORD to its password, or give a key that is not encrypted.");
		}
		checkFormat(source, text);
		try {
			PrivateKey key = PemContent.of(text).getPrivateKey(encrypted ? password : null);
			if (key == null) {
				throw new IllegalStateException("no complete key");
			}
			return key;
		}
		catch (IllegalStateException | IllegalArgumentException ex) {
			if (encrypted) {
				throw source.problem("cannot be decrypted with KEY_PASSWORD",
						"Correct KEY_PASSWORD. If it is right, encrypt the key the way we read: openssl pkcs8 -topk8 -v2 "
								+ "aes-256-cbc -in OLD.key -out NEW.key");
			}
			throw source.problem(
					"holds a damaged private key, or one of a kind we do not read (RSA, EC and EdDSA are " + "read)",
					"Copy the file again, whole, from -----BEGIN to -----END.");
		}
	}

	private static void checkFormat(PemSetting source, String text) {
		if (text.contains("Proc-Type: 4,ENCRYPTED")) {
			throw source.problem(
					"is encrypted in the old way of OpenSSL (Proc-Type: 4,ENCRYPTED), which we do not read",
					"Convert it: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD.key -out NEW.key, and set KEY_PASSWORD; or "
							+ "leave it unencrypted with -nocrypt.");
		}
		if (text.contains("BEGIN OPENSSH PRIVATE KEY")) {
			throw source.problem("is in the format of OpenSSH, which we do not read",
					"Convert it in place: ssh-keygen -p -m PKCS8 -f FILE");
		}
		if (text.contains("BEGIN DSA PRIVATE KEY")) {
			throw source.problem("is a DSA key, which TLS 1.3 does not know",
					"Issue a certificate with an EC or RSA key: java -jar certs/target/certs.jar dev");
		}
	}

	/**
	 * A leaf here would be taken by the JDK even when expired; RFC 5280 calls it no CA.
	 */
	private static void checkTrusted(PemSetting source, X509Certificate ca, Instant now) {
		if (ca.getBasicConstraints() == -1) {
			throw source.problem("holds a certificate that is not a CA's: " + CertificateText.describe(ca),
					"Put only CA certificates there (ca.crt), never the certificate of a service or a client.");
		}
		boolean[] keyUsage = ca.getKeyUsage();
		if (keyUsage != null && !keyUsage[5]) {
			throw source.problem(
					"holds a CA certificate whose KeyUsage does not allow keyCertSign: " + CertificateText.describe(ca),
					"Take it out, or issue the CA again.");
		}
		if (!CertificateRules.isSelfIssued(ca) && ca.getExtensionValue("2.5.29.30") != null) {
			throw source.problem(
					"holds an intermediate CA certificate with name constraints, which would not be enforced there: "
							+ CertificateText.describe(ca),
					"Trust the root CA instead and present the intermediate in the chain.");
		}
		try {
			CertificateRules.checkValidity(ca, now);
		}
		catch (CertificateRefusedException ex) {
			throw source.problem(
					"holds a CA certificate that cannot be used: " + ex.getMessage() + ". It has "
							+ CertificateText.describe(ca),
					"Take it out of the file; issue a new CA if it was the only one.");
		}
	}

	private static void checkPair(PemSetting certificateSource, PemSetting keySource, List<X509Certificate> chain,
			PrivateKey key) {
		if (!matches(chain.get(0).getPublicKey(), key)) {
			boolean other = chain.stream().anyMatch((certificate) -> matches(certificate.getPublicKey(), key));
			throw keySource.problem(
					other ? "belongs to a later certificate in " + certificateSource + ", not to the first"
							: "does not belong to the certificate in " + certificateSource + ": "
									+ CertificateText.describe(chain.get(0)),
					other ? "Put the leaf certificate first in " + certificateSource
							+ ", then the one that issued it, and so on."
							: "Give the key and the certificate that were issued together. To issue both afresh: "
									+ "java -jar certs/target/certs.jar dev");
		}
	}

	private static boolean matches(PublicKey publicKey, PrivateKey privateKey) {
		String algorithm = switch (privateKey.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "EC" -> "SHA256withECDSA";
			default -> privateKey.getAlgorithm();
		};
		try {
			Signature signature = Signature.getInstance(algorithm);
			signature.initSign(privateKey);
			signature.update((byte) 1);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update((byte) 1);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	private static void checkOrder(PemSetting source, List<X509Certificate> chain) {
		for (int i = 1; i < chain.size(); i++) {
			X509Certificate below = chain.get(i - 1);
			X509Certificate above = chain.get(i);
			if (!below.getIssuerX500Principal().equals(above.getSubjectX500Principal())) {
				throw source.problem(
						"holds a chain in the wrong order: certificate %d (subject \"%s\") did not issue the one before it "
							.formatted(i + 1, CertificateText.subject(above)) + "(subject \""
								+ CertificateText.subject(below) + "\")",
						"Order it leaf first, then the certificate that issued it, and so on (RFC 8446 section 4.4.2): "
								+ "cat leaf.crt intermediate.crt > chain.crt");
			}
		}
	}

	private static void checkOwn(PemSetting source, PemSetting trustSource, List<X509Certificate> chain,
			List<X509Certificate> trusted, Purpose purpose, Instant now) {
		try {
			CertificateRules.check(chain, trusted, purpose, now);
		}
		catch (CertificateRefusedException ex) {
			String cure = switch (ex.reason()) {
				case EXPIRED -> "Issue a new one: java -jar certs/target/certs.jar " + purpose.command()
						+ ". If it should still be valid, the clock of this machine is wrong.";
				case NOT_YET_VALID -> "Set the clock of this machine, or wait, or issue one that is valid now.";
				case UNTRUSTED -> "Give the certificate and the CA that belong together: " + trustSource
						+ " must hold the CA that issued ours too, because the other side trusts the same one. If an "
						+ "intermediate CA issued it, append that CA's certificate to " + source
						+ ". Or issue a new one: java -jar certs/target/certs.jar " + purpose.command();
				case IS_A_CA ->
					"Give the leaf certificate, not the CA's: java -jar certs/target/certs.jar " + purpose.command();
				case WRONG_PURPOSE -> "Issue one for this end: java -jar certs/target/certs.jar " + purpose.command();
				case WEAK_KEY, WEAK_SIGNATURE -> "Issue a new one with EC P-256 or RSA 3072 and SHA-256: "
						+ "java -jar certs/target/certs.jar " + purpose.command();
			};
			throw source.problem(
					"cannot be used: " + ex.getMessage() + ". It has " + CertificateText.describe(ex.certificate()),
					cure);
		}
		if (purpose == Purpose.SERVER && !namesAHost(chain.get(0))) {
			throw source.problem(
					"names no host: it has no SAN with a DNS name or an IP address, and clients do not look "
							+ "at the CN (RFC 9525 section 2). It has " + CertificateText.describe(chain.get(0)),
					"Issue one with the names clients call: java -jar certs/target/certs.jar " + purpose.command());
		}
	}

	private static boolean namesAHost(X509Certificate certificate) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return names != null && names.stream()
				.anyMatch((name) -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS));
		}
		catch (CertificateParsingException ex) {
			return false;
		}
	}

	/** What is safe to print: never the key. */
	@Override
	public String toString() {
		return "Material[%s, %d trusted]".formatted(CertificateText.describe(leaf()), this.trusted.size());
	}

}
