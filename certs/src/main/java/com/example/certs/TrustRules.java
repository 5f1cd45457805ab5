package com.example.certs;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Judges what one side trusts: its CA certificates and their revocation list.
 */
class TrustRules {

	private static final String CLOCK = "or set this machine's clock if it is wrong (it says %s)";

	private final Checklist checklist;

	private final Instant now;

	TrustRules(Checklist checklist, Instant now) {
		this.checklist = checklist;
		this.now = now;
	}

	/**
	 * A trust file holds CA certificates only, and none that has expired: the JDK would
	 * accept a leaf in it even when that is expired, and a CA whatever its constraints.
	 * @param authorities the certificates in the file
	 */
	void check(List<X509Certificate> authorities) {
		boolean fine = true;
		for (X509Certificate authority : authorities) {
			String subject = LeafRules.subject(authority);
			boolean[] usage = authority.getKeyUsage();
			if (authority.getBasicConstraints() < 0) {
				fine = fail("%s is not a CA certificate, and only those can be trusted".formatted(subject),
						"Take it out of the trust file; put the CA that issued it there");
			}
			else if (usage != null && !usage[LeafRules.KEY_CERT_SIGN]) {
				fine = fail("%s may not sign certificates (key usage)".formatted(subject),
						"Use a CA certificate with keyCertSign: certs init");
			}
			if (authority.getNotAfter().toInstant().isBefore(this.now)) {
				fine = fail("%s expired on %s".formatted(subject, authority.getNotAfter().toInstant()),
						"Take it out of the trust file and issue with a new CA, " + CLOCK.formatted(this.now));
			}
			else if (authority.getNotBefore().toInstant().isAfter(this.now)) {
				fine = fail("%s is not valid before %s".formatted(subject, authority.getNotBefore().toInstant()),
						"Wait, " + CLOCK.formatted(this.now));
			}
			else if (authority.getNotAfter().toInstant().isBefore(this.now.plus(LeafRules.EXPIRES_SOON))) {
				this.checklist.warn("trust", "%s expires on %s".formatted(subject, authority.getNotAfter().toInstant()),
						"Create a new CA in another folder, let both sides trust both, then issue with the new one");
			}
			Optional<String> weakness = LeafRules.weakness(authority.getPublicKey());
			if (weakness.isPresent()) {
				fine = fail("%s has %s".formatted(subject, weakness.get()), "Create a new CA: certs init --dir DIR");
			}
		}
		if (fine) {
			this.checklist.ok("trust",
					"%d CA certificate%s: %s".formatted(authorities.size(), (authorities.size() == 1) ? "" : "s",
							String.join("; ", authorities.stream().map(LeafRules::subject).toList())));
		}
	}

	private boolean fail(String finding, String cure) {
		this.checklist.fail("trust", finding, cure);
		return false;
	}

	/**
	 * A revocation list counts only when a trusted CA has signed it and it is current.
	 * @param list the list
	 * @param authorities the trusted CA certificates
	 */
	void check(X509CRL list, List<X509Certificate> authorities) {
		String issuer = list.getIssuerX500Principal().getName();
		if (authorities.stream().noneMatch((authority) -> RevocationList.isSignedBy(list, authority))) {
			this.checklist.fail("revocation", "the list of %s is not signed by a trusted CA".formatted(issuer),
					"Use the list that the trusted CA has signed: certs crl");
		}
		else if (list.getThisUpdate().toInstant().isAfter(this.now)) {
			this.checklist.fail("revocation", "the list is from the future: " + list.getThisUpdate().toInstant(),
					"Sign it again: certs crl, " + CLOCK.formatted(this.now));
		}
		else if (RevocationList.isStale(list, this.now)) {
			this.checklist.fail("revocation",
					"the list is stale: its next update was due on " + list.getNextUpdate().toInstant(),
					"Sign it again: certs crl, " + CLOCK.formatted(this.now));
		}
		else {
			int revoked = (list.getRevokedCertificates() != null) ? list.getRevokedCertificates().size() : 0;
			this.checklist.ok("revocation", "list of %s with %d revoked, next update by %s".formatted(issuer, revoked,
					(list.getNextUpdate() != null) ? list.getNextUpdate().toInstant() : "no date"));
		}
	}

}
