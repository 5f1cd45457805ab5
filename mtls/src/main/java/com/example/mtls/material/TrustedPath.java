package com.example.mtls.material;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A certificate that keeps the {@link CertificateRules}, with the certificates that vouch
 * for it.
 *
 * @param certificates from the leaf to the trusted CA certificate, both included
 * @param holdsFrom since when all of them are valid
 * @param holdsUntil until when all of them are valid, and what else was asked holds
 */
public record TrustedPath(List<X509Certificate> certificates, Instant holdsFrom, Instant holdsUntil) {

	/** The certificate that this path is about. */
	public X509Certificate leaf() {
		return this.certificates.get(0);
	}

	/**
	 * Whether what was found at the check still holds. Where it does not, another check
	 * says why, or finds another path: an intermediate certificate may have been renewed.
	 * @param now the time to look at
	 * @return whether it holds, as long as the same CAs are trusted
	 */
	public boolean holdsAt(Instant now) {
		return !now.isBefore(this.holdsFrom) && !now.isAfter(this.holdsUntil);
	}

}
