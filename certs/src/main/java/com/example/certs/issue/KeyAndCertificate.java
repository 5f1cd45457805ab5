package com.example.certs.issue;

import java.security.PrivateKey;
import java.security.cert.X509Certificate;

/**
 * A private key with the certificate issued for it.
 *
 * @param key the private key
 * @param certificate the certificate
 */
public record KeyAndCertificate(PrivateKey key, X509Certificate certificate) {

	/** Keeps the key out of logs and messages. */
	@Override
	public String toString() {
		return "certificate " + this.certificate.getSerialNumber().toString(16) + " and its key";
	}

}
