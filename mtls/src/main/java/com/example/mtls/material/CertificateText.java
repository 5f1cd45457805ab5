package com.example.mtls.material;

import java.math.BigInteger;
import java.security.MessageDigest;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.springframework.util.function.ThrowingSupplier;

/**
 * Says in one line which certificate is meant. What comes from a certificate is a
 * stranger's text, so it is escaped before it reaches a log or a terminal.
 */
public final class CertificateText {

	private static final int LONGEST = 300;

	/** The kinds of names in a SAN that a host can have (RFC 5280 section 4.2.1.6). */
	public static final int DNS_NAME = 2;

	public static final int IP_ADDRESS = 7;

	/** What cannot be seen, and what breaks a line. */
	private static final Pattern HARMFUL = Pattern.compile("[\\p{C}\\p{Zl}\\p{Zp}]");

	private CertificateText() {
	}

	/** Subject, issuer, serial number and validity in one line of escaped text. */
	public static String describe(X509Certificate certificate) {
		return "subject \"%s\", issuer \"%s\", serial %s, valid %s to %s".formatted(subject(certificate),
				issuer(certificate), escape(serialNumber(certificate.getSerialNumber())),
				certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
	}

	/** The subject as RFC 2253 writes it, escaped. */
	public static String subject(X509Certificate certificate) {
		return escape(certificate.getSubjectX500Principal().getName());
	}

	/** The issuer as RFC 2253 writes it, escaped. */
	public static String issuer(X509Certificate certificate) {
		return escape(certificate.getIssuerX500Principal().getName());
	}

	/**
	 * The DNS names and IP addresses of a SAN (RFC 5280 section 4.2.1.6), not escaped.
	 */
	public static List<String> hosts(X509Certificate certificate) {
		return Stream.concat(names(certificate, DNS_NAME), names(certificate, IP_ADDRESS)).toList();
	}

	/** The DNS names among the {@link #hosts}. */
	public static List<String> dnsNames(X509Certificate certificate) {
		return names(certificate, DNS_NAME).toList();
	}

	/** The IP addresses among the {@link #hosts}, in digits. */
	public static List<String> ipAddresses(X509Certificate certificate) {
		return names(certificate, IP_ADDRESS).toList();
	}

	private static Stream<String> names(X509Certificate certificate, int kind) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			return (names == null) ? Stream.empty()
					: names.stream()
						.filter((name) -> name.get(0).equals(kind) && name.get(1) instanceof String)
						.map((name) -> (String) name.get(1));
		}
		catch (CertificateParsingException ex) {
			return Stream.empty();
		}
	}

	/** The SHA-256 fingerprint, as {@code openssl} prints it but for the colons. */
	public static String sha256(X509Certificate certificate) {
		return sha256(encoded(certificate));
	}

	static byte[] encoded(X509Certificate certificate) {
		return ThrowingSupplier.of(certificate::getEncoded).get();
	}

	static String sha256(byte[] content) {
		MessageDigest digest = ThrowingSupplier.of(() -> MessageDigest.getInstance("SHA-256")).get();
		return HexFormat.of().formatHex(digest.digest(content));
	}

	/**
	 * A serial number the way {@code openssl} and our own tool print it: in hexadecimal.
	 */
	public static String serialNumber(BigInteger serialNumber) {
		String hex = serialNumber.toString(16);
		return (hex.length() % 2 == 0) ? hex : "0" + hex;
	}

	/**
	 * Makes text of unknown origin safe to print: control and format characters (line
	 * breaks, terminal escapes, changes of writing direction) become <code>&#92;u</code>
	 * escapes, and very long text is cut.
	 * @param text any text
	 * @return the same text where it was harmless
	 */
	public static String escape(String text) {
		return escape(text, LONGEST);
	}

	/** The same, with another length to be kept. */
	public static String escape(String text, int longest) {
		boolean cut = text.codePointCount(0, text.length()) > longest;
		String kept = cut ? text.substring(0, text.offsetByCodePoints(0, longest)) + "…" : text;
		return HARMFUL.matcher(kept).replaceAll((found) -> "\\\\u%04x".formatted(found.group().codePointAt(0)));
	}

}
