package com.example.mtls.material;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Locale;

/**
 * A certificate that breaks one of the {@link CertificateRules}, or is not for the host
 * that is called.
 */
public final class CertificateRefusedException extends CertificateException {

	/**
	 * Which rule was broken, for programs. {@link #UNTRUSTED} is also a path on which
	 * somebody may not issue.
	 */
	public enum Reason {

		EXPIRED, NOT_YET_VALID, UNTRUSTED, IS_A_CA, WRONG_PURPOSE, WEAK_KEY, WEAK_SIGNATURE, OTHER_HOST, NO_HOST;

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
