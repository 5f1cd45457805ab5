package com.example.mtls;

import java.security.cert.X509Certificate;

import com.example.mtls.material.CertificateText;

/**
 * The certificate a caller presents, in the terms of RFC 5280. Made once for each
 * certificate: the fingerprint costs more than the rest of an answer, and so that an
 * answer only copies text.
 *
 * @param subject the subject as RFC 2253 writes it
 * @param issuer the issuer as RFC 2253 writes it
 * @param serialNumber the serial number in hexadecimal
 * @param notBefore the begin of the validity (RFC 3339)
 * @param notAfter the end of the validity (RFC 3339)
 * @param sha256 the SHA-256 fingerprint of the encoded certificate in hexadecimal
 */
public record PresentedCertificate(String subject, String issuer, String serialNumber, String notBefore,
		String notAfter, String sha256) {

	/**
	 * Describes a certificate.
	 * @param certificate any certificate
	 * @return its description
	 */
	public static PresentedCertificate of(X509Certificate certificate) {
		return new PresentedCertificate(certificate.getSubjectX500Principal().getName(),
				certificate.getIssuerX500Principal().getName(),
				CertificateText.serialNumber(certificate.getSerialNumber()),
				certificate.getNotBefore().toInstant().toString(), certificate.getNotAfter().toInstant().toString(),
				CertificateText.sha256(certificate));
	}

}
