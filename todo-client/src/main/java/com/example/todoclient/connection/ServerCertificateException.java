package com.example.todoclient.connection;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import com.example.todoclient.connection.CallFailure.Reason;
import org.jspecify.annotations.Nullable;

/**
 * We refuse the certificate of the server. The message says which rule it breaks and
 * starts with "it".
 */
final class ServerCertificateException extends CertificateException {

	private final Reason reason;

	private final transient X509Certificate certificate;

	ServerCertificateException(Reason reason, X509Certificate certificate, String message, @Nullable Throwable cause) {
		super(message, cause);
		this.reason = reason;
		this.certificate = certificate;
	}

	Reason reason() {
		return this.reason;
	}

	/** The one that breaks the rule, which may be one above the leaf. */
	X509Certificate certificate() {
		return this.certificate;
	}

}
