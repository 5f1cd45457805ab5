package com.example.certs.issue;

import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.spec.AlgorithmParameterSpec;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.Locale;

/**
 * The kinds of key that are issued.
 */
public enum KeyType {

	/** NIST P-256: what every TLS stack supports, with the cheapest handshake. */
	EC(new ECGenParameterSpec("secp256r1")),

	/**
	 * 3072 bits, the strength of P-256: NIST SP 800-57 ends 2048 bits with the year 2030,
	 * within the ten years of a CA.
	 */
	RSA(new RSAKeyGenParameterSpec(3072, RSAKeyGenParameterSpec.F4));

	private final AlgorithmParameterSpec parameters;

	KeyType(AlgorithmParameterSpec parameters) {
		this.parameters = parameters;
	}

	KeyPair newKeyPair() {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance(name());
			generator.initialize(this.parameters);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException("This JDK has no " + name() + " keys", ex);
		}
	}

	static KeyType of(PublicKey key) {
		return key.getAlgorithm().equals(RSA.name()) ? RSA : EC;
	}

	/** Whether a key is of one of these kinds, an RSA key of any length. */
	static boolean isMade(PublicKey key) {
		return key.getAlgorithm().equals(RSA.name())
				|| key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() == 256;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
