package com.example.mtls.server;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.security.auth.x500.X500Principal;

import com.example.mtls.material.CertificateText;
import org.jspecify.annotations.Nullable;

/**
 * A revocation list, which certificates it speaks of, and how far its issuer had come.
 *
 * @param crl what the CA has signed
 * @param scope which certificates of its issuer it speaks of
 * @param latest the latest {@code thisUpdate} of this list and of those it followed
 * @param highest the highest number of these lists, if they have any
 */
record RevocationList(X509CRL crl, Scope scope, Instant latest, @Nullable BigInteger highest) {

	private static final String CRL_NUMBER = "2.5.29.20";

	private static final String ISSUING_DISTRIBUTION_POINT = "2.5.29.28";

	private static final String DISTRIBUTION_POINTS = "2.5.29.31";

	/** Tags of a distributionPoint, here and in certificates, and of its two forms. */
	private static final int POINT = 0xa0;

	private static final int FULL_NAME = 0xa0;

	private static final int RELATIVE_NAME = 0xa1;

	/** Tags of an issuingDistributionPoint. */
	private static final int ONLY_USERS = 0x81;

	private static final int ONLY_AUTHORITIES = 0x82;

	private static final int INDIRECT = 0x84;

	private static final int ONLY_ATTRIBUTES = 0x85;

	/** Tags of names (RFC 5280 section 4.2.1.6). */
	private static final int DIRECTORY_NAME = 0xa4;

	private static final int URI = 0x86;

	/** Of a URI these do not differ by case (RFC 5280 section 7.4). */
	private static final Pattern SCHEME_AND_HOST = Pattern.compile("^[^:/?#]+:(//[^/?#]*)?");

	/**
	 * What an issuingDistributionPoint says (RFC 5280 section 5.2.5); without one, all.
	 *
	 * @param users whether only certificates that are no CA's
	 * @param authorities whether only certificates of CAs
	 * @param points the names of the place where the list is published; empty for any
	 */
	record Scope(boolean users, boolean authorities, Set<Object> points) {

		static final Scope ALL = new Scope(false, false, Set.of());

		boolean isLike(Scope other) {
			return this.users == other.users && this.authorities == other.authorities
					&& (this.points.equals(other.points) || !Collections.disjoint(this.points, other.points));
		}

		@Override
		public String toString() {
			return (this.users ? ", for certificates that are no CA's" : "")
					+ (this.authorities ? ", for certificates of CAs" : "")
					+ (this.points.isEmpty() ? "" : ", for " + CertificateText.escape(this.points.toString()));
		}

	}

	/**
	 * Reads what a list says about itself.
	 * @param crl any list
	 * @return empty if it speaks of some reasons only, of other CAs or of attribute
	 * certificates, or cannot be understood
	 */
	static Optional<RevocationList> of(X509CRL crl) {
		try {
			BigInteger number = number(crl);
			return scope(crl).map((scope) -> new RevocationList(crl, scope, crl.getThisUpdate().toInstant(), number));
		}
		catch (IllegalArgumentException ex) {
			return Optional.empty();
		}
	}

	private static @Nullable BigInteger number(X509CRL crl) {
		byte[] extension = crl.getExtensionValue(CRL_NUMBER);
		return (extension != null) ? new BigInteger(content(extension).as(Der.INTEGER).content()) : null;
	}

	private static Optional<Scope> scope(X509CRL crl) {
		byte[] extension = crl.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
		if (extension == null) {
			return Optional.of(Scope.ALL);
		}
		boolean users = false;
		boolean authorities = false;
		Set<Object> names = Set.of();
		for (Der field : content(extension).as(Der.SEQUENCE).values()) {
			switch (field.tag()) {
				case POINT -> names = names(field, crl.getIssuerX500Principal());
				case ONLY_USERS -> users = isTrue(field);
				case ONLY_AUTHORITIES -> authorities = isTrue(field);
				case INDIRECT, ONLY_ATTRIBUTES -> {
					if (isTrue(field)) {
						return Optional.empty();
					}
				}
				// Some reasons only, or something that is not known.
				default -> {
					return Optional.empty();
				}
			}
			if (field.tag() == POINT && names.isEmpty()) {
				return Optional.empty();
			}
		}
		return (users && authorities) ? Optional.empty() : Optional.of(new Scope(users, authorities, names));
	}

	private static boolean isTrue(Der field) {
		Der.check(field.content().length == 1);
		return field.content()[0] != 0;
	}

	/**
	 * Whether the list would have the certificate, if it were revoked (RFC 5280 section
	 * 6.3.3 b). A CA that splits its list has to say in each certificate where to look,
	 * so one that names no place is looked for in every part.
	 */
	boolean covers(X509Certificate certificate) {
		boolean authority = certificate.getBasicConstraints() != -1;
		return this.crl.getIssuerX500Principal().equals(certificate.getIssuerX500Principal())
				&& !(authority ? this.scope.users() : this.scope.authorities())
				&& (this.scope.points().isEmpty() || isPublishedWhereNamed(certificate));
	}

	private boolean isPublishedWhereNamed(X509Certificate certificate) {
		byte[] extension = certificate.getExtensionValue(DISTRIBUTION_POINTS);
		if (extension == null) {
			return true;
		}
		try {
			for (Der point : content(extension).as(Der.SEQUENCE).values()) {
				List<Der> fields = point.as(Der.SEQUENCE).values();
				// What a part for some reasons or of another issuer says, we do not ask.
				if (fields.size() == 1 && fields.get(0).tag() == POINT && !Collections.disjoint(this.scope.points(),
						names(fields.get(0), certificate.getIssuerX500Principal()))) {
					return true;
				}
			}
		}
		catch (IllegalArgumentException ex) {
			// It names no place that we know.
		}
		return false;
	}

	/**
	 * Whether it is as new as the one in use, and all that this one has followed: of two
	 * lists the one with the larger number is the newer (RFC 5280 section 5.2.3), even if
	 * a clock was set back. A CA that was restored may begin its numbers anew, but not
	 * its time. Each step goes beyond all before, so no step leads back.
	 */
	boolean mayFollow(RevocationList inUse) {
		int order = (this.highest != null && inUse.highest != null) ? this.highest.compareTo(inUse.highest) : 0;
		return this.crl.equals(inUse.crl) || order > 0
				|| (order < 0 ? this.latest.isAfter(inUse.latest) : !this.latest.isBefore(inUse.latest));
	}

	/** The same list, which remembers those that it follows. */
	RevocationList after(RevocationList inUse) {
		return new RevocationList(this.crl, this.scope, this.latest.isAfter(inUse.latest) ? this.latest : inUse.latest,
				(this.highest == null || inUse.highest != null && inUse.highest.compareTo(this.highest) > 0)
						? inUse.highest : this.highest);
	}

	Instant nextUpdate() {
		return this.crl.getNextUpdate().toInstant();
	}

	private static Der content(byte[] extension) {
		return Der.of(Der.of(extension).as(Der.OCTET_STRING).content());
	}

	/** The names of a distribution point in a form that can be compared. */
	private static Set<Object> names(Der point, X500Principal issuer) {
		Set<Object> names = new HashSet<>();
		List<Der> choice = point.values();
		Der.check(choice.size() == 1);
		Der name = choice.get(0);
		if (name.tag() == RELATIVE_NAME) {
			byte[] above = Der.of(issuer.getEncoded()).content();
			byte[] last = new Der(Der.SET, name.content()).encoded();
			byte[] all = Arrays.copyOf(above, above.length + last.length);
			System.arraycopy(last, 0, all, above.length, last.length);
			names.add(new X500Principal(new Der(Der.SEQUENCE, all).encoded()));
			return names;
		}
		for (Der each : name.as(FULL_NAME).values()) {
			String text = each.text(StandardCharsets.ISO_8859_1);
			names.add(switch (each.tag()) {
				case DIRECTORY_NAME -> new X500Principal(each.content());
				case URI -> SCHEME_AND_HOST.matcher(text)
					.replaceFirst((start) -> Matcher.quoteReplacement(start.group().toLowerCase(Locale.ROOT)));
				default -> (each.tag() & 0x1f) + ": " + text;
			});
		}
		return names;
	}

	/** Which list it is, in one line of escaped text. */
	@Override
	public String toString() {
		BigInteger number = number(this.crl);
		return describe(this.crl) + ((number != null) ? ", number " + number : "") + this.scope;
	}

	static String describe(X509CRL crl) {
		return "issuer \"%s\", thisUpdate %s, nextUpdate %s".formatted(
				CertificateText.escape(crl.getIssuerX500Principal().getName()), crl.getThisUpdate().toInstant(),
				(crl.getNextUpdate() != null) ? crl.getNextUpdate().toInstant() : "none");
	}

}
