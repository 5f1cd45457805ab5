package com.example.mtls.server;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Whom a certificate names.
 *
 * @param identity where the name stands: {@code cn}, the Common Name of the subject;
 * {@code uri}, the one URI of the SAN, such as a SPIFFE ID; {@code dns}, the one DNS name
 * of the SAN
 */
@ConfigurationProperties("mtls")
record IdentitySettings(@DefaultValue("cn") Identity identity) {
}
