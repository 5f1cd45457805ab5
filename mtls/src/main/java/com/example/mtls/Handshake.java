package com.example.mtls;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;

/**
 * A finished TLS handshake with a service that we call.
 *
 * @param at when we first used the connection
 * @param protocol the version, for example {@code TLSv1.3}
 * @param cipherSuite the suite's IANA name
 * @param resumed whether it resumed an earlier session, so that no certificate was sent
 * @param server the chain of the service, from its leaf to the CA we trust
 */
public record Handshake(Instant at, String protocol, String cipherSuite, boolean resumed,
		List<X509Certificate> server) {
}
