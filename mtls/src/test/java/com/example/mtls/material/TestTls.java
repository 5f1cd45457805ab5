package com.example.mtls.material;

import java.nio.file.Path;
import java.time.Clock;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.mock.env.MockEnvironment;

/**
 * The TLS material in a folder, without a service around it.
 */
public final class TestTls {

	/** Some of those that application.yml has. */
	public static final SslOptions OPTIONS = SslOptions.of(Set.of("TLS_AES_128_GCM_SHA256",
			"TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"),
			Set.of("TLSv1.3", "TLSv1.2"));

	private static final IssuingTool CERTS = new IssuingTool("java -jar certs/target/certs.jar");

	private TestTls() {
	}

	/** Named as certs names them: server.crt or client.crt, its key, and ca.crt. */
	public static PemSslBundleProperties settings(Purpose purpose, Path folder) {
		String name = purpose.name().toLowerCase(Locale.ROOT);
		return settings(folder.resolve(name + ".crt").toString(), folder.resolve(name + ".key").toString(),
				folder.resolve("ca.crt").toString());
	}

	/** Paths, locations or PEM text. */
	public static PemSslBundleProperties settings(String certificate, String key, String trust) {
		PemSslBundleProperties settings = new PemSslBundleProperties();
		settings.getKeystore().setCertificate(certificate);
		settings.getKeystore().setPrivateKey(key);
		settings.getTruststore().setCertificate(trust);
		settings.getOptions().setCiphers(Set.of(OPTIONS.getCiphers()));
		settings.getOptions().setEnabledProtocols(Set.of(OPTIONS.getEnabledProtocols()));
		return settings;
	}

	/** The files that {@link #settings} names, by name. */
	public static Map<String, String> files(Purpose purpose, Issued issued, TestCa... trusted) {
		String name = purpose.name().toLowerCase(Locale.ROOT);
		Object[] certificates = Arrays.stream(trusted).map(TestCa::certificate).toArray();
		return Map.of(name + ".crt", issued.certificatePem(), name + ".key", issued.keyPem(), "ca.crt",
				TestCa.pem(certificates));
	}

	/** Loads it. It changes only when a test says so. */
	public static CurrentMaterial load(PemSslBundleProperties settings, Purpose purpose, Clock clock,
			DefaultSslBundleRegistry registry) {
		SslProperties properties = new SslProperties();
		properties.getBundle().getPem().put(CurrentMaterial.BUNDLE, settings);
		CurrentMaterial tls = new CurrentMaterial(properties, named(settings), Set.of(purpose), clock,
				(jdk) -> new PeerTrust(jdk, clock));
		tls.registerBundles(registry);
		tls.state();
		return tls;
	}

	/** Settings that are known by the variables of our two services. */
	static MaterialSettings named(PemSslBundleProperties settings) {
		String prefix = MaterialSettings.PROPERTY;
		return new MaterialSettings(settings,
				new MockEnvironment().withProperty(prefix + ".keystore.certificate", "${CERT_FILE_PATH}")
					.withProperty(prefix + ".keystore.private-key", "${KEY_FILE_PATH}")
					.withProperty(prefix + ".keystore.private-key-password", "${KEY_PASSWORD:}")
					.withProperty(prefix + ".truststore.certificate", "${CA_CERT_FILE_PATH}"),
				CERTS);
	}

	/** As people name properties of a list that they set with variables. */
	public static String variable(String property) {
		return property.replaceAll("[.\\[]", "_").replace("]", "").toUpperCase(Locale.ROOT);
	}

	/** A setting with the tool that our two services name. */
	public static PemSetting setting(String variable, PemKind kind, String value) {
		return new PemSetting(variable, kind, value, CERTS);
	}

	/** The bundle of one state of the material. */
	public static SslBundle bundle(Material material) {
		return new MaterialBundle(() -> material, OPTIONS, (jdk) -> jdk);
	}

	/** Looks twice, as it takes to take a change. */
	public static void look(CurrentMaterial tls) {
		tls.look();
		tls.look();
	}

}
