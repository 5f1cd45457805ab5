package com.example.mtls.server;

import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;

/**
 * Where a certificate names its caller ({@code mtls.identity}): in its subject, or in its
 * SAN, which then has exactly one name of that kind (RFC 5280 section 4.2.1.6).
 */
enum Identity {

	/** The Common Name of the subject. */
	CN(0, ""),

	/** The URI of the SAN, such as a SPIFFE ID. */
	URI(0x86, "[A-Za-z][A-Za-z0-9+.-]*:[!-~]{1,2040}"),

	/** The DNS name of the SAN, which is no wildcard. */
	DNS(0x82, "(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
			+ "(\\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");

	private static final String ALTERNATIVE_NAMES = "2.5.29.17";

	/**
	 * A trust domain and a path, no user, port, query or fragment, and no segment that is
	 * empty or made of dots (SPIFFE-ID, section 2).
	 */
	private static final Pattern SPIFFE = Pattern
		.compile("spiffe://[a-z0-9._-]{1,255}(/(?!\\.{1,2}(/|$))[A-Za-z0-9._-]+)*");

	private final int tag;

	private final Pattern form;

	Identity(int tag, String form) {
		this.tag = tag;
		this.form = Pattern.compile(form);
	}

	/**
	 * Reads whom a certificate names.
	 * @param certificate any certificate
	 * @return the name, exactly as encoded
	 * @throws CallerRefusedException if the certificate names nobody, or could be read in
	 * two ways
	 */
	String of(X509Certificate certificate) throws CallerRefusedException {
		if (this == CN) {
			return CommonName.of(certificate);
		}
		List<Der> names = names(certificate);
		if (names.isEmpty()) {
			throw new CallerRefusedException(Reason.NO_SAN_NAME, "the SAN has no " + title());
		}
		if (names.size() > 1) {
			throw new CallerRefusedException(Reason.SEVERAL_SAN_NAMES,
					"the SAN has %d of the kind %s, so it is not clear whom it names".formatted(names.size(), title()));
		}
		// Each byte is a character: what is not ASCII breaks the form.
		String name = names.get(0).text(StandardCharsets.ISO_8859_1);
		Optional<String> problem = problemOf(name);
		if (problem.isPresent()) {
			throw new CallerRefusedException(Reason.UNUSABLE_SAN_NAME,
					"the " + title() + " of the SAN " + problem.get());
		}
		return name;
	}

	private List<Der> names(X509Certificate certificate) throws CallerRefusedException {
		byte[] extension = certificate.getExtensionValue(ALTERNATIVE_NAMES);
		if (extension == null) {
			return List.of();
		}
		try {
			return Der.of(Der.of(extension).as(Der.OCTET_STRING).content())
				.as(Der.SEQUENCE)
				.values()
				.stream()
				.filter((name) -> name.tag() == this.tag)
				.toList();
		}
		catch (IllegalArgumentException ex) {
			throw new CallerRefusedException(Reason.UNUSABLE_SAN_NAME, "the SAN cannot be read");
		}
	}

	/**
	 * Why a text cannot be such a name, if so.
	 * @param name the text
	 * @return the reason, to be read after "it"
	 */
	Optional<String> problemOf(String name) {
		if (this == CN) {
			return CommonName.problemOf(name);
		}
		if (!this.form.matcher(name).matches()) {
			return Optional.of("is not a " + title() + " in ASCII of a usual length");
		}
		boolean spiffe = this == URI && name.regionMatches(true, 0, "spiffe:", 0, 7);
		return (spiffe && (name.length() > 2048 || !SPIFFE.matcher(name).matches())) ? Optional
			.of("is not a SPIFFE ID: spiffe://, a trust domain in lower case, and a path, without user, port, query, "
					+ "fragment or empty segments")
				: Optional.empty();
	}

	/** The name of this kind, for people. */
	String title() {
		return switch (this) {
			case CN -> "CN";
			case URI -> "URI";
			case DNS -> "DNS name";
		};
	}

	/** As it stands in settings. */
	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT);
	}

}
