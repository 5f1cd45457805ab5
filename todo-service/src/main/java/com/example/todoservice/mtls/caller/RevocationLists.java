package com.example.todoservice.mtls.caller;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.example.todoservice.mtls.material.CertificateRefusedException;
import com.example.todoservice.mtls.material.CertificateRules;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.CurrentMaterial;
import com.example.todoservice.mtls.material.Material;
import com.example.todoservice.mtls.material.PemReader;
import com.example.todoservice.mtls.material.PemSetting;
import com.example.todoservice.mtls.material.SettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The revocation lists of the trusted CAs (RFC 5280 section 5), read again when they
 * change. A new list that cannot be trusted is not taken, and the one before goes on.
 * Once that one is past its {@code nextUpdate} no caller of its CA is admitted: what was
 * revoked since then is not known.
 */
@Component
class RevocationLists {

	private static final Logger logger = LoggerFactory.getLogger(RevocationLists.class);

	private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";

	private static final String DELTA_CRL_INDICATOR = "2.5.29.27";

	private static final int CRL_SIGN = 6;

	private final PemSetting source;

	private final CurrentMaterial tls;

	private final Clock clock;

	private volatile Map<PublicKey, X509CRL> lists = Map.of();

	private String contentJudged = "";

	private String contentSeen = "";

	private volatile boolean refused;

	RevocationLists(CallerSettings settings, CurrentMaterial tls, Clock clock) {
		this.source = settings.crlSource();
		this.tls = tls;
		this.clock = clock;
		if (this.source.isSet()) {
			this.contentJudged = this.source.fingerprint();
			this.contentSeen = this.contentJudged;
			this.lists = load();
			log();
		}
		else {
			logger.info("CRL_FILE_PATH is not set, so no certificate counts as revoked");
		}
	}

	/**
	 * The lists that count now, by the key of their issuer.
	 * @return the same object as long as they do not change; empty only where none is
	 * configured
	 */
	Map<PublicKey, X509CRL> current() {
		return this.lists;
	}

	/** Whether the list that is there now is not used, and an older one goes on. */
	boolean isRefused() {
		return this.refused;
	}

	/** By when the first of the lists must have been replaced. */
	Optional<Instant> nextUpdate() {
		return this.lists.values().stream().map((list) -> list.getNextUpdate().toInstant()).min(Instant::compareTo);
	}

	@Scheduled(initialDelayString = "${spring.ssl.bundle.watch.file.quiet-period}",
			fixedDelayString = "${spring.ssl.bundle.watch.file.quiet-period}")
	void look() {
		if (!this.source.isSet()) {
			return;
		}
		String content = this.source.fingerprint();
		boolean settled = content.equals(this.contentSeen);
		this.contentSeen = content;
		boolean changed = !content.equals(this.contentJudged);
		// What was refused may become good while the file stays as it is: its CA is
		// trusted a moment later, or the clock was wrong.
		if (settled && (changed || this.refused)) {
			this.contentJudged = content;
			reload(changed);
		}
	}

	private void reload(boolean changed) {
		try {
			this.lists = load();
			this.refused = false;
			log();
		}
		catch (SettingException ex) {
			this.refused = true;
			if (changed) {
				logger.warn("The new revocation list is not used: {}. {} The one before stays in use until its "
						+ "nextUpdate.", ex.getMessage(), ex.cure());
			}
		}
	}

	private Map<PublicKey, X509CRL> load() {
		Map<PublicKey, X509CRL> lists = new LinkedHashMap<>();
		for (X509CRL list : PemReader.revocationLists(this.source)) {
			X509Certificate issuer = issuer(list).orElseThrow(() -> problem(
					"holds a revocation list that no trusted CA has signed: " + describe(list),
					"Give the list of the CA in CA_CERT_FILE_PATH, signed with SHA-256 or better by a CA that may sign lists "
							+ "(cRLSign). To write it: java -jar certs/target/certs.jar revoke FILE"));
			if (isOver(issuer)) {
				continue;
			}
			check(list);
			if (lists.put(issuer.getPublicKey(), list) != null) {
				throw problem("holds two revocation lists of the same issuer: " + describe(list),
						"Keep the newer one.");
			}
		}
		if (lists.isEmpty()) {
			throw problem("holds only revocation lists of CAs that have expired",
					"Give the list of the CA that issues for the callers now.");
		}
		this.lists.values()
			.forEach((inUse) -> issuer(inUse).filter((issuer) -> !isOver(issuer))
				.ifPresent((issuer) -> checkSuccessor(inUse, lists.get(issuer.getPublicKey()))));
		return Collections.unmodifiableMap(lists);
	}

	/** An older list is as well signed, and would let in who has been revoked since. */
	private void checkSuccessor(X509CRL inUse, @Nullable X509CRL next) {
		if (next == null) {
			throw problem("lacks a revocation list that is in use: " + describe(inUse),
					"Give the lists of all CAs, or take this CA out of CA_CERT_FILE_PATH first.");
		}
		if (next.getThisUpdate().before(inUse.getThisUpdate())) {
			throw problem("holds a revocation list that is older than the one in use: " + describe(next),
					"Write a new one: java -jar certs/target/certs.jar crl");
		}
	}

	private void check(X509CRL list) {
		Instant now = this.clock.instant();
		if (list.getNextUpdate() == null) {
			throw problem("holds a revocation list without nextUpdate, so it is not known how long it counts: "
					+ describe(list), "Issue one with nextUpdate (RFC 5280 section 5.1.2.5).");
		}
		if (now.isAfter(list.getNextUpdate().toInstant())) {
			throw problem("holds a revocation list that is too old: " + describe(list),
					"Write a new one: java -jar certs/target/certs.jar crl");
		}
		if (now.isBefore(list.getThisUpdate().toInstant())) {
			throw problem("holds a revocation list of the future: " + describe(list), "Set the clock of this machine.");
		}
		if (list.getExtensionValue(DELTA_CRL_INDICATOR) != null
				|| list.getExtensionValue(ISSUING_DISTRIBUTION_POINT) != null || list.hasUnsupportedCriticalExtension()
				|| entries(list).anyMatch(RevocationLists::isOfAnother)) {
			throw problem("holds a partial, indirect or unknown kind of revocation list: " + describe(list),
					"Give the complete list of the CA.");
		}
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
		return new SettingException(this.source.toString(), why, cure);
	}

	private static String describe(X509CRL list) {
		return "issuer \"%s\", thisUpdate %s, nextUpdate %s".formatted(
				CertificateText.escape(list.getIssuerX500Principal().getName()), list.getThisUpdate().toInstant(),
				(list.getNextUpdate() != null) ? list.getNextUpdate().toInstant() : "none");
	}

	private void log() {
		this.lists.values()
			.forEach((list) -> logger.info("Revocation list in use: {}, {} revoked", describe(list),
					entries(list).count()));
	}

}
