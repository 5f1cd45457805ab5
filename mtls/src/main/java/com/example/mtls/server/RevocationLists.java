package com.example.mtls.server;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateRules;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.Material;
import com.example.mtls.material.PemReader;
import com.example.mtls.material.PemSetting;
import com.example.mtls.material.Watched;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The revocation lists of the trusted CAs (RFC 5280 section 5), read again when they
 * change. A new list that cannot be trusted is not taken, and the one before goes on.
 * Once that one is past its {@code nextUpdate} no caller of its CA is admitted: what was
 * revoked since then is not known.
 */
class RevocationLists {

	private static final Logger logger = LoggerFactory.getLogger(RevocationLists.class);

	private static final String DELTA_CRL_INDICATOR = "2.5.29.27";

	private static final int CRL_SIGN = 6;

	private final PemSetting source;

	private final CurrentMaterial tls;

	private final Clock clock;

	private final Watched<Map<PublicKey, List<RevocationList>>> watched;

	/** Reads nothing yet. */
	RevocationLists(PemSetting source, CurrentMaterial tls, Clock clock) {
		this.source = source;
		this.tls = tls;
		this.clock = clock;
		this.watched = new Watched<>(() -> source.isSet() ? source.fingerprint() : "", this::load, this::log,
				this::refuse);
	}

	/**
	 * The lists that count now, by the key of their issuer, which may split its own. They
	 * are read when they are needed for the first time.
	 * @return the same object as long as they do not change; empty only where none is
	 * configured
	 * @throws SettingException if they cannot be used
	 */
	Map<PublicKey, List<RevocationList>> current() {
		return this.watched.get();
	}

	/** Whether the list that is there now is not used, and an older one goes on. */
	boolean isRefused() {
		return this.watched.refusal() != null;
	}

	/** By when the first of the lists in use must have been replaced. */
	Optional<Instant> nextUpdate() {
		return all(known()).map(RevocationList::nextUpdate).min(Instant::compareTo);
	}

	void look() {
		this.watched.look();
	}

	private Map<PublicKey, List<RevocationList>> known() {
		return this.watched.known().orElse(Map.of());
	}

	private void refuse(String why, String cure) {
		logger.warn("The new revocation list is not used: {}. What only it revokes is still admitted. The one before "
				+ "stays in use until its nextUpdate. {}", why, cure);
	}

	private Map<PublicKey, List<RevocationList>> load() {
		if (!this.source.isSet()) {
			return Map.of();
		}
		Map<PublicKey, List<RevocationList>> lists = new LinkedHashMap<>();
		for (X509CRL crl : PemReader.revocationLists(this.source)) {
			X509Certificate issuer = issuer(crl).orElseThrow(() -> problem(
					"holds a revocation list that no trusted CA has signed: " + RevocationList.describe(crl),
					"Give the list of the CA in " + trusted()
							+ ", signed with SHA-256 or better by a CA that may sign lists "
							+ "(cRLSign). An intermediate CA has to be in there too."
							+ this.source.tool().advice(" To write it", "revoke FILE")));
			if (isOver(issuer)) {
				continue;
			}
			RevocationList list = checked(crl);
			List<RevocationList> ofIssuer = lists.computeIfAbsent(issuer.getPublicKey(), (first) -> new ArrayList<>());
			if (ofIssuer.stream().anyMatch((other) -> isSamePart(other, list))) {
				throw problem("holds two revocation lists of the same issuer: " + list, "Keep the newer one.");
			}
			ofIssuer.add(list);
		}
		if (lists.isEmpty()) {
			throw problem("holds only revocation lists of CAs that have expired",
					"Give the list of the CA that issues for the callers now.");
		}
		known().forEach((key, inUse) -> {
			List<RevocationList> next = lists.getOrDefault(key, new ArrayList<>());
			inUse.stream().filter(this::isNeeded).forEach((list) -> checkSuccessor(list, next));
			inUse.forEach((list) -> next.replaceAll((other) -> isSamePart(list, other) ? other.after(list) : other));
		});
		return Collections.unmodifiableMap(lists);
	}

	private boolean isNeeded(RevocationList inUse) {
		return issuer(inUse.crl()).filter((issuer) -> !isOver(issuer)).isPresent();
	}

	/** An older list is as well signed, and would let in who has been revoked since. */
	private void checkSuccessor(RevocationList inUse, List<RevocationList> next) {
		if (next.stream().noneMatch((list) -> isSamePart(inUse, list))) {
			throw problem("lacks a revocation list that is in use: " + inUse,
					"Give the lists of all CAs, each with all its parts, or take this CA out of " + trusted()
							+ " first. If the CA has divided its list in another way, restart.");
		}
		next.stream()
			.filter((list) -> isSamePart(inUse, list) && !list.mayFollow(inUse))
			.findFirst()
			.ifPresent((list) -> {
				throw problem("holds a revocation list that is older than the one in use: " + list,
						"Write a new one" + this.source.tool().how("crl"));
			});
	}

	private static boolean isSamePart(RevocationList one, RevocationList other) {
		return one.crl().getIssuerX500Principal().equals(other.crl().getIssuerX500Principal())
				&& one.scope().isLike(other.scope());
	}

	private RevocationList checked(X509CRL list) {
		Instant now = this.clock.instant();
		if (list.getNextUpdate() == null) {
			throw problem("holds a revocation list without nextUpdate, so it is not known how long it counts: "
					+ RevocationList.describe(list), "Issue one with nextUpdate (RFC 5280 section 5.1.2.5).");
		}
		// One that ran out while in use lets nobody in. It need not hold up the others.
		if (now.isAfter(list.getNextUpdate().toInstant())
				&& all(known()).noneMatch((inUse) -> inUse.crl().equals(list))) {
			throw problem("holds a revocation list that is too old: " + RevocationList.describe(list),
					"Write a new one" + this.source.tool().how("crl"));
		}
		if (now.isBefore(list.getThisUpdate().toInstant())) {
			throw problem("holds a revocation list of the future: " + RevocationList.describe(list),
					"Set the clock of this machine.");
		}
		return RevocationList.of(list)
			.filter((known) -> list.getExtensionValue(DELTA_CRL_INDICATOR) == null
					&& !list.hasUnsupportedCriticalExtension() && entries(list).noneMatch(RevocationLists::isOfAnother))
			.orElseThrow(() -> problem(
					"holds a partial, indirect or unknown kind of revocation list: " + RevocationList.describe(list),
					"Give the complete list of the CA, or all parts of it that are for all reasons."));
	}

	/** An entry that another CA is named in counts, with those after it, for that one. */
	private static boolean isOfAnother(X509CRLEntry entry) {
		return entry.getCertificateIssuer() != null || entry.hasUnsupportedCriticalExtension();
	}

	private static Stream<? extends X509CRLEntry> entries(X509CRL list) {
		return Stream.ofNullable(list.getRevokedCertificates()).flatMap(Set::stream);
	}

	/** The CA that has signed the list, if we trust it, or did until it expired. */
	private Optional<X509Certificate> issuer(X509CRL list) {
		Material material = this.tls.state().material();
		return Stream
			.concat(material.authorities().stream(),
					material.leftOut().stream().map(CertificateRefusedException::certificate))
			.filter((ca) -> isSignedBy(list, ca))
			.max(Comparator.comparing(X509Certificate::getNotAfter));
	}

	/** It admits nobody any more, so nobody needs its list. */
	private boolean isOver(X509Certificate issuer) {
		return this.clock.instant().isAfter(issuer.getNotAfter().toInstant());
	}

	private static boolean isSignedBy(X509CRL list, X509Certificate ca) {
		boolean[] keyUsage = ca.getKeyUsage();
		if (!list.getIssuerX500Principal().equals(ca.getSubjectX500Principal())
				|| keyUsage != null && !keyUsage[CRL_SIGN]
				|| CertificateRules.hasBrokenHash(list.getSigAlgName(), list.getSigAlgParams())) {
			return false;
		}
		try {
			list.verify(ca.getPublicKey());
			return true;
		}
		catch (GeneralSecurityException | RuntimeException ex) {
			// The JDK also reports malformed lists with unchecked exceptions.
			return false;
		}
	}

	private SettingException problem(String why, String cure) {
		return this.source.problem(why, cure);
	}

	/** What people know the trusted CAs by. */
	private String trusted() {
		return this.tls.trusted();
	}

	private static Stream<RevocationList> all(Map<PublicKey, List<RevocationList>> lists) {
		return lists.values().stream().flatMap(List::stream);
	}

	private void log(Map<PublicKey, List<RevocationList>> lists) {
		if (lists.isEmpty()) {
			logger.info("{} is not set, so no certificate counts as revoked", this.source.variable());
		}
		all(lists).forEach(
				(list) -> logger.info("Revocation list in use: {}, {} revoked", list, entries(list.crl()).count()));
	}

}
