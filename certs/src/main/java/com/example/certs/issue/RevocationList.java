package com.example.certs.issue;

import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Comparator;
import java.util.Optional;

import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;

/**
 * Reads what a revocation list (RFC 5280, section 5) says.
 */
public final class RevocationList {

	private RevocationList() {
	}

	/** Of two lists the later one is the greater. */
	public static final Comparator<X509CRL> BY_AGE = Comparator.comparing(X509CRL::getThisUpdate)
		.thenComparing(RevocationList::number);

	/**
	 * The CRLNumber of a list, which grows with each one that is signed; 0 without one.
	 */
	static BigInteger number(X509CRL list) {
		byte[] number = list.getExtensionValue(Extension.cRLNumber.getId());
		return (number != null)
				? ASN1Integer.getInstance(ASN1OctetString.getInstance(number).getOctets()).getPositiveValue()
				: BigInteger.ZERO;
	}

	/**
	 * Why no service takes a list now, whatever it says.
	 * @return the reason, or empty where it is taken
	 */
	public static Optional<String> whyNotTaken(X509CRL list) {
		Validity validity = validity(list);
		Instant now = Instant.now();
		if (validity.notBefore().isAfter(now)) {
			return Optional
				.of("no service takes it before %s, when it says that it was signed".formatted(validity.notBefore()));
		}
		return validity.notAfter().isBefore(now)
				? Optional.of("no service takes it, since it ended on %s".formatted(validity.notAfter()))
				: Optional.empty();
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
