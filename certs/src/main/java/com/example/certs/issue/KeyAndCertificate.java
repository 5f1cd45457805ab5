package com.example.certs.issue;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;

/**
 * A private key with the certificate issued for it.
 *
 * @param key the private key
 * @param certificate the certificate
 */
public record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {

	private static final PSSParameterSpec PSS = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32,
			PSSParameterSpec.TRAILER_FIELD_BC);

	/**
	 * Whether the key is that of the certificate: what it signs, the certificate's key
	 * has to verify. A damaged one does not.
	 */
	public boolean belongTogether() {
		PublicKey publicKey = this.certificate.getPublicKey();
		try {
			Signature signature = signature(publicKey);
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

	/** An RSA key signs as RSASSA-PSS, with the parameters that it may be limited to. */
	private Signature signature(PublicKey publicKey) throws GeneralSecurityException {
		if (publicKey instanceof RSAKey rsa) {
			Signature signature = Signature.getInstance("RSASSA-PSS");
			signature.setParameter((rsa.getParams() != null) ? rsa.getParams() : PSS);
			return signature;
		}
		String algorithm = this.key.getAlgorithm();
		return Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
	}

	/** Keeps the key out of logs and messages. */
	@Override
	public String toString() {
		return "the certificate of %s and its key".formatted(this.certificate.getSubjectX500Principal());
	}

}
