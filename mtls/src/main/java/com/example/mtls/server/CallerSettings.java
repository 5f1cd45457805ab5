package com.example.mtls.server;

import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param callers the allow-list ({@code MTLS_CALLERS_0_NAME},
 * {@code MTLS_CALLERS_0_ROLES}, {@code MTLS_CALLERS_0_CA}, {@code _1_…}); empty admits
 * nobody
 * @param roles all the roles that there are, so that a misspelt one is noticed at start;
 * empty: any word is a role
 * @param crl the revocation lists, a path or PEM text ({@code CRL_FILE_PATH}); empty for
 * none
 */
@ConfigurationProperties("mtls")
record CallerSettings(@DefaultValue List<Entry> callers, @DefaultValue List<String> roles, @Nullable String crl) {

	/**
	 * One row of the allow-list.
	 *
	 * @param name the Common Name of the caller's certificate, compared exactly
	 * @param roles what the caller may do, in words of the service's own
	 * @param ca the SHA-256 fingerprints of the trusted CA certificates that the caller's
	 * has to lead to, as {@code openssl x509 -noout -fingerprint -sha256} prints them;
	 * not set for any trusted one
	 */
	record Entry(@Nullable String name, @DefaultValue List<String> roles, @Nullable List<String> ca) {
	}

}
