package com.example.todoclient.todos;

import java.time.Instant;
import java.util.List;

import com.example.mtls.PresentedCertificate;

/**
 * How the service sees the connection we called it on.
 *
 * @param greeting a sentence for people
 * @param name the Common Name it read from our certificate
 * @param roles what we may do: {@code read}, {@code write}
 * @param protocol the TLS version
 * @param cipherSuite the IANA name of the cipher suite
 * @param certificate the certificate it saw
 */
public record Session(String greeting, String name, List<String> roles, String protocol, String cipherSuite,
		PresentedCertificate certificate) {

	/**
	 * A certificate in the words of the service.
	 *
	 * @param subject the distinguished name
	 * @param issuer the distinguished name of the CA
	 * @param serialNumber in hexadecimal digits
	 * @param notBefore valid from
	 * @param notAfter valid until
	 * @param sha256 the fingerprint
	 */
	public record PresentedCertificate(String subject, String issuer, String serialNumber, Instant notBefore,
			Instant notAfter, String sha256) {
	}

}
