package com.example.certs;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/**
 * Tells whether a private key belongs to a public key, for every kind of key alike: by
 * signing with the one and verifying with the other.
 */
final class KeyMatch {

	private static final byte[] PROBE = "certs: does this key fit?".getBytes(java.nio.charset.StandardCharsets.UTF_8);

	private KeyMatch() {
	}

	static boolean matches(PrivateKey privateKey, PublicKey publicKey) {
		try {
			Signature signature = Signature.getInstance(switch (privateKey.getAlgorithm()) {
				case "RSA" -> "SHA256withRSA";
				case "EC" -> "SHA256withECDSA";
				default -> privateKey.getAlgorithm();
			});
			signature.initSign(privateKey);
			signature.update(PROBE);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update(PROBE);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

}
