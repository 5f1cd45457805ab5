package com.example.todoservice.mtls.caller;

import java.security.cert.X509Certificate;
import java.time.Instant;

import com.example.todoservice.mtls.material.CertificateText;

/**
 * The certificate a caller presents, in the terms of RFC 5280. Made once for each
 * certificate: the fingerprint costs more than the rest of an answer.
 *
 * @param subject the subject as RFC 2253 writes it
 * @param issuer the issuer as RFC 2253 writes it
 * @param serialNumber the serial number in hexadecimal
 * @param notBefore the begin of the validity
 * @param notAfter the end of the validity
 * @param sha256 the SHA-256 fingerprint of the encoded certificate in hexadecimal
 */
record PresentedCertificate(String subject, String issuer, String serialNumber, Instant notBefore, Instant notAfter,
		String sha256) {

	static PresentedCertificate of(X509Certificate certificate) {
		return new PresentedCertificate(certificate.getSubjectX500Principal().getName(),
				certificate.getIssuerX500Principal().getName(),
				CertificateText.serialNumber(certificate.getSerialNumber()), certificate.getNotBefore().toInstant(),
				certificate.getNotAfter().toInstant(), CertificateText.sha256(certificate));
	}

}
