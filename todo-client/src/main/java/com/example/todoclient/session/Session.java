package com.example.todoclient.session;

import java.util.List;

import com.example.mtls.PresentedCertificate;

/**
 * How the service sees the connection we called it on.
 *
 * @param greeting a sentence for people
 * @param name the name it read from our certificate
 * @param roles what we may do: {@code read}, {@code write}
 * @param protocol the TLS version
 * @param cipherSuite the IANA name of the cipher suite
 * @param certificate the certificate it saw
 */
public record Session(String greeting, String name, List<String> roles, String protocol, String cipherSuite,
		PresentedCertificate certificate) {
}
