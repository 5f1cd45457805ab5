package com.example.mtls.server.tomcat;

import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * What the JDK shall refuse in a handshake that it would take by default. The JDK reads
 * this once, when TLS is first used, from properties of the system; so it is set as soon
 * as the settings are known, and only where {@code mtls.jvm-defaults} asks for it:
 * whatever else in this JVM uses TLS gets it, too. Given with {@code -D} they count
 * instead.
 */
class TlsDefaults implements EnvironmentPostProcessor, Ordered {

	@Override
	public int getOrder() {
		return ConfigDataEnvironmentPostProcessor.ORDER + 1;
	}

	@Override
	public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
		if (!environment.getProperty("mtls.jvm-defaults", Boolean.class, false)) {
			return;
		}
		set("jdk.tls.rejectClientInitiatedRenegotiation", "true");
		// The JDK's own list without SHA-1, for certificates and for handshakes.
		set("jdk.tls.server.SignatureSchemes",
				"ecdsa_secp256r1_sha256,ecdsa_secp384r1_sha384,ecdsa_secp521r1_sha512,ed25519,ed448,"
						+ "rsa_pss_rsae_sha256,rsa_pss_rsae_sha384,rsa_pss_rsae_sha512,"
						+ "rsa_pss_pss_sha256,rsa_pss_pss_sha384,rsa_pss_pss_sha512,"
						+ "rsa_pkcs1_sha256,rsa_pkcs1_sha384,rsa_pkcs1_sha512");
		// A leaf and five above it. More only costs time: the search for a path tries
		// every order. PathValidation allows the same: four between leaf and root.
		set("jdk.tls.maxCertificateChainLength", "6");
	}

	private static void set(String name, String value) {
		System.getProperties().putIfAbsent(name, value);
	}

}
