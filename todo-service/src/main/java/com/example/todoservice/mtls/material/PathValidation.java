package com.example.todoservice.mtls.material;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateRevokedException;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXRevocationChecker;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.todoservice.mtls.material.CertificateRefusedException.Reason;

/**
 * Path validation and revocation as the JDK does them (RFC 5280 section 6), and the
 * reason where it refuses.
 */
final class PathValidation {

	/** Intermediate certificates allowed between a leaf and its trusted CA. */
	private static final int LONGEST_PATH = 4;

	private PathValidation() {
	}

	/** The path from the leaf, which comes first, to a trusted CA certificate. */
	static TrustedPath validate(List<X509Certificate> chain, Trust trust, Instant now)
			throws CertificateRefusedException {
		try {
			List<X509Certificate> path = find(chain, trust, now);
			CertificateRules.checkValidity(path.get(path.size() - 1), now);
			// A little past their nextUpdate the JDK would still use them.
			List<X509CRL> lists = (trust.revocationLists() == null) ? null
					: trust.revocationLists().stream().filter((list) -> !now.isAfter(nextUpdate(list))).toList();
			validate(path, lists, now);
			return trusted(path, (lists != null) ? lists : List.of());
		}
		catch (CertificateRefusedException ex) {
			throw ex;
		}
		catch (CertPathValidatorException ex) {
			throw refused(ex, chain, trust, now);
		}
		catch (GeneralSecurityException ex) {
			throw untrusted(chain, trust);
		}
	}

	private static List<X509Certificate> find(List<X509Certificate> chain, Trust trust, Instant now)
			throws GeneralSecurityException {
		Set<TrustAnchor> anchors = trust.authorities()
			.stream()
			.map((ca) -> new TrustAnchor(ca, null))
			.collect(Collectors.toSet());
		X509CertSelector target = new X509CertSelector();
		target.setCertificate(chain.get(0));
		PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
		parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
		// The search does not say why it found none, so revocation comes afterwards.
		parameters.setRevocationEnabled(false);
		parameters.setMaxPathLength(LONGEST_PATH);
		parameters.setDate(Date.from(now));
		PKIXCertPathBuilderResult result = (PKIXCertPathBuilderResult) CertPathBuilder.getInstance("PKIX")
			.build(parameters);
		List<X509Certificate> path = new ArrayList<>();
		result.getCertPath().getCertificates().forEach((each) -> path.add((X509Certificate) each));
		path.add(result.getTrustAnchor().getTrustedCert());
		return List.copyOf(path);
	}

	/**
	 * The JDK takes the key of a trusted certificate and ignores the limits written in
	 * it: path length, name constraints. As the last link of the path instead they count.
	 */
	private static void validate(List<X509Certificate> path, List<X509CRL> lists, Instant now)
			throws GeneralSecurityException {
		X509Certificate anchor = path.get(path.size() - 1);
		boolean selfIssued = anchor.getSubjectX500Principal().equals(anchor.getIssuerX500Principal());
		CertPath certPath = CertificateFactory.getInstance("X.509")
			.generateCertPath(selfIssued ? path : path.subList(0, path.size() - 1));
		PKIXParameters parameters = new PKIXParameters(
				Set.of(selfIssued ? new TrustAnchor(anchor.getSubjectX500Principal(), anchor.getPublicKey(), null)
						: new TrustAnchor(anchor, null)));
		parameters.setDate(Date.from(now));
		parameters.setRevocationEnabled(false);
		CertPathValidator validator = CertPathValidator.getInstance("PKIX");
		if (lists != null) {
			PKIXRevocationChecker revocation = (PKIXRevocationChecker) validator.getRevocationChecker();
			revocation
				.setOptions(Set.of(PKIXRevocationChecker.Option.PREFER_CRLS, PKIXRevocationChecker.Option.NO_FALLBACK));
			parameters.addCertPathChecker(revocation);
			parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(lists)));
		}
		validator.validate(certPath, parameters);
	}

	private static TrustedPath trusted(List<X509Certificate> path, List<X509CRL> lists) {
		Stream<Instant> ends = Stream.concat(path.stream().map((each) -> each.getNotAfter().toInstant()),
				lists.stream()
					.filter((list) -> path.stream().anyMatch((each) -> isOfIssuer(list, each)))
					.map(PathValidation::nextUpdate));
		Stream<Instant> begins = path.stream().map((each) -> each.getNotBefore().toInstant());
		return new TrustedPath(path, begins.max(Comparator.naturalOrder()).orElseThrow(),
				ends.min(Comparator.naturalOrder()).orElseThrow());
	}

	private static boolean isOfIssuer(X509CRL list, X509Certificate certificate) {
		return list.getIssuerX500Principal().equals(certificate.getIssuerX500Principal());
	}

	/** A list without one has been refused before; here it would never count. */
	private static Instant nextUpdate(X509CRL list) {
		return (list.getNextUpdate() != null) ? list.getNextUpdate().toInstant() : Instant.MIN;
	}

	private static CertificateRefusedException refused(CertPathValidatorException ex, List<X509Certificate> chain,
			Trust trust, Instant now) {
		if (ex.getCertPath() == null || ex.getIndex() < 0) {
			return untrusted(chain, trust);
		}
		X509Certificate certificate = (X509Certificate) ex.getCertPath().getCertificates().get(ex.getIndex());
		if (ex.getReason() == BasicReason.REVOKED) {
			String since = (ex.getCause() instanceof CertificateRevokedException revoked)
					? " at " + revoked.getRevocationDate().toInstant() : "";
			return new CertificateRefusedException(Reason.REVOKED, certificate, "the certificate with serial number "
					+ CertificateText.serialNumber(certificate.getSerialNumber()) + " was revoked" + since);
		}
		if (ex.getReason() == BasicReason.UNDETERMINED_REVOCATION_STATUS) {
			return new CertificateRefusedException(Reason.REVOCATION_UNKNOWN, certificate, trust.revocationLists()
				.stream()
				.filter((list) -> isOfIssuer(list, certificate) && now.isAfter(nextUpdate(list)))
				.findFirst()
				.map((list) -> "the revocation list of its issuer should have been replaced by " + nextUpdate(list))
				.orElse("there is no revocation list of its issuer \"" + CertificateText.issuer(certificate) + "\""));
		}
		return untrusted(chain, trust);
	}

	/**
	 * The path builder only says that it found none; people need to know where it ends.
	 */
	private static CertificateRefusedException untrusted(List<X509Certificate> chain, Trust trust) {
		X509Certificate last = lastOf(chain);
		String issuer = CertificateText.issuer(last);
		String why;
		if (trust.authorities().stream().anyMatch((ca) -> isSignedBy(last, ca))) {
			why = "the chain to the trusted CA \"" + issuer
					+ "\" is broken: a certificate on it may not issue, is out of its validity, or breaks a constraint";
		}
		else if (trust.authorities()
			.stream()
			.anyMatch((ca) -> ca.getSubjectX500Principal().equals(last.getIssuerX500Principal()))) {
			why = "it was signed by another CA that has the same name as the trusted one, \"" + issuer
					+ "\": same name, different key";
		}
		else {
			why = "its issuer \"" + issuer
					+ "\" is not among the trusted CAs, nor is the certificate of that issuer in the chain";
		}
		return new CertificateRefusedException(Reason.UNTRUSTED, chain.get(0), why);
	}

	/** The certificate whose issuer is not in the chain, or which has issued itself. */
	static X509Certificate lastOf(List<X509Certificate> chain) {
		X509Certificate last = chain.get(0);
		for (int i = 0; i < chain.size()
				&& !last.getSubjectX500Principal().equals(last.getIssuerX500Principal()); i++) {
			X509Certificate below = last;
			last = chain.stream().filter((candidate) -> isSignedBy(below, candidate)).findFirst().orElse(below);
		}
		return last;
	}

	static boolean isSignedBy(X509Certificate certificate, X509Certificate issuer) {
		if (!issuer.getSubjectX500Principal().equals(certificate.getIssuerX500Principal())) {
			return false;
		}
		try {
			certificate.verify(issuer.getPublicKey());
			return true;
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

}
