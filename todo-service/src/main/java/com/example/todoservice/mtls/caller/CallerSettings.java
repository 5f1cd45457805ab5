package com.example.todoservice.mtls.caller;

import java.util.List;

import com.example.todoservice.mtls.material.PemKind;
import com.example.todoservice.mtls.material.PemSetting;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may call.
 *
 * @param callers the allow-list ({@code TODO_CALLERS_0_NAME},
 * {@code TODO_CALLERS_0_ROLES}, {@code TODO_CALLERS_0_CA}, {@code _1_…}); empty admits
 * nobody
 * @param crl the revocation lists, a path or PEM text ({@code CRL_FILE_PATH}); empty for
 * none
 */
@ConfigurationProperties("todo")
record CallerSettings(@DefaultValue List<Entry> callers, @Nullable String crl) {

	/**
	 * One row of the allow-list.
	 *
	 * @param name the Common Name of the caller's certificate, compared exactly
	 * @param roles what the caller may do: {@code read}, {@code write}
	 * @param ca the SHA-256 fingerprints of the trusted CA certificates that the caller's
	 * has to lead to, as {@code openssl x509 -noout -fingerprint -sha256} prints them;
	 * not set for any trusted one
	 */
	record Entry(@Nullable String name, @DefaultValue List<String> roles, @Nullable List<String> ca) {
	}

	PemSetting crlSource() {
		return new PemSetting("CRL_FILE_PATH", PemKind.REVOCATION_LIST, this.crl);
	}

}
