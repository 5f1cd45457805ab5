package com.example.todoservice.caller;

import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;

import com.example.todoservice.tls.CertificateText;

import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestAttribute;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells a caller how the service sees its connection.
 */
@RestController
class SessionController {

	/**
	 * The connection as the service sees it.
	 *
	 * @param name the Common Name of the caller
	 * @param roles what the caller may do
	 * @param protocol the TLS version
	 * @param cipherSuite the TLS cipher suite
	 * @param certificate the certificate the caller presented
	 * @param greeting a friendly word
	 */
	record Session(String name, List<String> roles, String protocol, String cipherSuite, Certificate certificate,
			String greeting) {
	}

	/**
	 * A certificate in the terms of RFC 5280.
	 *
	 * @param subject the subject as RFC 2253 writes it
	 * @param issuer the issuer as RFC 2253 writes it
	 * @param serialNumber the serial number in hexadecimal
	 * @param notBefore the begin of the validity
	 * @param notAfter the end of the validity
	 * @param sha256 the SHA-256 fingerprint of the encoded certificate in hexadecimal
	 */
	record Certificate(String subject, String issuer, String serialNumber, Instant notBefore, Instant notAfter,
			String sha256) {

		static Certificate of(X509Certificate certificate) {
			return new Certificate(certificate.getSubjectX500Principal().getName(),
					certificate.getIssuerX500Principal().getName(),
					CertificateText.serialNumber(certificate.getSerialNumber()), certificate.getNotBefore().toInstant(),
					certificate.getNotAfter().toInstant(), fingerprint(certificate));
		}

		private static String fingerprint(X509Certificate certificate) {
			try {
				return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
			}
			catch (NoSuchAlgorithmException | CertificateEncodingException ex) {
				throw new IllegalStateException(ex);
			}
		}

	}

	@GetMapping("/session")
	Session session(Caller caller, @RequestAttribute("jakarta.servlet.request.secure_protocol") String protocol,
			@RequestAttribute("jakarta.servlet.request.cipher_suite") String cipherSuite) {
		return new Session(caller.getName(),
				caller.getAuthorities().stream().map(GrantedAuthority::getAuthority).sorted().toList(), protocol,
				cipherSuite, Certificate.of(caller.getCredentials()), "Hello, " + caller.getName() + "!");
	}

}
