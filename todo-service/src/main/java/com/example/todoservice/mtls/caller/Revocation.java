package com.example.todoservice.mtls.caller;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.example.todoservice.mtls.caller.CallerRefusedException.Reason;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.TrustedPath;

/**
 * Whether a certificate is revoked, as the JDK finds it in revocation lists (RFC 5280
 * section 6.3).
 */
final class Revocation {

	private Revocation() {
	}

	/**
	 * Checks each certificate below the trusted one.
	 * @param path a path that keeps all other rules
	 * @param lists the revocation lists; one of each issuer on the path is needed
	 * @param now the time to judge the lists by
	 * @return the same path, which holds no longer than the lists that speak of it
	 * @throws CallerRefusedException if one is revoked, or it is not known
	 */
	static TrustedPath check(TrustedPath path, List<X509CRL> lists, Instant now) throws CallerRefusedException {
		// A little past their nextUpdate the JDK would still use them.
		List<X509CRL> current = lists.stream().filter((list) -> !now.isAfter(nextUpdate(list))).toList();
		try {
			validate(path.certificates(), current, now);
		}
		catch (CertPathValidatorException ex) {
			X509Certificate certificate = path.certificates().get(Math.max(ex.getIndex(), 0));
			throw refused(ex, certificate, lists, now);
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		return new TrustedPath(path.certificates(), path.holdsFrom(), end(path, current, now));
	}

	private static Instant end(TrustedPath path, List<X509CRL> lists, Instant now) {
		Stream.Builder<Instant> ends = Stream.<Instant>builder().add(path.holdsUntil());
		for (X509Certificate certificate : path.certificates()) {
			lists.stream().filter((list) -> isOfIssuer(list, certificate)).forEach((list) -> {
				ends.add(nextUpdate(list));
				X509CRLEntry entry = list.getRevokedCertificate(certificate);
				// An entry of the future counts from its date on.
				if (entry != null && !entry.getRevocationDate().before(Date.from(now))) {
					ends.add(entry.getRevocationDate().toInstant());
				}
			});
		}
		return ends.build().min(Instant::compareTo).orElseThrow();
	}

	private static void validate(List<X509Certificate> path, List<X509CRL> lists, Instant now)
			throws GeneralSecurityException {
		int last = path.size() - 1;
		PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(path.get(last), null)));
		parameters.setDate(Date.from(now));
		// With a PKIXRevocationChecker of ours the JDK would also fetch lists from where
		// the
		// certificate points to, and take an old one from whoever answers there.
		parameters.setRevocationEnabled(true);
		parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
		CertPathValidator.getInstance("PKIX")
			.validate(CertificateFactory.getInstance("X.509").generateCertPath(path.subList(0, last)), parameters);
	}

	private static CallerRefusedException refused(CertPathValidatorException ex, X509Certificate certificate,
			List<X509CRL> lists, Instant now) {
		if (ex.getReason() == BasicReason.REVOKED) {
			String since = (ex.getCause() instanceof CertificateRevokedException revoked)
					? " at " + revoked.getRevocationDate().toInstant() : "";
			return new CallerRefusedException(Reason.REVOKED, "the certificate with serial number "
					+ CertificateText.serialNumber(certificate.getSerialNumber()) + " was revoked" + since);
		}
		return new CallerRefusedException(Reason.REVOCATION_UNKNOWN, lists.stream()
			.filter((list) -> isOfIssuer(list, certificate) && now.isAfter(nextUpdate(list)))
			.findFirst()
			.map((list) -> "the revocation list of its issuer should have been replaced by " + nextUpdate(list))
			.orElse("there is no revocation list of its issuer \"" + CertificateText.issuer(certificate) + "\""));
	}

	private static boolean isOfIssuer(X509CRL list, X509Certificate certificate) {
		return list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal());
	}

	private static Instant nextUpdate(X509CRL list) {
		return list.getNextUpdate().toInstant();
	}

}
