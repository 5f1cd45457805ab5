package com.example.todoservice;

import java.time.Clock;

import com.example.todoservice.mtls.material.Purpose;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * A todos server that admits callers by the Common Name of their certificate.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
@EnableScheduling
public class TodoServiceApplication {

	static {
		// The JDK reads these once, when TLS is first used. Given with -D they count
		// instead.
		defaultProperty("jdk.tls.rejectClientInitiatedRenegotiation", "true");
		// The JDK's own list without SHA-1, for certificates and for handshakes.
		defaultProperty("jdk.tls.server.SignatureSchemes",
				"ecdsa_secp256r1_sha256,ecdsa_secp384r1_sha384,ecdsa_secp521r1_sha512,ed25519,ed448,"
						+ "rsa_pss_rsae_sha256,rsa_pss_rsae_sha384,rsa_pss_rsae_sha512,"
						+ "rsa_pss_pss_sha256,rsa_pss_pss_sha384,rsa_pss_pss_sha512,"
						+ "rsa_pkcs1_sha256,rsa_pkcs1_sha384,rsa_pkcs1_sha512");
		// A leaf and five above it. More only costs time: the search for a path tries
		// every order.
		defaultProperty("jdk.tls.maxCertificateChainLength", "6");
	}

	/**
	 * Starts the service.
	 * @param args options of Spring Boot, for example {@code --server.port=9443}
	 */
	public static void main(String[] args) {
		SpringApplication.run(TodoServiceApplication.class, args);
	}

	private static void defaultProperty(String name, String value) {
		System.getProperties().putIfAbsent(name, value);
	}

	/** Which end of a connection our certificate is for. */
	@Bean
	Purpose purpose() {
		return Purpose.SERVER;
	}

	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

}
