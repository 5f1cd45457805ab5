package com.example.mtls.server;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.material.CertificateText;

/**
 * Reads whom a certificate names: the one Common Name of its subject (RFC 5280 section
 * 4.1.2.6), wherever it stands. Read from the encoded form, because every textual form of
 * a subject can be made to look like another.
 */
final class CommonName {

	/** {@code ub-common-name} of RFC 5280 appendix A.1. */
	private static final int LONGEST = 64;

	/** {@code id-at-commonName}, 2.5.4.3. */
	private static final byte[] COMMON_NAME = { 0x55, 0x04, 0x03 };

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
		List<Der> values = values(certificate);
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

	private static String text(Der value) throws CallerRefusedException {
		boolean utf8 = value.tag() == Der.UTF8_STRING;
		if (!utf8 && value.tag() != Der.PRINTABLE_STRING) {
			throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME,
					"the Common Name (CN) is neither a UTF8String nor a PrintableString");
		}
		try {
			return value.text(utf8 ? StandardCharsets.UTF_8 : StandardCharsets.US_ASCII);
		}
		catch (IllegalArgumentException ex) {
			throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME,
					"the Common Name (CN) is not " + (utf8 ? "UTF-8" : "ASCII"));
		}
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

	private static List<Der> values(X509Certificate certificate) throws CallerRefusedException {
		try {
			List<Der> values = new ArrayList<>();
			for (Der rdn : Der.of(certificate.getSubjectX500Principal().getEncoded()).as(Der.SEQUENCE).values()) {
				for (Der attribute : rdn.as(Der.SET).values()) {
					List<Der> typeAndValue = attribute.as(Der.SEQUENCE).values();
					Der.check(typeAndValue.size() == 2);
					if (Arrays.equals(typeAndValue.get(0).as(Der.OBJECT_IDENTIFIER).content(), COMMON_NAME)) {
						values.add(typeAndValue.get(1));
					}
				}
			}
			return values;
		}
		catch (IllegalArgumentException ex) {
			throw new CallerRefusedException(Reason.UNUSABLE_COMMON_NAME, "the subject cannot be read");
		}
	}

}
