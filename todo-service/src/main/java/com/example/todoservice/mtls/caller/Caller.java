package com.example.todoservice.mtls.caller;

import java.util.Set;

import org.springframework.security.authentication.AbstractAuthenticationToken;

/**
 * An admitted caller: its name is the Common Name of its certificate, its authorities are
 * its roles.
 */
final class Caller extends AbstractAuthenticationToken {

	private final String name;

	private final transient PresentedCertificate certificate;

	Caller(String name, Set<Role> roles, PresentedCertificate certificate) {
		super(roles);
		this.name = name;
		this.certificate = certificate;
		super.setAuthenticated(true);
	}

	@Override
	public String getName() {
		return this.name;
	}

	@Override
	public String getPrincipal() {
		return this.name;
	}

	@Override
	public PresentedCertificate getCredentials() {
		return this.certificate;
	}

}
