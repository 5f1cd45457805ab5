package com.example.todoclient.mtls.material;

import java.security.cert.X509Certificate;
import java.util.Locale;

/**
 * A certificate that breaks one of the {@link CertificateRules}.
 */
public final class CertificateRefusedException extends Exception {

	/** Which rule was broken, for programs. */
	public enum Reason {

		/** The validity period is over. */
		EXPIRED,

		/** The validity period has not begun. */
		NOT_YET_VALID,

		/**
		 * No path leads to a trusted CA certificate, or a certificate on it may not
		 * issue.
		 */
		UNTRUSTED,

		/** A CA certificate where a leaf belongs. */
		IS_A_CA,

		/** The certificate may not be used for this end of a connection. */
		WRONG_PURPOSE,

		/** The public key is too short or of a kind we do not use. */
		WEAK_KEY,

		/** The signature uses a broken hash. */
		WEAK_SIGNATURE,

		/** A trusted CA has revoked it. */
		REVOKED,

		/** No revocation list of its issuer is there, or it is too old. */
		REVOCATION_UNKNOWN;

		/**
		 * The reason as it stands in logs and problem documents.
		 * @return lower case with hyphens
		 */
		public String code() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	private final Reason reason;

	private final transient X509Certificate certificate;

	CertificateRefusedException(Reason reason, X509Certificate certificate, String message) {
		super(message, null, false, false);
		this.reason = reason;
		this.certificate = certificate;
	}

	/**
	 * Which rule was broken.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * The certificate that breaks the rule, which may be one above the leaf.
	 * @return the certificate
	 */
	public X509Certificate certificate() {
		return this.certificate;
	}

}
