package com.example.mtls.material;

import java.security.GeneralSecurityException;
import java.security.cert.CertPath;
import java.security.cert.CertPathBuilder;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertStore;
import java.security.cert.CertificateFactory;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.PKIXCertPathBuilderResult;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import com.example.mtls.material.CertificateRefusedException.Reason;

/**
 * Path validation as the JDK does it (RFC 5280 section 6), and the reason where it
 * refuses.
 */
final class PathValidation {

	/** Intermediate certificates allowed between a leaf and its trusted CA. */
	private static final int LONGEST_PATH = 4;

	private PathValidation() {
	}

	/** The path from the leaf, which comes first, to a trusted CA certificate. */
	static TrustedPath find(List<X509Certificate> chain, List<X509Certificate> authorities, Instant now)
			throws CertificateRefusedException {
		try {
			List<X509Certificate> path = buildFitting(chain, authorities, now);
			validate(path, now);
			return new TrustedPath(path,
					path.stream().map((each) -> each.getNotBefore().toInstant()).max(Instant::compareTo).orElseThrow(),
					path.stream().map((each) -> each.getNotAfter().toInstant()).min(Instant::compareTo).orElseThrow());
		}
		catch (CertificateRefusedException ex) {
			throw ex;
		}
		catch (GeneralSecurityException ex) {
			throw untrusted(chain, authorities);
		}
	}

	/**
	 * Checks whether a path can end at this certificate, which its own key has signed.
	 * Nobody relies on that signature, but the JDK judges it, and refuses MD5.
	 */
	static void checkRoot(X509Certificate root) throws CertificateRefusedException {
		try {
			validate(List.of(root), root.getNotBefore().toInstant());
		}
		catch (CertPathValidatorException ex) {
			boolean weak = ex.getReason() == BasicReason.ALGORITHM_CONSTRAINED;
			throw new CertificateRefusedException(weak ? Reason.WEAK_SIGNATURE : Reason.UNTRUSTED, root,
					weak ? "it is signed with " + root.getSigAlgName() + ", which Java takes no more"
							: "Java does not take it: " + CertificateText.escape(String.valueOf(ex.getMessage())));
		}
		catch (GeneralSecurityException ex) {
			throw new CertificateRefusedException(Reason.UNTRUSTED, root, "Java does not take it");
		}
	}

	/**
	 * Of two trusted certificates of one CA the JDK's builder takes either; its trust
	 * manager takes only the one that a certificate names by its key identifier.
	 */
	private static List<X509Certificate> buildFitting(List<X509Certificate> chain, List<X509Certificate> authorities,
			Instant now) throws GeneralSecurityException {
		List<X509Certificate> path = buildValid(chain, authorities, now);
		X509Certificate anchor = path.get(path.size() - 1);
		if (path.size() == 1 || KeyIdentifiers.fit(path.get(path.size() - 2), anchor)) {
			return path;
		}
		return buildFitting(chain, authorities.stream().filter((ca) -> !ca.equals(anchor)).toList(), now);
	}

	/**
	 * A CA that is renewed with its key is trusted twice for a while, and of the two the
	 * JDK takes either: it does not look at the validity of what is trusted.
	 */
	private static List<X509Certificate> buildValid(List<X509Certificate> chain, List<X509Certificate> authorities,
			Instant now) throws GeneralSecurityException {
		List<X509Certificate> valid = authorities.stream()
			.filter((ca) -> !now.isBefore(ca.getNotBefore().toInstant()) && !now.isAfter(ca.getNotAfter().toInstant()))
			.toList();
		try {
			return build(chain, valid, now);
		}
		catch (GeneralSecurityException ex) {
			if (valid.size() < authorities.size()) {
				List<X509Certificate> path = build(chain, authorities, now);
				CertificateRules.checkValidity(path.get(path.size() - 1), now);
			}
			throw ex;
		}
	}

	private static List<X509Certificate> build(List<X509Certificate> chain, List<X509Certificate> authorities,
			Instant now) throws GeneralSecurityException {
		Set<TrustAnchor> anchors = authorities.stream()
			.map((ca) -> new TrustAnchor(ca, null))
			.collect(Collectors.toSet());
		X509CertSelector target = new X509CertSelector();
		target.setCertificate(chain.get(0));
		PKIXBuilderParameters parameters = new PKIXBuilderParameters(anchors, target);
		parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(chain)));
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
	 * That works for a root only. For a trusted intermediate we count the path ourselves,
	 * and Material takes none that has name constraints.
	 */
	private static void validate(List<X509Certificate> path, Instant now) throws GeneralSecurityException {
		X509Certificate anchor = path.get(path.size() - 1);
		boolean root = isSignedBy(anchor, anchor);
		List<X509Certificate> below = path.subList(0, path.size() - 1);
		if (!root && anchor
			.getBasicConstraints() < below.stream().skip(1).filter((each) -> !isSelfIssued(each)).count()) {
			throw new CertPathValidatorException("The path is longer than the trusted CA allows");
		}
		CertPath certPath = CertificateFactory.getInstance("X.509").generateCertPath(root ? path : below);
		PKIXParameters parameters = new PKIXParameters(
				Set.of(root ? new TrustAnchor(anchor.getSubjectX500Principal(), anchor.getPublicKey(), null)
						: new TrustAnchor(anchor, null)));
		parameters.setDate(Date.from(now));
		parameters.setRevocationEnabled(false);
		CertPathValidator.getInstance("PKIX").validate(certPath, parameters);
	}

	private static boolean isSelfIssued(X509Certificate certificate) {
		return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
	}

	/**
	 * The path builder only says that it found none; people need to know where it ends.
	 */
	private static CertificateRefusedException untrusted(List<X509Certificate> chain, List<X509Certificate> authorities)
			throws CertificateRefusedException {
		X509Certificate last = lastOf(chain, authorities);
		String issuer = CertificateText.issuer(last);
		String why;
		List<X509Certificate> issuers = authorities.stream().filter((ca) -> isSignedBy(last, ca)).toList();
		if (!issuers.isEmpty()) {
			for (X509Certificate each : chain) {
				CertificateRules.checkExtensions(each);
			}
			if (issuers.stream().noneMatch((ca) -> KeyIdentifiers.fit(last, ca))) {
				throw new CertificateRefusedException(Reason.UNTRUSTED, last,
						KeyIdentifiers.misfit(last, issuers.get(0)));
			}
			if (chain.size() > LONGEST_PATH + 1) {
				throw new CertificateRefusedException(Reason.UNTRUSTED, chain.get(0),
						"there is no path from it to the trusted CA \"%s\" with at most %d certificates between them"
							.formatted(issuer, LONGEST_PATH));
			}
			why = "the chain to the trusted CA \"" + issuer
					+ "\" is broken: a certificate on it may not issue, is out of its validity, or breaks a constraint";
		}
		else if (isNamedIssuer(last, authorities)) {
			why = "it was signed by another CA that has the same name as the trusted one, \"" + issuer
					+ "\": same name, different key";
		}
		else {
			why = "its issuer \"" + issuer
					+ "\" is not among the trusted CAs, nor is the certificate of that issuer in the chain";
		}
		return new CertificateRefusedException(Reason.UNTRUSTED, chain.get(0), why);
	}

	/**
	 * The certificate whose issuer has the name of a trusted CA or is not in the chain.
	 * By name only: with a stranger's key it may take seconds to verify a signature.
	 */
	static X509Certificate lastOf(List<X509Certificate> chain, List<X509Certificate> authorities) {
		X509Certificate last = chain.get(0);
		for (int i = 0; i < chain.size() && !isNamedIssuer(last, authorities); i++) {
			X509Certificate below = last;
			last = chain.stream().filter((each) -> isNamedIssuer(below, List.of(each))).findFirst().orElse(below);
		}
		return last;
	}

	static boolean isNamedIssuer(X509Certificate certificate, List<X509Certificate> issuers) {
		return issuers.stream()
			.anyMatch((each) -> each.getSubjectX500Principal().equals(certificate.getIssuerX500Principal()));
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
