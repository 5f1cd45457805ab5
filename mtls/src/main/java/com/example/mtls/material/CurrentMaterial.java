package com.example.mtls.material;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateRefusedException.Reason;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
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

	private final SslProperties properties;

	private final MaterialSettings settings;

	private final Set<Purpose> purposes;

	private final Clock clock;

	private final PeerTrust.Factory trust;

	private final Watched<Loaded> watched;

	private volatile @Nullable SslBundleRegistry registry;

	/** Since when bundles hold what was read; the first one waits until it is needed. */
	private boolean inUse;

	private Instant lastWarning = Instant.MIN;

	private record Loaded(Material material, Instant at) {
	}

	/**
	 * What is in use, since when, and why a newer set is not.
	 *
	 * @param material the material in use
	 * @param loadedAt when it was taken
	 * @param refusal why the files that are there now are not used, or {@code null}
	 */
	public record State(Material material, Instant loadedAt, @Nullable String refusal) {
	}

	/**
	 * Reads nothing yet.
	 * @param properties those of Boot; the bundle is taken out of them once it is ours
	 * @param settings the same, as people know them
	 * @param purposes the ends of connections that we are, one or both
	 * @param clock the time to judge by
	 * @param trust makes the trust manager of the bundle
	 */
	CurrentMaterial(SslProperties properties, MaterialSettings settings, Set<Purpose> purposes, Clock clock,
			PeerTrust.Factory trust) {
		this.properties = properties;
		this.settings = settings;
		this.purposes = purposes;
		this.clock = clock;
		this.trust = trust;
		this.watched = new Watched<>(this::content, this::load, this::use, this::refuse);
	}

	/**
	 * Comes before Boot, which then finds no such bundle among its properties: it would
	 * have one without our checks, and nobody can register a name twice.
	 */
	@Override
	public void registerBundles(SslBundleRegistry registry) {
		if (this.settings.isReloadOnUpdate()) {
			throw new SettingException(this.settings.nameOf(".reload-on-update"), "is true",
					"Take it out: Boot would replace the material without checking it, and it is replaced anyway.");
		}
		this.properties.getBundle().getPem().remove(BUNDLE);
		registry.registerBundle(BUNDLE, bundle(() -> state().material()));
		this.registry = registry;
	}

	/**
	 * What is in use now, with another material once the files have changed. It is read
	 * when it is needed for the first time.
	 * @throws SettingException if it cannot be used
	 */
	public State state() {
		return stateOf(this.watched.get());
	}

	/** The same, if anybody has needed it. */
	Optional<State> known() {
		return this.watched.known().map(this::stateOf);
	}

	private State stateOf(Loaded loaded) {
		return new State(loaded.material(), loaded.at(), this.watched.refusal());
	}

	/** What people know the setting by that has the trusted CAs. */
	public String trusted() {
		return this.settings.trustName();
	}

	/** Takes changed files. */
	void look() {
		this.watched.look();
		this.watched.known().ifPresent((loaded) -> warnBeforeExpiry(loaded.material()));
	}

	private Loaded load() {
		if (this.registry == null) {
			throw new SettingException(MaterialSettings.PROPERTY,
					"is not used: the application has an SslBundleRegistry of its own, which has not asked for it",
					"Take that bean out, or let it call registerBundles of each bean that is an SslBundleRegistrar.");
		}
		return new Loaded(Material.load(this.settings, this.purposes, this.clock.instant()), this.clock.instant());
	}

	private void use(Loaded loaded) {
		log(loaded.material());
		if (this.inUse) {
			this.registry.updateBundle(BUNDLE, bundle(loaded::material));
		}
		else {
			warnBeforeExpiry(loaded.material());
		}
		this.inUse = true;
	}

	private void refuse(String why, String cure) {
		logger.warn("New TLS material is not used: {} The material of {} stays in use.", this.watched.refusal(),
				this.watched.get().at());
	}

	private SslBundle bundle(Supplier<Material> material) {
		return new MaterialBundle(material, this.settings.options(), this.trust);
	}

	private void log(Material material) {
		String trusted = this.settings.trust().variable();
		logger.info("TLS material in use. Our certificate: {}. Trusted CAs: {}",
				CertificateText.describe(material.leaf()),
				material.authorities().stream().map(CertificateText::subject).toList());
		material.foreignIssuer()
			.ifPresent((issuer) -> logger.info("Our certificate comes from the CA {}, which is not among those of "
					+ "{}. That is fine if the other side trusts it: its {} must hold that CA. If it is an intermediate "
					+ "one, append its certificate to our {}.", issuer, trusted, this.settings.trustName(),
					this.settings.certificate().variable()));
		material.leftOut()
			.forEach((refused) -> logger.warn(
					"{} holds a CA certificate that {} and is left out: {}. Take it out of the file.", trusted,
					(refused.reason() == Reason.EXPIRED) ? "has expired"
							: "cannot be used (" + refused.getMessage() + ")",
					CertificateText.describe(refused.certificate())));
	}

	private void warnBeforeExpiry(Material material) {
		Instant now = this.clock.instant();
		if (now.minus(Duration.ofDays(1)).isAfter(this.lastWarning)) {
			warnBeforeExpiry("Our certificate", material.leaf(), now,
					"Issue a new one in time" + this.settings.tool().how(this.purposes.iterator().next().command()));
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

	private String content() {
		return Stream.of(this.settings.certificate(), this.settings.key(), this.settings.trust())
			.map(PemSetting::fingerprint)
			.collect(Collectors.joining("\n"));
	}

}
