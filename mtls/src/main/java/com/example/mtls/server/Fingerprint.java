package com.example.mtls.server;

import java.security.cert.X509Certificate;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import com.example.mtls.material.CertificateText;

/**
 * The SHA-256 fingerprint of a certificate. Unlike a subject it is nobody's to choose.
 *
 * @param hex 64 hexadecimal digits in lower case
 */
record Fingerprint(String hex) {

	private static final Pattern PASTED = Pattern
		.compile("(?i)(?:sha-?256(?: fingerprint)?\\s*[=:]\\s*)?((?:[0-9a-f]{2}:){31}[0-9a-f]{2}|[0-9a-f]{64})");

	static Fingerprint of(X509Certificate certificate) {
		return new Fingerprint(CertificateText.sha256(certificate));
	}

	/**
	 * Reads what {@code openssl x509 -noout -fingerprint -sha256} prints: with or without
	 * colons and the words before it, in any case. {@code keytool} has other words.
	 */
	static Optional<Fingerprint> parse(String text) {
		Matcher pasted = PASTED.matcher(text.strip());
		return pasted.matches()
				? Optional.of(new Fingerprint(pasted.group(1).replace(":", "").toLowerCase(Locale.ROOT)))
				: Optional.empty();
	}

	/** As {@code openssl} prints it, so that it can be pasted. */
	@Override
	public String toString() {
		return HexFormat.ofDelimiter(":").withUpperCase().formatHex(HexFormat.of().parseHex(this.hex));
	}

}
