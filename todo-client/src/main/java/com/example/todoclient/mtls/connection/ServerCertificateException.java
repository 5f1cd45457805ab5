package com.example.todoclient.mtls.connection;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;

import com.example.todoclient.mtls.material.CertificateRefusedException;
import org.jspecify.annotations.Nullable;

/**
 * We refuse the certificate of the server. The message says which rule it breaks and
 * starts with "it".
 */
public final class ServerCertificateException extends CertificateException {

	private final CertificateRefusedException.@Nullable Reason rule;

	private final boolean namesAHost;

	private final transient X509Certificate certificate;

	ServerCertificateException(CertificateRefusedException ex) {
		super(ex.getMessage(), ex);
		this.rule = ex.reason();
		this.namesAHost = true;
		this.certificate = ex.certificate();
	}

	ServerCertificateException(boolean namesAHost, X509Certificate certificate, String message) {
		super(message);
		this.rule = null;
		this.namesAHost = namesAHost;
		this.certificate = certificate;
	}

	/**
	 * Which of the certificate rules was broken.
	 * @return the rule, or {@code null} where the certificate is not for our host
	 */
	public CertificateRefusedException.@Nullable Reason rule() {
		return this.rule;
	}

	/**
	 * Whether the certificate is for any host at all.
	 * @return {@code false} if its SAN has neither a DNS name nor an IP address
	 */
	public boolean namesAHost() {
		return this.namesAHost;
	}

	/**
	 * The one that breaks the rule, which may be one above the leaf.
	 * @return the certificate
	 */
	public X509Certificate certificate() {
		return this.certificate;
	}

}
