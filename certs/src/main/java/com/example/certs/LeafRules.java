package com.example.certs;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertPathValidator;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Judges the certificate chain of one side as the other side will: RFC 5280 for the path,
 * RFC 9525 for a server's name, the pair's own rule for a client's name. Where the JDK
 * alone would let something through that should not pass, it is judged more strictly.
 */
class LeafRules {

	/** Positions in {@link X509Certificate#getKeyUsage()}. */
	static final int DIGITAL_SIGNATURE = 0;

	static final int KEY_CERT_SIGN = 5;

	private static final String ANY_PURPOSE = "2.5.29.37.0";

	private static final int MIN_RSA_BITS = 2048;

	private static final int MIN_EC_BITS = 256;

	static final Duration EXPIRES_SOON = Duration.ofDays(14);

	private final Checklist checklist;

	private final Purpose purpose;

	private final Instant now;

	LeafRules(Checklist checklist, Purpose purpose, Instant now) {
		this.checklist = checklist;
		this.purpose = purpose;
		this.now = now;
	}

	/**
	 * Checks a chain.
	 * @param chain what this side presents, leaf first
	 * @param authorities what the other side trusts; empty where it is unknown, which is
	 * noted elsewhere
	 * @param hosts the names by which clients reach this side; ignored for a client
	 */
	void check(List<X509Certificate> chain, List<X509Certificate> authorities, List<Host> hosts) {
		X509Certificate leaf = chain.get(0);
		this.checklist.ok("certificate", "%s, issued by %s, serial %s".formatted(subject(leaf),
				leaf.getIssuerX500Principal().getName(), leaf.getSerialNumber().toString(16)));
		boolean ordered = checkOrder(chain);
		chain.forEach(this::checkStrength);
		boolean current = checkDates(chain);
		if (ordered && !authorities.isEmpty()) {
			checkPath(chain, authorities, current);
		}
		checkPurpose(chain);
		if (this.purpose == Purpose.SERVER) {
			checkHosts(leaf, hosts);
		}
		else {
			checkName(leaf);
		}
	}

	/**
	 * Checks that a leaf is not on the list of its own issuer.
	 * @param leaf the leaf
	 * @param list the list
	 */
	void checkRevocation(X509Certificate leaf, X509CRL list) {
		if (!list.getIssuerX500Principal().equals(leaf.getIssuerX500Principal())) {
			this.checklist.warn("revocation", "the list is of %s, which has not issued this certificate"
				.formatted(list.getIssuerX500Principal().getName()), "Give the list of its issuer");
		}
		else if (list.isRevoked(leaf)) {
			this.checklist.fail("revocation",
					"revoked since " + list.getRevokedCertificate(leaf).getRevocationDate().toInstant(), reissue());
		}
		else {
			this.checklist.ok("revocation", "not revoked");
		}
	}

	private boolean checkOrder(List<X509Certificate> chain) {
		for (int i = 0; i < chain.size() - 1; i++) {
			if (!isIssuedBy(chain.get(i), chain.get(i + 1))) {
				this.checklist.fail("chain",
						"certificate %d (%s) was not issued by the one after it (%s)".formatted(i + 1,
								subject(chain.get(i)), subject(chain.get(i + 1))),
						"Put the leaf first and after each certificate its issuer, and nothing else into the file");
				return false;
			}
		}
		return true;
	}

	private void checkPath(List<X509Certificate> chain, List<X509Certificate> authorities, boolean current) {
		X509Certificate last = chain.get(chain.size() - 1);
		boolean rootSent = chain.size() > 1 && authorities.contains(last);
		List<X509Certificate> path = rootSent ? chain.subList(0, chain.size() - 1) : chain;
		X509Certificate top = path.get(path.size() - 1);
		List<X509Certificate> named = authorities.stream()
			.filter((authority) -> authority.getSubjectX500Principal().equals(top.getIssuerX500Principal()))
			.toList();
		if (named.isEmpty()) {
			this.checklist.fail("issuer",
					"issued by %s, which is not trusted; trusted: %s".formatted(top.getIssuerX500Principal().getName(),
							authorities.stream().map(LeafRules::subject).collect(Collectors.joining("; "))),
					"Add the issuer's CA certificate to the trust file, or append a missing intermediate to the chain, "
							+ "or issue with the trusted CA");
			return;
		}
		Optional<X509Certificate> anchor = named.stream().filter((authority) -> isIssuedBy(top, authority)).findFirst();
		if (anchor.isEmpty()) {
			this.checklist.fail("issuer",
					"issued by another CA that is also called %s: the signature does not fit the trusted one"
						.formatted(top.getIssuerX500Principal().getName()),
					"Issue again with the trusted CA, or trust the CA that issued it");
			return;
		}
		int pathLength = anchor.get().getBasicConstraints();
		if (pathLength >= 0 && path.size() - 1 > pathLength) {
			this.checklist.fail("issuer", "%s allows %d intermediate CAs below it, the chain has %d"
				.formatted(subject(anchor.get()), pathLength, path.size() - 1), "Issue the leaf directly with the CA");
			return;
		}
		// With a date out of range, the validator would only repeat what was said.
		Optional<String> invalid = current ? pathProblem(path, anchor.get()) : Optional.empty();
		if (invalid.isPresent()) {
			this.checklist.fail("issuer",
					"the path to %s is not valid: %s".formatted(subject(anchor.get()), invalid.get()),
					"Check that every intermediate is a CA certificate that may issue");
			return;
		}
		this.checklist.ok("issuer", "signed by the trusted %s".formatted(subject(anchor.get()))
				+ ((path.size() > 1) ? " through %d intermediate".formatted(path.size() - 1) : ""));
	}

	private static Optional<String> pathProblem(List<X509Certificate> path, X509Certificate anchor) {
		try {
			PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor, null)));
			// The list is judged by itself, with its own findings.
			parameters.setRevocationEnabled(false);
			CertPathValidator.getInstance("PKIX")
				.validate(CertificateFactory.getInstance("X.509").generateCertPath(path), parameters);
			return Optional.empty();
		}
		catch (GeneralSecurityException ex) {
			return Optional.of(String.valueOf(ex.getMessage()));
		}
	}

	private void checkStrength(X509Certificate certificate) {
		String algorithm = certificate.getSigAlgName();
		String upper = algorithm.toUpperCase(Locale.ROOT);
		if (upper.startsWith("SHA1") || upper.startsWith("MD")) {
			this.checklist.fail("signature",
					"%s is signed with %s, which can be forged".formatted(subject(certificate), algorithm),
					"Issue it again with SHA-256 or better: " + command());
		}
		weakness(certificate.getPublicKey()).ifPresent((weakness) -> this.checklist.fail("key",
				"%s has %s".formatted(subject(certificate), weakness), reissue()));
	}

	/**
	 * Whether a public key is too weak for today.
	 * @param key the key
	 * @return what is wrong with it, to follow "it has"
	 */
	static Optional<String> weakness(PublicKey key) {
		if (key instanceof RSAKey rsa) {
			int bits = rsa.getModulus().bitLength();
			return (bits < MIN_RSA_BITS)
					? Optional.of("an RSA key of %d bits; at least %d are needed".formatted(bits, MIN_RSA_BITS))
					: Optional.empty();
		}
		if (key instanceof ECKey ec) {
			int bits = ec.getParams().getCurve().getField().getFieldSize();
			return (bits < MIN_EC_BITS)
					? Optional.of("an EC key of %d bits; at least %d are needed".formatted(bits, MIN_EC_BITS))
					: Optional.empty();
		}
		return (key instanceof EdECKey) ? Optional.empty() : Optional
			.of("a key of the kind %s, which TLS 1.3 or this JDK does not know".formatted(key.getAlgorithm()));
	}

	private boolean checkDates(List<X509Certificate> chain) {
		boolean current = true;
		boolean soon = false;
		for (X509Certificate certificate : chain) {
			Instant start = certificate.getNotBefore().toInstant();
			Instant end = certificate.getNotAfter().toInstant();
			if (end.isBefore(this.now)) {
				current = false;
				this.checklist.fail("validity", "%s expired on %s, %s ago".formatted(subject(certificate), end,
						Validity.describe(Duration.between(end, this.now))), reissue() + clock());
			}
			else if (start.isAfter(this.now)) {
				current = false;
				this.checklist.fail("validity",
						"%s is not valid before %s, in %s".formatted(subject(certificate), start,
								Validity.describe(Duration.between(this.now, start))),
						"Wait, or issue one that is valid now: " + command() + clock());
			}
			else if (Duration.between(this.now, end).compareTo(EXPIRES_SOON) < 0) {
				soon = true;
				this.checklist.warn("validity",
						"%s expires on %s, in %s".formatted(subject(certificate), end,
								Validity.describe(Duration.between(this.now, end))),
						"Renew it in time: certs renew, and see that something does so regularly");
			}
		}
		if (current && !soon) {
			X509Certificate leaf = chain.get(0);
			this.checklist.ok("validity",
					"from %s to %s".formatted(leaf.getNotBefore().toInstant(), leaf.getNotAfter().toInstant()));
		}
		return current;
	}

	private String clock() {
		return "; if the date is right, this machine's clock is wrong (it says %s)".formatted(this.now);
	}

	private void checkPurpose(List<X509Certificate> chain) {
		X509Certificate leaf = chain.get(0);
		boolean[] usage = leaf.getKeyUsage();
		List<String> purposes = Purpose.extendedKeyUsage(leaf);
		if (leaf.getBasicConstraints() >= 0) {
			this.checklist.fail("purpose", "this is a CA certificate (CA:TRUE), which must not be presented as a leaf",
					reissue());
		}
		else if (usage != null && !usage[DIGITAL_SIGNATURE]) {
			this.checklist.fail("purpose",
					"its key may not sign (key usage without digitalSignature), as TLS 1.3 needs", reissue());
		}
		else if (purposes.isEmpty()) {
			this.checklist.ok("purpose", (leaf.getVersion() < 3)
					? "an X.509 v%d certificate says no purpose, which is accepted; one issued by certs would say it"
						.formatted(leaf.getVersion())
					: "it has no extended key usage, which is accepted; one issued by certs would say it");
		}
		else if (!allows(purposes)) {
			this.checklist.fail("purpose",
					"it is not for a %s: its extended key usage is %s".formatted(this.purpose, Purpose.describe(leaf)),
					reissue());
		}
		else {
			this.checklist.ok("purpose", "it is for a " + this.purpose);
		}
		for (X509Certificate intermediate : chain.subList(1, chain.size())) {
			List<String> inherited = Purpose.extendedKeyUsage(intermediate);
			if (!inherited.isEmpty() && !allows(inherited)) {
				this.checklist.fail("purpose",
						"the intermediate %s may not issue for a %s".formatted(subject(intermediate), this.purpose),
						"Issue with a CA that may");
			}
		}
	}

	private boolean allows(List<String> purposes) {
		return purposes.contains(this.purpose.keyPurpose().getId()) || purposes.contains(ANY_PURPOSE);
	}

	private void checkHosts(X509Certificate leaf, List<Host> asked) {
		List<Host> names = Host.allOf(leaf);
		String all = names.stream().map(Host::value).collect(Collectors.joining(", "));
		if (names.isEmpty()) {
			this.checklist.fail("host", "it has no subject alternative name; clients ignore the common name",
					"Issue it for its hosts: certs server --host NAME");
			return;
		}
		for (Host host : asked) {
			if (names.stream().noneMatch((name) -> name.covers(host))) {
				this.checklist.fail("host", "it is not for %s, only for %s".formatted(host, all),
						"Issue it for that host too, certs server --host %s,%s; or ask for one of its names"
							.formatted(all.replace(", ", ","), host));
			}
			else {
				this.checklist.ok("host", "it is for %s (of %s)".formatted(host, all));
			}
		}
		if (asked.isEmpty()) {
			this.checklist.ok("host", "it is for " + all);
		}
	}

	private void checkName(X509Certificate leaf) {
		try {
			this.checklist.ok("name", "the service sees the caller \"%s\"".formatted(CommonName.of(leaf)));
		}
		catch (IllegalArgumentException ex) {
			this.checklist.fail("name", "it names nobody: " + ex.getMessage(),
					"Issue it with exactly one common name: certs client --cn NAME");
		}
	}

	private String reissue() {
		return "Issue a new one: " + command();
	}

	private String command() {
		return (this.purpose == Purpose.SERVER) ? "certs server --host NAME" : "certs client --cn NAME";
	}

	private static boolean isIssuedBy(X509Certificate certificate, X509Certificate issuer) {
		if (!certificate.getIssuerX500Principal().equals(issuer.getSubjectX500Principal())) {
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

	static String subject(X509Certificate certificate) {
		String subject = certificate.getSubjectX500Principal().getName();
		return subject.isEmpty() ? "(no subject)" : subject;
	}

}
