package com.example.mtls.server;

import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.material.CertificateText;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1PrintableString;
import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.AttributeTypeAndValue;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Reads whom a certificate names: the one Common Name of its subject (RFC 5280 section
 * 4.1.2.6), wherever it stands. Read from the encoded form, because every textual form of
 * a subject can be made to look like another.
 */
final class CommonName {

	/** {@code ub-common-name} of RFC 5280 appendix A.1. */
	private static final int LONGEST = 64;

	private CommonName() {
	}

	/**
	 * Reads the Common Name.
	 * @param certificate any certificate
	 * @return the name, exactly as encoded
	 * @throws CallerRefusedException if the certificate names nobody, or could be read in
	 * two ways
	 */
	static String of(X509Certificate certificate) throws CallerRefusedException {
		List<ASN1Encodable> values = values(certificate);
		if (values.isEmpty()) {
			throw new CallerRefusedException(Reason.NO_COMMON_NAME, "the subject has no Common Name (CN)");
		}
		if (values.size() > 1) {
			throw new CallerRefusedException(Reason.SEVERAL_COMMON_NAMES,
					"the subject has %d Common Names (CN), so it is not clear whom it names".formatted(values.size()));
		}
		String name = text(values.get(0));
		Optional<String> problem = problemOf(name);
		if (problem.isPresent()) {
			throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME, "the Common Name (CN) " + problem.get());
		}
		return name;
	}

	private static String text(ASN1Encodable value) throws CallerRefusedException {
		if (value instanceof ASN1PrintableString printable) {
			return printable.getString();
		}
		if (value instanceof ASN1UTF8String utf8) {
			try {
				return utf8.getString();
			}
			catch (IllegalArgumentException ex) {
				throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME, "the Common Name (CN) is not UTF-8");
			}
		}
		throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME,
				"the Common Name (CN) is neither a UTF8String nor a PrintableString");
	}

	/**
	 * Why a text cannot be a Common Name, if so.
	 * @param name the text
	 * @return the reason, to be read after "it" or "the Common Name"
	 */
	static Optional<String> problemOf(String name) {
		int length = name.codePointCount(0, name.length());
		if (length < 1 || length > LONGEST) {
			return Optional.of("has %d characters, not 1 to %d".formatted(length, LONGEST));
		}
		if (name.codePoints()
			.anyMatch((c) -> Character.isISOControl(c) || Character.getType(c) == Character.SURROGATE)) {
			return Optional.of("has control characters or broken ones");
		}
		if (isBlank(name.codePointAt(0)) || isBlank(name.codePointBefore(name.length()))) {
			return Optional.of("begins or ends with a blank");
		}
		return Optional.empty();
	}

	/**
	 * The name for people, so that no two names look the same: between quotes, and again
	 * with the code points in it that are not ASCII, where there are any.
	 */
	static String show(String name) {
		String shown = "\"" + CertificateText.escape(name) + "\"";
		return name.chars().allMatch((c) -> c < 0x7f) ? shown
				: shown + " ("
						+ name.codePoints()
							.mapToObj((c) -> (c < 0x7f) ? Character.toString(c) : "\\u%04x".formatted(c))
							.collect(Collectors.joining())
						+ ")";
	}

	private static boolean isBlank(int c) {
		return Character.isWhitespace(c) || Character.isSpaceChar(c);
	}

	private static List<ASN1Encodable> values(X509Certificate certificate) throws CallerRefusedException {
		try {
			List<ASN1Encodable> values = new ArrayList<>();
			for (RDN rdn : X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).getRDNs()) {
				for (AttributeTypeAndValue attribute : rdn.getTypesAndValues()) {
					if (attribute.getType().equals(BCStyle.CN)) {
						values.add(attribute.getValue());
					}
				}
			}
			return values;
		}
		catch (RuntimeException ex) {
			// Bouncy Castle reports any malformed encoding with unchecked exceptions.
			throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME, "the subject cannot be read");
		}
	}

}
