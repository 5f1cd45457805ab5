package com.example.todoclient.mtls.material;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.stream.Stream;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * The TLS material in use. It looks at the files again and again, and hands a changed set
 * to Boot's {@link SslBundleRegistry} once it is complete and passes every check; until
 * then the old set goes on.
 * <p>
 * Looking beats watching here: it costs three small reads, and it works where
 * notifications do not (network mounts, single-file mounts, symlinked parents).
 */
@Component
public class CurrentMaterial implements SslBundleRegistrar {

	/** The name of the bundle in Boot's registry. */
	public static final String BUNDLE = "mtls";

	private static final Logger logger = LoggerFactory.getLogger(CurrentMaterial.class);

	private static final Duration WARN_BEFORE_EXPIRY = Duration.ofDays(14);

	private final TlsSettings settings;

	private final Clock clock;

	private volatile State state;

	private SslBundleRegistry registry;

	private String contentInUse = "";

	private String contentSeen = "";

	private Instant lastWarning = Instant.MIN;

	/**
	 * What is in use, since when, and why a newer set is not.
	 *
	 * @param material the material in use
	 * @param loadedAt when it was taken
	 * @param refusal why the files that are there now are not used, or {@code null}
	 */
	public record State(Material material, Instant loadedAt, @Nullable String refusal) {
	}

	CurrentMaterial(TlsSettings settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
	}

	@Override
	public void registerBundles(SslBundleRegistry registry) {
		this.contentInUse = content();
		this.contentSeen = this.contentInUse;
		this.registry = registry;
		Material material = Material.load(this.settings, this.clock.instant());
		this.state = new State(material, this.clock.instant(), null);
		registry.registerBundle(BUNDLE, material.toBundle());
		logger.info("Our certificate: {}. Trusted CAs: {}", CertificateText.describe(material.leaf()),
				material.trusted().stream().map(CertificateText::subject).toList());
		warnBeforeExpiry(material);
	}

	/**
	 * What is in use now.
	 * @return the state, which changes when files do
	 */
	public State state() {
		return this.state;
	}

	/**
	 * Takes changed files, unless they were still different at the last look: someone may
	 * be writing them.
	 */
	@Scheduled(initialDelayString = "${tls.reload-interval}", fixedDelayString = "${tls.reload-interval}")
	void look() {
		String content = content();
		boolean settled = content.equals(this.contentSeen);
		this.contentSeen = content;
		boolean changed = !content.equals(this.contentInUse);
		// What was refused may become good while the files stay as they are: by and by
		// the clock passes the begin of a validity.
		if (settled && (changed || this.state.refusal() != null)) {
			this.contentInUse = content;
			reload(changed);
		}
		warnBeforeExpiry(this.state.material());
	}

	private void reload(boolean changed) {
		try {
			Material material = Material.load(this.settings, this.clock.instant());
			this.registry.updateBundle(BUNDLE, material.toBundle());
			this.state = new State(material, this.clock.instant(), null);
			logger.info("Took new TLS material. Our certificate: {}. Trusted CAs: {}",
					CertificateText.describe(material.leaf()),
					material.trusted().stream().map(CertificateText::subject).toList());
		}
		catch (SettingException ex) {
			refuse(ex.getMessage() + ". " + ex.cure(), changed);
		}
		catch (RuntimeException ex) {
			refuse("it could not be applied: " + ex.getMessage() + ".", changed);
		}
	}

	private void refuse(String why, boolean changed) {
		State old = this.state;
		this.state = new State(old.material(), old.loadedAt(), why);
		if (changed) {
			logger.warn("New TLS material is not used: {} The material of {} stays in use.", why, old.loadedAt());
		}
	}

	private void warnBeforeExpiry(Material material) {
		Instant now = this.clock.instant();
		if (now.minus(Duration.ofDays(1)).isAfter(this.lastWarning)) {
			warnBeforeExpiry("Our certificate", material.leaf(), now,
					"Issue a new one in time: java -jar certs/target/certs.jar " + this.settings.purpose().command());
			Stream.concat(material.chain().stream().skip(1), material.trusted().stream())
				.distinct()
				.forEach((ca) -> warnBeforeExpiry("The CA certificate", ca, now,
						"Trust its successor in time, replace what it has issued, and take it out: an expired one "
								+ "keeps us from starting."));
		}
	}

	private void warnBeforeExpiry(String what, X509Certificate certificate, Instant now, String cure) {
		Duration left = Duration.between(now, certificate.getNotAfter().toInstant());
		if (left.compareTo(WARN_BEFORE_EXPIRY) < 0) {
			this.lastWarning = now;
			logger.warn("{} {} {}. {}", what,
					left.isNegative() ? "has expired" : "expires in " + (left.toDays() + 1) + " day(s) or less",
					CertificateText.describe(certificate), cure);
		}
	}

	/** A digest of everything the settings point to, so that no key lingers as text. */
	private String content() {
		try {
			MessageDigest digest = MessageDigest.getInstance("SHA-256");
			for (PemSetting source : this.settings.sources()) {
				digest.update(textOrProblem(source).getBytes(StandardCharsets.UTF_8));
			}
			return HexFormat.of().formatHex(digest.digest());
		}
		catch (NoSuchAlgorithmException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static String textOrProblem(PemSetting source) {
		try {
			return source.read();
		}
		catch (SettingException ex) {
			return ex.getMessage();
		}
	}

}
