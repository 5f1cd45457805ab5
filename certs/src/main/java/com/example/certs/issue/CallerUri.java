package com.example.certs.issue;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.regex.Pattern;

import org.bouncycastle.asn1.x509.GeneralName;

/**
 * A URI by which a caller is known (RFC 5280, section 4.2.1.6): absolute, and of ASCII
 * alone. One of SPIFFE keeps the rules of SPIFFE, so that it is written in one way only.
 *
 * @param value the URI, taken exactly
 */
public record CallerUri(String value) {

	/** In bytes; the rule is that of SPIFFE, and anything longer is a mistake. */
	private static final int MAX_LENGTH = 2048;

	private static final int MAX_TRUST_DOMAIN_LENGTH = 255;

	private static final Pattern SPIFFE = Pattern.compile("spiffe://([a-z0-9._-]+)((?:/[A-Za-z0-9._-]+)+)");

	private static final Pattern DOTS = Pattern.compile("/\\.{1,2}(/|$)");

	/**
	 * Checks the URI.
	 * @throws IllegalArgumentException with the reason why it names no caller
	 */
	public CallerUri {
		if (value.isBlank()) {
			throw new IllegalArgumentException("the URI is empty");
		}
		if (!value.chars().allMatch((c) -> c > ' ' && c < 127)) {
			throw new IllegalArgumentException("a URI has ASCII characters only, without blanks");
		}
		if (value.length() > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"the URI has %d bytes, %d are the most".formatted(value.length(), MAX_LENGTH));
		}
		URI uri = parsed(value);
		if ("spiffe".equalsIgnoreCase(uri.getScheme())) {
			checkSpiffe(value);
		}
		else if (uri.getScheme() == null || uri.getHost() == null && uri.getRawSchemeSpecificPart().startsWith("//")) {
			throw new IllegalArgumentException(
					"give a whole URI with its scheme, such as spiffe://example.org/reports or urn:example:reports");
		}
	}

	private static URI parsed(String value) {
		try {
			return new URI(value);
		}
		catch (URISyntaxException ex) {
			throw new IllegalArgumentException("this is no URI: " + ex.getReason(), ex);
		}
	}

	/** The rules of SPIFFE-ID, section 2, and for a leaf of X509-SVID, section 3.1. */
	private static void checkSpiffe(String value) {
		var parts = SPIFFE.matcher(value);
		if (!parts.matches() || DOTS.matcher(value).find()) {
			throw new IllegalArgumentException(
					"a SPIFFE ID is spiffe://TRUST-DOMAIN/PATH: the trust domain of lower-case "
							+ "letters, digits, '.', '-' and '_', without user or port; each part of the path of letters, "
							+ "digits, '.', '-' and '_', none empty, '.' or '..'; no query and no fragment");
		}
		if (parts.group(1).length() > MAX_TRUST_DOMAIN_LENGTH) {
			throw new IllegalArgumentException(
					"a trust domain has at most %d characters".formatted(MAX_TRUST_DOMAIN_LENGTH));
		}
	}

	GeneralName toGeneralName() {
		return new GeneralName(GeneralName.uniformResourceIdentifier, this.value);
	}

	@Override
	public String toString() {
		return this.value;
	}

}
