package com.example.mtls.material;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.core.env.Environment;

/**
 * Boot's properties of the bundle {@code mtls}, each with the name that people know it
 * by.
 */
final class MaterialSettings {

	static final String PROPERTY = "spring.ssl.bundle.pem." + CurrentMaterial.BUNDLE;

	/**
	 * All of TLS 1.3, and of TLS 1.2 only forward secrecy with authenticated encryption
	 * (RFC 9325 section 4.2).
	 */
	private static final Set<String> CIPHERS = new LinkedHashSet<>(
			List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256",
					"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
					"TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
					"TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256"));

	private static final Set<String> PROTOCOLS = new LinkedHashSet<>(List.of("TLSv1.3", "TLSv1.2"));

	private static final String TRUST = PROPERTY + ".truststore.certificate";

	private final PemSslBundleProperties properties;

	private final Environment environment;

	private final IssuingTool tool;

	/**
	 * Reads nothing yet.
	 * @param properties what Boot has bound, or {@code null} where the bundle is empty
	 */
	MaterialSettings(@Nullable PemSslBundleProperties properties, Environment environment, IssuingTool tool) {
		this.properties = (properties != null) ? properties : new PemSslBundleProperties();
		this.environment = environment;
		this.tool = tool;
	}

	/** A secret, and how people know it. */
	record Password(String name, @Nullable String value) {

		@Override
		public String toString() {
			return this.name;
		}

	}

	PemSetting certificate() {
		return setting(PROPERTY + ".keystore.certificate", PemKind.CERTIFICATE,
				this.properties.getKeystore().getCertificate());
	}

	PemSetting key() {
		return setting(PROPERTY + ".keystore.private-key", PemKind.PRIVATE_KEY,
				this.properties.getKeystore().getPrivateKey());
	}

	Password password() {
		return new Password(PropertyOrigin.describe(this.environment, PROPERTY + ".keystore.private-key-password"),
				this.properties.getKeystore().getPrivateKeyPassword());
	}

	PemSetting trust() {
		return setting(TRUST, PemKind.CERTIFICATE, this.properties.getTruststore().getCertificate());
	}

	/** Short: for a sentence about the setting, or about that of the other side. */
	String trustName() {
		return PropertyOrigin.name(this.environment, TRUST);
	}

	private PemSetting setting(String property, PemKind kind, @Nullable String value) {
		return new PemSetting(PropertyOrigin.describe(this.environment, property), kind, value, this.tool);
	}

	/** The protocol versions and cipher suites that are set; ours where none are. */
	SslOptions options() {
		Set<String> ciphers = this.properties.getOptions().getCiphers();
		Set<String> protocols = this.properties.getOptions().getEnabledProtocols();
		return SslOptions.of((ciphers != null) ? ciphers : CIPHERS, (protocols != null) ? protocols : PROTOCOLS);
	}

	boolean isReloadOnUpdate() {
		return this.properties.isReloadOnUpdate();
	}

	String nameOf(String property) {
		return PropertyOrigin.describe(this.environment, PROPERTY + property);
	}

	IssuingTool tool() {
		return this.tool;
	}

}
