package com.example.certs.issue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.X509CRLHolder;

/**
 * Reads what a revocation list (RFC 5280, section 5) says.
 */
public final class RevocationList {

	private RevocationList() {
	}

	/** The CRLNumber of a list, which grows with each one that is signed. */
	static BigInteger number(X509CRLHolder list) {
		Extension number = list.getExtension(Extension.cRLNumber);
		return (number != null) ? ASN1Integer.getInstance(number.getParsedValue()).getPositiveValue() : BigInteger.ZERO;
	}

	public static boolean isSignedBy(X509CRL list, X509Certificate issuer) {
		if (!list.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
			return false;
		}
		try {
			list.verify(issuer.getPublicKey());
			return true;
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	public static Validity validity(X509CRL list) {
		Instant start = list.getThisUpdate().toInstant();
		// RFC 5280 requires a next update, X.509 does not: without one, assume ours.
		Instant end = (list.getNextUpdate() != null) ? list.getNextUpdate().toInstant()
				: start.plus(Validity.CRL_LIFETIME);
		return new Validity(start, end);
	}

}
