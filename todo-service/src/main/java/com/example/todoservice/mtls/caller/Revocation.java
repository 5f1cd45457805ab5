package com.example.todoservice.mtls.caller;

import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

import com.example.todoservice.mtls.caller.CallerRefusedException.Reason;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.TrustedPath;
import org.jspecify.annotations.Nullable;

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
	 * @param lists the revocation lists by the key of their issuer; one of each issuer on
	 * the path is needed
	 * @param now the time to judge by
	 * @return the same path, which holds no longer than the lists that speak of it
	 * @throws CallerRefusedException if one is revoked, or it is not known
	 */
	static TrustedPath check(TrustedPath path, Map<PublicKey, X509CRL> lists, Instant now)
			throws CallerRefusedException {
		List<X509Certificate> certificates = path.certificates();
		Instant end = path.holdsUntil();
		for (int i = certificates.size() - 2; i >= 0; i--) {
			X509Certificate certificate = certificates.get(i);
			X509CRL list = current(lists.get(certificates.get(i + 1).getPublicKey()), certificate, now);
			X509CRLEntry entry = list.getRevokedCertificate(certificate.getSerialNumber());
			// An entry of the future counts from its date on.
			Instant since = (entry != null) ? entry.getRevocationDate().toInstant() : Instant.MAX;
			if (!since.isAfter(now)) {
				throw new CallerRefusedException(Reason.REVOKED, "the certificate with serial number "
						+ CertificateText.serialNumber(certificate.getSerialNumber()) + " was revoked at " + since);
			}
			end = Stream.of(end, nextUpdate(list), since).min(Instant::compareTo).orElseThrow();
		}
		return new TrustedPath(certificates, path.holdsFrom(), end);
	}

	private static X509CRL current(@Nullable X509CRL list, X509Certificate certificate, Instant now)
			throws CallerRefusedException {
		if (list == null || !list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())) {
			throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
					"there is no revocation list of its issuer \"" + CertificateText.issuer(certificate) + "\"");
		}
		if (now.isAfter(nextUpdate(list))) {
			throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
					"the revocation list of its issuer should have been replaced by " + nextUpdate(list));
		}
		return list;
	}

	private static Instant nextUpdate(X509CRL list) {
		return list.getNextUpdate().toInstant();
	}

}
