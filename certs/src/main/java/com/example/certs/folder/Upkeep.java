package com.example.certs.folder;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.KeyAndCertificate;
import com.example.certs.issue.Leaf;
import com.example.certs.issue.Purpose;
import com.example.certs.issue.RevocationList;
import com.example.certs.issue.Validity;
import com.example.certs.problem.CertsException;
import com.example.certs.problem.Printable;

/**
 * Keeps the leaves of a folder usable: issues what is missing, replaces what does not fit
 * or is close to its end, and leaves everything else alone, to the byte.
 */
public class Upkeep {

	/** What the two services need; others are callers that somebody has let in. */
	private static final Set<String> PAIR = Set.of("server", "client");

	private final PemFolder folder;

	private final CertificateAuthority authority;

	private final Optional<X509CRL> revocations;

	private final Duration lifetime;

	private final Consumer<String> report;

	/**
	 * Prepares one round.
	 * @param lifetime how long new leaves live; present ones that were made for a shorter
	 * life, or have more than this left, are replaced; null to keep what they have
	 * @param report told each change and its reason
	 */
	public Upkeep(PemFolder folder, Duration lifetime, Consumer<String> report) {
		this.folder = folder;
		this.authority = folder.authority();
		this.revocations = folder.revocationList(this.authority.certificate());
		this.lifetime = lifetime;
		this.report = report;
		this.authority.refuseWhenExpired();
	}

	/**
	 * Makes sure that a pair is there and says what it should.
	 * @param initial what to issue when it is missing
	 * @param adjust what the user wants to be different from what is there
	 */
	public void ensure(String name, Leaf initial, UnaryOperator<Leaf> adjust) {
		X509Certificate present;
		try {
			present = new PemFile(this.folder.certificate(name)).certificate();
		}
		catch (CertsException ex) {
			issue(name, initial, Validity.LEAF_LIFETIME, ex.getMessage());
			return;
		}
		boolean fits = initial.purpose().isNamedBy(present);
		Leaf said = Leaf.like(present, initial.purpose());
		Leaf wanted = fits ? adjust.apply(said) : initial;
		if (!this.authority.hasIssued(present) && isOfTrusted(present)) {
			leaveAlone(name, "another CA of ca.crt has issued it");
		}
		else if (!this.authority.hasIssued(present)) {
			issue(name, Leaf.canBeLike(present) ? wanted : initial, Validity.LEAF_LIFETIME,
					"the present CA had not issued it");
		}
		else if (isRevoked(present)) {
			reportEnded(name, present, "is revoked");
		}
		else if (!fits) {
			issue(name, initial, Validity.LEAF_LIFETIME, "it was not for a " + initial.purpose());
		}
		else if (!wanted.saysTheSameAs(said)) {
			issue(name, wanted, Validity.LEAF_LIFETIME, "it said something else");
		}
		else {
			keyProblem(name, present).ifPresentOrElse((problem) -> issue(name, said, Validity.LEAF_LIFETIME, problem),
					() -> renewWhenDue(name, present, said));
		}
	}

	/** While the CA is changed, both are trusted, and the new one issues elsewhere. */
	private boolean isOfTrusted(X509Certificate present) {
		return new PemFile(this.folder.certificate(PemFolder.CA)).certificates()
			.stream()
			.anyMatch((ca) -> CertificateAuthority.isIssuedBy(present, ca));
	}

	/** One that is encrypted is somebody's, and may be good. */
	private Optional<String> keyProblem(String name, X509Certificate present) {
		PemFile key = new PemFile(this.folder.key(name));
		try {
			return matches(key, present) ? Optional.empty() : Optional.of("its key did not belong to it");
		}
		catch (CertsException ex) {
			if (Files.exists(key.path()) && key.isEncrypted()) {
				throw ex;
			}
			return Optional.of(ex.getMessage());
		}
	}

	/**
	 * Replaces every leaf of the folder that is due by one that says the same. What the
	 * CA did not issue, or has no key beside it, is not ours to replace. What has ended
	 * stays ended, unless the pair needs it: somebody may have left it to run out.
	 */
	public void renewAll() {
		for (String name : this.folder.names()) {
			if (!name.equals(PemFolder.CA) && Files.exists(this.folder.key(name))) {
				try {
					renew(name, new PemFile(this.folder.certificate(name)).certificate());
				}
				catch (CertsException ex) {
					leaveAlone(name, ex.getMessage());
				}
			}
		}
	}

	private void renew(String name, X509Certificate present) {
		if (!this.authority.hasIssued(present) || !matches(new PemFile(this.folder.key(name)), present)) {
			leaveAlone(name, "this CA has not issued it for %s.key".formatted(name));
		}
		else if (PemFolder.isStillValid(present) || PAIR.contains(name)) {
			renewWhenDue(name, present, Leaf.like(present, purpose(present)));
		}
		else {
			reportEnded(name, present, "left alone: it expired on " + present.getNotAfter().toInstant());
		}
	}

	private void renewWhenDue(String name, X509Certificate present, Leaf said) {
		if (isRevoked(present)) {
			reportEnded(name, present, "is revoked");
		}
		else if (!Leaf.canBeLike(present)) {
			leaveAlone(name, "it says what certs does not issue");
		}
		else {
			Validity validity = Validity.of(present);
			whyDue(validity).ifPresent((reason) -> issue(name, said, validity.lifetime(), reason));
		}
	}

	private Optional<String> whyDue(Validity validity) {
		Instant now = Instant.now();
		if (validity.notBefore().isAfter(now)) {
			return Optional.of("it was not valid yet");
		}
		if (validity.isNearEnd(now)) {
			return Optional.of("it was valid until " + validity.describeEnd(now));
		}
		if (this.lifetime == null) {
			return Optional.empty();
		}
		if (Duration.between(now, validity.notAfter()).compareTo(this.lifetime) > 0) {
			return Optional.of("it was valid for longer than asked");
		}
		// One that ends with the CA cannot be had for longer.
		return (validity.lifetime().compareTo(this.lifetime) < 0
				&& validity.notAfter().isBefore(Validity.of(this.authority.certificate()).notAfter()))
						? Optional.of("it was made for a shorter life than asked") : Optional.empty();
	}

	private boolean isRevoked(X509Certificate present) {
		return this.revocations.filter((list) -> list.isRevoked(present)).isPresent();
	}

	private static boolean matches(PemFile key, X509Certificate certificate) {
		return new KeyAndCertificate(key.privateKey(), certificate).belongTogether();
	}

	private static Purpose purpose(X509Certificate present) {
		return Purpose.SERVER.isNamedBy(present) ? Purpose.SERVER : Purpose.CLIENT;
	}

	/** Whoever revoked it, or let it run out, did not mean it to come back by itself. */
	private void reportEnded(String name, X509Certificate present, String how) {
		this.report.accept("%s.crt %s. If its holder is to have a new one: certs %s --dir %s --name %1$s".formatted(
				name, how, Leaf.like(present, purpose(present)).options(), Printable.word(this.folder.toString())));
	}

	private void leaveAlone(String name, String reason) {
		this.report.accept("%s.crt left alone: %s".formatted(name, reason));
	}

	private void issue(String name, Leaf leaf, Duration defaultLifetime, String reason) {
		Duration planned = (this.lifetime != null) ? this.lifetime : defaultLifetime;
		X509Certificate ca = this.authority.certificate();
		KeyAndCertificate issued = this.authority.issue(leaf, Validity.plan(Instant.now(), null, planned));
		this.folder.write(name, issued);
		boolean shortened = issued.certificate().getNotAfter().equals(ca.getNotAfter());
		this.report.accept("%s issued, valid until %s, because %s%s".formatted(this.folder.certificate(name),
				Validity.of(issued.certificate()).describeEnd(Instant.now()), reason,
				shortened ? ". It ends with the CA: create the next one in time" : ""));
	}

	/**
	 * Signs the revocation list again before it runs out. Without one there is nothing to
	 * do.
	 */
	public void refreshRevocationList() {
		this.revocations.ifPresent((list) -> {
			Instant now = Instant.now();
			Validity validity = RevocationList.validity(list);
			if (validity.isNearEnd(now)) {
				X509CRL next = this.authority.signRevocationList(list, List.of(), null,
						Validity.plan(now, null, validity.lifetime()));
				this.folder.write(next, this.authority.certificate());
				this.report.accept("%s signed again, next update by %s".formatted(this.folder.revocationList(),
						RevocationList.validity(next).describeEnd(now)));
			}
			else {
				RevocationList.whyNotTaken(list)
					.ifPresent((reason) -> this.report
						.accept("%s revokes nobody: %s".formatted(this.folder.revocationList(), reason)));
			}
		});
	}

	/**
	 * Copies a pair to where one service alone can see it; to nowhere without a target.
	 */
	public void copy(String name, Path target, boolean withRevocationList) {
		if (target != null && this.folder.copy(name, new PemFolder(target), withRevocationList)) {
			this.report.accept("%s has the %s's files".formatted(target, name));
		}
	}

}
