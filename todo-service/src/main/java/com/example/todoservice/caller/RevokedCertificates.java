package com.example.todoservice.caller;

import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

import com.example.todoservice.caller.CallerRefusedException.Reason;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.CurrentMaterial;
import com.example.todoservice.mtls.material.PemReader;
import com.example.todoservice.mtls.material.PemSetting;
import com.example.todoservice.mtls.material.SettingException;
import com.example.todoservice.mtls.material.TrustedPath;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The revocation lists of the trusted CAs (RFC 5280 section 5), read again when they
 * change. A new list that cannot be trusted is not taken, and the one before goes on.
 * Once that one is past its {@code nextUpdate} nobody is admitted: what was revoked since
 * then is not known.
 */
@Component
class RevokedCertificates {

	private static final Logger logger = LoggerFactory.getLogger(RevokedCertificates.class);

	private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";

	private static final String DELTA_CRL_INDICATOR = "2.5.29.27";

	private final PemSetting source;

	private final CurrentMaterial tls;

	private final Clock clock;

	/** By the key of the CA: after a renewal two CAs may have the same name. */
	private volatile Map<PublicKey, X509CRL> lists = Map.of();

	private String textInUse = "";

	private String textSeen = "";

	private volatile boolean refused;

	RevokedCertificates(CallerSettings settings, CurrentMaterial tls, Clock clock) {
		this.source = settings.crlSource();
		this.tls = tls;
		this.clock = clock;
		if (isConfigured()) {
			this.textInUse = this.source.fingerprint();
			this.textSeen = this.textInUse;
			this.lists = load();
			log(this.lists);
		}
	}

	/**
	 * Refuses a certificate that is revoked, or of which that is not known.
	 * @param path the path from the certificate to its trusted CA
	 * @throws CallerRefusedException if one of its certificates is not known to be good
	 */
	void check(TrustedPath path) throws CallerRefusedException {
		if (!isConfigured()) {
			return;
		}
		Instant now = this.clock.instant();
		List<X509Certificate> certificates = path.certificates();
		for (int i = 0; i < certificates.size() - 1; i++) {
			X509Certificate certificate = certificates.get(i);
			X509CRL list = this.lists.get(certificates.get(i + 1).getPublicKey());
			if (list == null) {
				throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
						"CRL_FILE_PATH of todo-service has no revocation list of the issuer \""
								+ CertificateText.escape(certificate.getIssuerX500Principal().getName()) + "\"");
			}
			if (now.isAfter(list.getNextUpdate().toInstant())) {
				throw new CallerRefusedException(Reason.REVOCATION_UNKNOWN,
						"the revocation list of todo-service should have been replaced by "
								+ list.getNextUpdate().toInstant());
			}
			if (list.getRevokedCertificate(certificate) != null) {
				throw new CallerRefusedException(Reason.REVOKED,
						"the certificate with serial number "
								+ CertificateText.serialNumber(certificate.getSerialNumber()) + " was revoked at "
								+ list.getRevokedCertificate(certificate).getRevocationDate().toInstant());
			}
		}
	}

	/**
	 * Whether the list that is there now is not used.
	 * @return whether an older one goes on
	 */
	boolean isRefused() {
		return this.refused;
	}

	/**
	 * By when the first of the lists must have been replaced.
	 * @return its {@code nextUpdate}, or empty without a list
	 */
	Optional<Instant> nextUpdate() {
		return this.lists.values().stream().map((list) -> list.getNextUpdate().toInstant()).min(Instant::compareTo);
	}

	/**
	 * How long the first of the lists lasts.
	 * @return the time to its {@code nextUpdate}, below zero afterwards
	 */
	Duration timeLeft() {
		Instant now = this.clock.instant();
		return Duration.between(now, nextUpdate().orElse(now));
	}

	@Scheduled(initialDelayString = "${spring.ssl.bundle.watch.file.quiet-period}",
			fixedDelayString = "${spring.ssl.bundle.watch.file.quiet-period}")
	void look() {
		if (!isConfigured()) {
			return;
		}
		String text = this.source.fingerprint();
		boolean settled = text.equals(this.textSeen);
		this.textSeen = text;
		boolean changed = !text.equals(this.textInUse);
		// What was refused may become good while the file stays as it is: its CA is
		// trusted a moment later, or the clock was wrong.
		if (settled && (changed || this.refused)) {
			this.textInUse = text;
			reload(changed);
		}
	}

	private void reload(boolean changed) {
		try {
			Map<PublicKey, X509CRL> lists = load();
			this.lists = lists;
			this.refused = false;
			log(lists);
		}
		catch (SettingException ex) {
			this.refused = true;
			if (changed) {
				logger.warn("The new revocation list is not used: {}. {} The one before stays in use until its "
						+ "nextUpdate.", ex.getMessage(), ex.cure());
			}
		}
	}

	private boolean isConfigured() {
		return this.source.isSet();
	}

	private Map<PublicKey, X509CRL> load() {
		Map<PublicKey, X509CRL> lists = new HashMap<>();
		for (X509CRL list : PemReader.revocationLists(this.source)) {
			X509Certificate issuer = issuer(list);
			check(list);
			if (lists.put(issuer.getPublicKey(), list) != null) {
				throw problem("holds two revocation lists of the same issuer: " + describe(list),
						"Keep the newer one.");
			}
		}
		return Map.copyOf(lists);
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
				|| list.getExtensionValue(ISSUING_DISTRIBUTION_POINT) != null
				|| list.hasUnsupportedCriticalExtension()) {
			throw problem("holds a partial, indirect or unknown kind of revocation list: " + describe(list),
					"Give the complete list of the CA.");
		}
	}

	private X509Certificate issuer(X509CRL list) {
		return this.tls.state()
			.material()
			.trust()
			.authorities()
			.stream()
			.filter((ca) -> isSignedBy(list, ca))
			.findFirst()
			.orElseThrow(() -> problem("holds a revocation list that no trusted CA has signed: " + describe(list),
					"Give the list of the CA in CA_CERT_FILE_PATH. To write it: java -jar certs/target/certs.jar revoke FILE"));
	}

	private static boolean isSignedBy(X509CRL list, X509Certificate ca) {
		boolean[] keyUsage = ca.getKeyUsage();
		if (!list.getIssuerX500Principal().equals(ca.getSubjectX500Principal()) || keyUsage != null && !keyUsage[6]) {
			return false;
		}
		if (list.getSigAlgName().toUpperCase(java.util.Locale.ROOT).matches("(SHA-?1|MD).*")) {
			return false;
		}
		try {
			list.verify(ca.getPublicKey());
			return true;
		}
		catch (GeneralSecurityException | RuntimeException ex) {
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

	private static void log(Map<PublicKey, X509CRL> lists) {
		lists.values()
			.forEach((list) -> logger.info("Revocation list in use: {}, {} revoked", describe(list),
					(list.getRevokedCertificates() != null) ? list.getRevokedCertificates().size() : 0));
	}

}
