package com.example.certs.issue;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;

/**
 * A private key with the certificate issued for it.
 *
 * @param key the private key
 * @param certificate the certificate
 */
public record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {

	/**
	 * Whether the key is that of the certificate: an RSA key, RSASSA-PSS or not, is known
	 * by its modulus, and others have to sign.
	 */
	public boolean belongTogether() {
		PublicKey publicKey = this.certificate.getPublicKey();
		if (this.key instanceof RSAKey ours && publicKey instanceof RSAKey theirs) {
			return ours.getModulus().equals(theirs.getModulus());
		}
		try {
			String algorithm = this.key.getAlgorithm();
			Signature signature = Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
			signature.initSign(this.key);
			signature.update((byte) 1);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update((byte) 1);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	/** Keeps the key out of logs and messages. */
	@Override
	public String toString() {
		return "certificate " + this.certificate.getSerialNumber().toString(16) + " and its key";
	}

}
