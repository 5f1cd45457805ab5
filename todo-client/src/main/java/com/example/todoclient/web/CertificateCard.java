package com.example.todoclient.web;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;

import com.example.todoclient.mtls.material.CertificateText;

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

	private static final int DNS_NAME = 2;

	private static final int IP_ADDRESS = 7;

	static CertificateCard of(X509Certificate certificate) {
		return new CertificateCard(CertificateText.subject(certificate), hosts(certificate),
				CertificateText.escape(certificate.getIssuerX500Principal().getName()),
				CertificateText.serialNumber(certificate.getSerialNumber()), certificate.getNotBefore().toInstant(),
				certificate.getNotAfter().toInstant(), sha256(certificate));
	}

	private static List<String> hosts(X509Certificate certificate) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return (names == null) ? List.of()
					: names.stream()
						.filter((name) -> name.get(0).equals(DNS_NAME) || name.get(0).equals(IP_ADDRESS))
						.map((name) -> CertificateText.escape(String.valueOf(name.get(1))))
						.toList();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

	private static String sha256(X509Certificate certificate) {
		try {
			return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
