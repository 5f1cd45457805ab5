package com.example.todoservice.mtls.material;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that keeps the {@link CertificateRules}, with the certificates that vouch
 * for it.
 *
 * @param certificates from the leaf to the trusted CA certificate, both included
 */
public record TrustedPath(List<X509Certificate> certificates) {

	/**
	 * The certificate this path is about.
	 * @return the leaf
	 */
	public X509Certificate leaf() {
		return this.certificates.get(0);
	}

	/**
	 * Whether every certificate of the path is within its validity.
	 * @param now the time to look at
	 * @throws CertificateRefusedException if one is not
	 */
	public void checkValidity(Instant now) throws CertificateRefusedException {
		for (X509Certificate certificate : this.certificates) {
			CertificateRules.checkValidity(certificate, now);
		}
	}

}
