package com.example.todoservice.mtls.material;

import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.List;

import org.jspecify.annotations.Nullable;

/**
 * Whom we trust on the other side.
 *
 * @param authorities the trusted CA certificates
 * @param revocationLists what those CAs have revoked (RFC 5280 section 5), or
 * {@code null} where revocation is not asked for
 */
public record Trust(List<X509Certificate> authorities, @Nullable List<X509CRL> revocationLists) {

	/**
	 * The same CAs, with revocation.
	 * @param lists their revocation lists
	 * @return whom we trust, unless they have revoked it
	 */
	public Trust withRevocationLists(List<X509CRL> lists) {
		return new Trust(this.authorities, List.copyOf(lists));
	}

}
