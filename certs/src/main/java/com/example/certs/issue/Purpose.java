package com.example.certs.issue;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;

import org.bouncycastle.asn1.x509.KeyPurposeId;

/**
 * The side of a TLS connection that a certificate is for, as its extended key usage says
 * (RFC 5280, section 4.2.1.12).
 */
public enum Purpose {

	/** The side that listens: todo-service. */
	SERVER(KeyPurposeId.id_kp_serverAuth),

	/** The side that calls: todo-client. */
	CLIENT(KeyPurposeId.id_kp_clientAuth);

	private final KeyPurposeId keyPurpose;

	Purpose(KeyPurposeId keyPurpose) {
		this.keyPurpose = keyPurpose;
	}

	KeyPurposeId keyPurpose() {
		return this.keyPurpose;
	}

	/**
	 * Whether the certificate's extended key usage names this purpose.
	 * @return false also for a certificate without the extension, or with one that cannot
	 * be read
	 */
	public boolean isNamedBy(X509Certificate certificate) {
		return extendedKeyUsage(certificate).contains(this.keyPurpose.getId());
	}

	/**
	 * The purposes a certificate is limited to.
	 * @return object identifiers; empty where the certificate sets no limit
	 */
	static List<String> extendedKeyUsage(X509Certificate certificate) {
		try {
			List<String> usage = certificate.getExtendedKeyUsage();
			return (usage != null) ? usage : List.of();
		}
		catch (CertificateParsingException ex) {
			return List.of("unreadable");
		}
	}

	/**
	 * Describes what a certificate is for in a word or two.
	 * @return {@code CA}, {@code server}, {@code client}, both, {@code any} or
	 * {@code other}
	 */
	public static String describe(X509Certificate certificate) {
		if (certificate.getBasicConstraints() >= 0) {
			return "CA";
		}
		if (extendedKeyUsage(certificate).isEmpty()) {
			return "any";
		}
		if (SERVER.isNamedBy(certificate) && CLIENT.isNamedBy(certificate)) {
			return "server, client";
		}
		return SERVER.isNamedBy(certificate) ? "server" : CLIENT.isNamedBy(certificate) ? "client" : "other";
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
