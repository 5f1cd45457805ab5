package com.example.mtls.server;

import java.security.PublicKey;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.material.CertificateText;
import com.example.mtls.material.TrustedPath;

/**
 * Whether a certificate is revoked (RFC 5280 section 6.3), by nothing but the lists that
 * {@link RevocationLists} has verified. The JDK's own check would ask the network, where
 * a property of the JVM or a {@code PKIXRevocationChecker} lets it, at an address that
 * the caller's certificate names.
 */
final class Revocation {

	private Revocation() {
	}

	/**
	 * Checks each certificate below the trusted one.
	 * @param path a path that keeps all other rules
	 * @param lists the revocation lists by the key of their issuer; each certificate
	 * needs one that covers it, and is looked for in all that do
	 * @param now the time to judge by
	 * @return the same path, which holds no longer than the lists that speak of it
	 * @throws CallerRefusedException if one is revoked, or it is not known
	 */
	static TrustedPath check(TrustedPath path, Map<PublicKey, List<RevocationList>> lists, Instant now)
			throws CallerRefusedException {
		List<X509Certificate> certificates = path.certificates();
		Instant end = path.holdsUntil();
		for (int i = certificates.size() - 2; i >= 0; i--) {
			X509Certificate certificate = certificates.get(i);
			List<RevocationList> covering = lists.getOrDefault(certificates.get(i + 1).getPublicKey(), List.of())
				.stream()
				.filter((list) -> list.covers(certificate))
				.toList();
			if (covering.isEmpty()) {
				throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
						"there is no revocation list of its issuer \"" + CertificateText.issuer(certificate)
								+ "\" that covers " + CertificateText.describe(certificate));
			}
			for (RevocationList list : covering) {
				check(certificate, list, now);
				end = end.isBefore(list.nextUpdate()) ? end : list.nextUpdate();
			}
		}
		return new TrustedPath(certificates, path.holdsFrom(), end);
	}

	/** On the list is revoked, whatever the date beside it (RFC 5280 section 6.3.3 i). */
	private static void check(X509Certificate certificate, RevocationList list, Instant now)
			throws CallerRefusedException {
		X509CRLEntry entry = list.crl().getRevokedCertificate(certificate.getSerialNumber());
		if (entry != null) {
			Instant since = entry.getRevocationDate().toInstant();
			throw new CallerRefusedException(Reason.REVOKED,
					"the certificate with serial number " + CertificateText.serialNumber(certificate.getSerialNumber())
							+ " was revoked at " + since
							+ (since.isAfter(now) ? ", a date in the future: it counts at once" : ""));
		}
		if (now.isAfter(list.nextUpdate())) {
			throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
					"the revocation list of its issuer should have been replaced by " + list.nextUpdate());
		}
	}

}
