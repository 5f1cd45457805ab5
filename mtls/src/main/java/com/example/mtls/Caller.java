package com.example.mtls;

import java.security.Principal;
import java.util.Set;

/**
 * An admitted caller: the principal of Spring Security's {@code Authentication}, whose
 * authorities are the roles and {@code FACTOR_X509}.
 *
 * @param name whom the certificate names, for example its Common Name
 * @param roles what it may do, in the words of {@code mtls.callers}
 * @param certificate the certificate that it presented
 */
public record Caller(String name, Set<String> roles, PresentedCertificate certificate) implements Principal {

	@Override
	public String getName() {
		return this.name;
	}

	/** Only the name: what people write into a log. */
	@Override
	public String toString() {
		return this.name;
	}

}
