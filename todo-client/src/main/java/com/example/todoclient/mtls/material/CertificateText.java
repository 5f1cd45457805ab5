package com.example.todoclient.mtls.material;

import java.math.BigInteger;
import java.security.cert.X509Certificate;

/**
 * Says in one line which certificate is meant. What comes from a certificate is a
 * stranger's text, so it is escaped before it reaches a log or a terminal.
 */
public final class CertificateText {

	private static final int LONGEST = 300;

	private CertificateText() {
	}

	/**
	 * Subject, issuer, serial number and validity of a certificate.
	 * @param certificate the certificate
	 * @return one line of escaped text
	 */
	public static String describe(X509Certificate certificate) {
		return "subject \"%s\", issuer \"%s\", serial %s, valid %s to %s".formatted(subject(certificate),
				escape(certificate.getIssuerX500Principal().getName()),
				escape(serialNumber(certificate.getSerialNumber())), certificate.getNotBefore().toInstant(),
				certificate.getNotAfter().toInstant());
	}

	/**
	 * The subject as RFC 2253 writes it, escaped.
	 * @param certificate the certificate
	 * @return one line of escaped text
	 */
	public static String subject(X509Certificate certificate) {
		return escape(certificate.getSubjectX500Principal().getName());
	}

	/**
	 * A serial number the way {@code openssl} and our own tool print it.
	 * @param serialNumber the serial number
	 * @return hexadecimal digits, an even number of them
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

	/**
	 * The same for text of another length.
	 * @param text any text
	 * @param longest how many characters of it are kept
	 * @return the same text where it was harmless
	 */
	public static String escape(String text, int longest) {
		StringBuilder escaped = new StringBuilder(text.length());
		text.codePoints().limit(longest).forEach((c) -> {
			switch (Character.getType(c)) {
				case Character.CONTROL, Character.FORMAT, Character.SURROGATE, Character.PRIVATE_USE,
						Character.UNASSIGNED, Character.LINE_SEPARATOR, Character.PARAGRAPH_SEPARATOR ->
					escaped.append("\\u%04x".formatted(c));
				default -> escaped.appendCodePoint(c);
			}
		});
		return (text.codePointCount(0, text.length()) > longest) ? escaped.append("…").toString() : escaped.toString();
	}

}
