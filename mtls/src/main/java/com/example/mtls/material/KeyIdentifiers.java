package com.example.mtls.material;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.HexFormat;

import org.jspecify.annotations.Nullable;

/**
 * By what a certificate tells two certificates of its issuer apart: a key identifier, or
 * a serial number (RFC 5280 sections 4.2.1.1 and 4.2.1.2). They need not be compared, but
 * of the trusted certificates of that issuer the trust manager of the JDK takes no other,
 * even one with the same key.
 */
final class KeyIdentifiers {

	private static final String SUBJECT = "2.5.29.14";

	private static final String AUTHORITY = "2.5.29.35";

	private static final int SEQUENCE = 0x30;

	private static final int OCTET_STRING = 0x04;

	private static final int KEY_IDENTIFIER = 0x80;

	private static final int SERIAL_NUMBER = 0x82;

	private KeyIdentifiers() {
	}

	/** Whether a certificate can mean this one of its issuer. What is absent fits. */
	static boolean fit(X509Certificate certificate, X509Certificate issuer) {
		return fits(namedKey(certificate), ownKey(issuer))
				&& (issuer.getVersion() < 3 || fits(namedSerialNumber(certificate), serialNumber(issuer)));
	}

	/** How they differ, in words that follow "it" or the name of the certificate. */
	static String misfit(X509Certificate certificate, X509Certificate issuer) {
		boolean key = !fits(namedKey(certificate), ownKey(issuer));
		return ("its issuer \"%s\" is there, and its identifiers differ: its authorityKeyIdentifier names the %s %s, and "
				+ "that certificate of the CA has %s. So it belongs to another certificate of the CA, from before or after "
				+ "a renewal: use that one, or issue this one again")
			.formatted(CertificateText.subject(issuer), key ? "key identifier" : "serial number",
					hex(key ? namedKey(certificate) : namedSerialNumber(certificate)),
					hex(key ? ownKey(issuer) : serialNumber(issuer)));
	}

	private static boolean fits(byte @Nullable [] named, byte @Nullable [] own) {
		return named == null || own == null || Arrays.equals(named, own);
	}

	private static byte @Nullable [] namedKey(X509Certificate certificate) {
		return within(within(extension(certificate, AUTHORITY), SEQUENCE), KEY_IDENTIFIER);
	}

	private static byte @Nullable [] namedSerialNumber(X509Certificate certificate) {
		byte[] number = within(within(extension(certificate, AUTHORITY), SEQUENCE), SERIAL_NUMBER);
		return (number != null && number.length > 0) ? new BigInteger(number).toByteArray() : null;
	}

	private static byte @Nullable [] ownKey(X509Certificate certificate) {
		return within(extension(certificate, SUBJECT), OCTET_STRING);
	}

	private static byte[] serialNumber(X509Certificate certificate) {
		return certificate.getSerialNumber().toByteArray();
	}

	private static byte @Nullable [] extension(X509Certificate certificate, String oid) {
		return within(certificate.getExtensionValue(oid), OCTET_STRING);
	}

	/**
	 * The content of the first part with this tag, in DER (X.690), which the JDK has read
	 * before us and does not hand out; {@code null} where there is none.
	 */
	private static byte @Nullable [] within(byte @Nullable [] encoded, int tag) {
		ByteBuffer in = ByteBuffer.wrap((encoded != null) ? encoded : new byte[0]);
		try {
			while (in.hasRemaining()) {
				int found = in.get() & 0xFF;
				int length = in.get() & 0xFF;
				if (length > 0x80) {
					byte[] longer = new byte[length & 0x7F];
					in.get(longer);
					length = new BigInteger(1, longer).intValueExact();
				}
				byte[] content = new byte[Math.min(length, in.remaining() + 1)];
				in.get(content);
				if (found == tag) {
					return content;
				}
			}
		}
		catch (BufferUnderflowException | ArithmeticException ex) {
			// Cut off, so there is none.
		}
		return null;
	}

	private static String hex(byte @Nullable [] bytes) {
		return CertificateText.escape(HexFormat.ofDelimiter(":").withUpperCase().formatHex(bytes), 80);
	}

}
