package com.example.todoservice.caller;

import java.security.cert.X509Certificate;
import java.util.Set;

import org.springframework.security.authentication.AbstractAuthenticationToken;

/**
 * An admitted caller: its name is the Common Name of its certificate, its authorities are
 * its roles.
 */
final class Caller extends AbstractAuthenticationToken {

	private final String name;

	private final transient X509Certificate certificate;

	Caller(String name, Set<Role> roles, X509Certificate certificate) {
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
	public X509Certificate getCredentials() {
		return this.certificate;
	}

}
