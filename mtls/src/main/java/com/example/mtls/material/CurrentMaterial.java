package com.example.mtls.material;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateRefusedException.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * The TLS material in use. It reads what Boot's properties of the bundle {@code mtls}
 * point to, checks it, and puts it into that bundle in place of Boot's own, which would
 * be read without these checks. It looks at the files again and again, and takes a
 * changed set once it is complete and passes every check; until then the old set goes on.
 * <p>
 * Looking beats watching here: it costs three small reads, and it works where
 * notifications do not (network mounts, single-file mounts, symlinked parents).
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
public class CurrentMaterial implements SslBundleRegistrar {

	/** The name of the bundle in Boot's registry. */
	public static final String BUNDLE = "mtls";

	private static final Logger logger = LoggerFactory.getLogger(CurrentMaterial.class);

	private static final Duration WARN_BEFORE_EXPIRY = Duration.ofDays(14);

	private final PemSslBundleProperties properties;

	private final Purpose purpose;

	private final Clock clock;

	private volatile State state;

	private SslBundleRegistry registry;

	private List<String> contentJudged = List.of();

	private List<String> contentSeen = List.of();

	private boolean mayBecomeGood;

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

	CurrentMaterial(SslProperties properties, Purpose purpose, Clock clock) {
		this.properties = properties.getBundle().getPem().get(BUNDLE);
		this.purpose = purpose;
		this.clock = clock;
	}

	/** Comes before Boot, and so sees Boot register the bundle before anybody uses it. */
	@Override
	public void registerBundles(SslBundleRegistry registry) {
		if (this.properties.isReloadOnUpdate()) {
			throw new SettingException("spring.ssl.bundle.pem.mtls.reload-on-update", "is true",
					"Take it out: Boot would replace the material without checking it, and it is replaced anyway.");
		}
		this.registry = registry;
		this.contentJudged = content();
		this.contentSeen = this.contentJudged;
		Material material = Material.load(this.properties, this.purpose, this.clock.instant());
		this.state = new State(material, this.clock.instant(), null);
		SslBundles bundles = (DefaultSslBundleRegistry) registry;
		bundles.addBundleRegisterHandler((name, bundle) -> {
			if (name.equals(BUNDLE)) {
				// Boot warns where nobody listens for the change.
				bundles.addBundleUpdateHandler(BUNDLE, (checked) -> log(this.state.material()));
				registry.updateBundle(BUNDLE, bundle(material));
			}
		});
		warnBeforeExpiry(material);
	}

	/** What is in use now; another object once the files have changed. */
	public State state() {
		return this.state;
	}

	/**
	 * Takes changed files, unless they were still different at the last look: someone may
	 * be writing them.
	 */
	void look() {
		List<String> content = content();
		boolean settled = content.equals(this.contentSeen);
		this.contentSeen = content;
		boolean changed = !content.equals(this.contentJudged);
		// What was refused may become good while the files stay as they are: by and by
		// the clock passes the begin of a validity.
		if (settled && (changed || this.mayBecomeGood)) {
			this.contentJudged = content;
			reload(changed);
		}
		warnBeforeExpiry(this.state.material());
	}

	private void reload(boolean changed) {
		State old = this.state;
		try {
			Material material = Material.load(this.properties, this.purpose, this.clock.instant());
			this.mayBecomeGood = false;
			use(new State(material, this.clock.instant(), null));
		}
		catch (SettingException ex) {
			this.mayBecomeGood = true;
			refuse(old, ex.getMessage() + ". " + ex.cure(), changed);
		}
		catch (RuntimeException ex) {
			refuse(old, "it could not be applied: " + ex.getMessage() + ".", changed);
			use(this.state);
		}
	}

	private void use(State state) {
		this.state = state;
		this.registry.updateBundle(BUNDLE, bundle(state.material()));
	}

	private void refuse(State old, String why, boolean changed) {
		this.state = new State(old.material(), old.loadedAt(), why);
		if (changed) {
			logger.warn("New TLS material is not used: {} The material of {} stays in use.", why, old.loadedAt());
		}
	}

	private SslBundle bundle(Material material) {
		return material.toBundle(SslOptions.of(this.properties.getOptions().getCiphers(),
				this.properties.getOptions().getEnabledProtocols()));
	}

	private void log(Material material) {
		logger.info("TLS material in use. Our certificate: {}. Trusted CAs: {}",
				CertificateText.describe(material.leaf()),
				material.authorities().stream().map(CertificateText::subject).toList());
		material.foreignIssuer()
			.ifPresent((issuer) -> logger.info("Our certificate comes from the CA {}, which is not among those of "
					+ "CA_CERT_FILE_PATH. That is fine if the other side trusts it: its CA_CERT_FILE_PATH must hold "
					+ "that CA. If it is an intermediate one, append its certificate to our CERT_FILE_PATH.", issuer));
		material.leftOut()
			.forEach((refused) -> logger.warn(
					"CA_CERT_FILE_PATH holds a CA certificate that {} and is left out: {}. Take it out of the file.",
					(refused.reason() == Reason.EXPIRED) ? "has expired"
							: "cannot be used (" + refused.getMessage() + ")",
					CertificateText.describe(refused.certificate())));
	}

	private void warnBeforeExpiry(Material material) {
		Instant now = this.clock.instant();
		if (now.minus(Duration.ofDays(1)).isAfter(this.lastWarning)) {
			warnBeforeExpiry("Our certificate", material.leaf(), now,
					"Issue a new one in time: java -jar certs/target/certs.jar " + this.purpose.command());
			Stream.concat(material.chain().stream().skip(1), material.authorities().stream())
				.distinct()
				.forEach((ca) -> warnBeforeExpiry("The CA certificate", ca, now,
						"Trust its successor in time, and replace what it has issued: an expired one admits nobody."));
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

	private List<String> content() {
		return Stream
			.of(Material.certificateSetting(this.properties), Material.keySetting(this.properties),
					Material.trustSetting(this.properties))
			.map(PemSetting::fingerprint)
			.toList();
	}

}
