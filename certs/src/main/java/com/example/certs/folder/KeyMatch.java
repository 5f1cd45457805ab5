package com.example.certs.folder;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.RSAKey;

/**
 * Tells whether a private key belongs to a public key: an RSA key, RSASSA-PSS or not, is
 * known by its modulus, and others have to sign.
 */
public final class KeyMatch {

	private static final byte[] PROBE = "certs: does this key fit?".getBytes(java.nio.charset.StandardCharsets.UTF_8);

	private KeyMatch() {
	}

	static boolean matches(PrivateKey privateKey, PublicKey publicKey) {
		if (privateKey instanceof RSAKey ours && publicKey instanceof RSAKey theirs) {
			return ours.getModulus().equals(theirs.getModulus());
		}
		try {
			Signature signature = Signature.getInstance(switch (privateKey.getAlgorithm()) {
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
