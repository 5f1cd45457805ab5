package com.example.certs.issue;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.stream.Stream;

import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * The one common name (CN) of a subject, which is who a client certificate names. The
 * rule is that of todo-service, so that what is issued here is admitted there.
 *
 * @param value 1 to 64 characters, no control characters, no blank at either end
 */
public record CommonName(String value) {

	/** The upper bound {@code ub-common-name} of RFC 5280, appendix A, in characters. */
	static final int MAX_LENGTH = 64;

	/**
	 * Checks the name.
	 * @throws IllegalArgumentException with the reason why the value is no common name
	 */
	public CommonName {
		int length = value.codePointCount(0, value.length());
		if (value.isBlank()) {
			throw new IllegalArgumentException("the common name is empty");
		}
		if (length > MAX_LENGTH) {
			throw new IllegalArgumentException(
					"the common name has %d characters, X.509 allows at most %d".formatted(length, MAX_LENGTH));
		}
		if (value.codePoints().anyMatch((c) -> Character.getType(c) == Character.CONTROL)) {
			throw new IllegalArgumentException("the common name holds a control character");
		}
		if (isBlank(value.codePointAt(0)) || isBlank(value.codePointBefore(value.length()))) {
			throw new IllegalArgumentException("the common name begins or ends with a blank");
		}
		if (value.codePoints().anyMatch((c) -> Character.getType(c) == Character.SURROGATE)) {
			throw new IllegalArgumentException("the common name holds half of a surrogate pair");
		}
	}

	/** The subject with this name as its only attribute. */
	X500Name toSubject() {
		// The builder's text variant would read a leading '#' as hex and drop a leading
		// backslash; the value itself is taken as it is.
		return new X500NameBuilder(BCStyle.INSTANCE).addRDN(BCStyle.CN, new DERUTF8String(this.value)).build();
	}

	/** Each common name in a subject, whatever its encoding. */
	static List<String> allOf(X500Name subject) {
		return Stream.of(subject.getRDNs())
			.flatMap((rdn) -> Stream.of(rdn.getTypesAndValues()))
			.filter((each) -> each.getType().equals(BCStyle.CN))
			.map((each) -> each.getValue().toString())
			.toList();
	}

	/** A certificate's subject as it is encoded. */
	static X500Name subject(X509Certificate certificate) {
		return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
	}

	private static boolean isBlank(int c) {
		return Character.isWhitespace(c) || Character.isSpaceChar(c);
	}

	@Override
	public String toString() {
		return this.value;
	}

}
