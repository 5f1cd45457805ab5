package com.example.todoclient.mtls.material;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;

/**
 * A certificate that breaks one of the {@link CertificateRules}, or is not for the host
 * that is called.
 */
public final class CertificateRefusedException extends CertificateException {

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

		/** It is for other hosts than the one we call. */
		OTHER_HOST,

		/** It is for no host at all. */
		NO_HOST,

		/** A trusted CA has revoked it. */
		REVOKED,

		/** No revocation list of its issuer is there, or it is too old. */
		REVOCATION_UNKNOWN;

		/** As it stands in logs and problem documents: in lower case, with hyphens. */
		public String code() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	private final Reason reason;

	private final transient X509Certificate certificate;

	/**
	 * Refuses a certificate.
	 * @param reason the rule
	 * @param certificate the certificate that breaks it
	 * @param message how, starting with "it" or its name
	 */
	public CertificateRefusedException(Reason reason, X509Certificate certificate, String message) {
		super(message);
		this.reason = reason;
		this.certificate = certificate;
	}

	/** None: refusals are many under attack, and the message says all. */
	@Override
	public Throwable fillInStackTrace() {
		return this;
	}

	/** Which rule was broken. */
	public Reason reason() {
		return this.reason;
	}

	/** The certificate that breaks the rule, which may be one above the leaf. */
	public X509Certificate certificate() {
		return this.certificate;
	}

}
