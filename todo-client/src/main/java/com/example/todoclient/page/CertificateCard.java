package com.example.todoclient.page;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

import com.example.mtls.client.ServiceAddress;
import com.example.mtls.material.CertificateText;

/**
 * What the page shows of a certificate.
 *
 * @param subject the distinguished name
 * @param hosts the DNS names and IP addresses in its SAN
 * @param issuer the distinguished name of the CA
 * @param serialNumber in hexadecimal digits
 * @param notBefore valid from
 * @param notAfter valid until
 * @param sha256 the fingerprint
 */
record CertificateCard(String subject, List<String> hosts, String issuer, String serialNumber, Instant notBefore,
		Instant notAfter, String sha256) {

	static CertificateCard of(X509Certificate certificate) {
		return new CertificateCard(CertificateText.subject(certificate),
				CertificateText.hosts(certificate)
					.stream()
					.map(ServiceAddress::shortForm)
					.map(CertificateText::escape)
					.toList(),
				CertificateText.issuer(certificate), CertificateText.serialNumber(certificate.getSerialNumber()),
				certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant(),
				CertificateText.sha256(certificate));
	}

}
