package com.example.mtls.server;

import java.io.IOException;
import java.math.BigInteger;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.security.auth.x500.X500Principal;

import com.example.mtls.material.CertificateText;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
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
		catch (RuntimeException | IOException ex) {
			// Bouncy Castle reports any malformed encoding with unchecked exceptions.
			return Optional.empty();
		}
	}

	private static @Nullable BigInteger number(X509CRL crl) {
		byte[] extension = crl.getExtensionValue(CRL_NUMBER);
		return (extension != null) ? ASN1Integer.getInstance(content(extension)).getValue() : null;
	}

	private static Optional<Scope> scope(X509CRL crl) throws IOException {
		byte[] extension = crl.getExtensionValue(ISSUING_DISTRIBUTION_POINT);
		if (extension == null) {
			return Optional.of(Scope.ALL);
		}
		IssuingDistributionPoint point = IssuingDistributionPoint.getInstance(content(extension));
		DistributionPointName name = point.getDistributionPoint();
		Set<Object> names = names(name, crl.getIssuerX500Principal());
		if (point.getOnlySomeReasons() != null || point.isIndirectCRL() || point.onlyContainsAttributeCerts()
				|| point.onlyContainsUserCerts() && point.onlyContainsCACerts() || name != null && names.isEmpty()) {
			return Optional.empty();
		}
		return Optional.of(new Scope(point.onlyContainsUserCerts(), point.onlyContainsCACerts(), names));
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
			for (DistributionPoint point : CRLDistPoint.getInstance(content(extension)).getDistributionPoints()) {
				// What a part for some reasons or of another issuer says, we do not ask.
				if (point.getReasons() == null && point.getCRLIssuer() == null
						&& !Collections.disjoint(this.scope.points(),
								names(point.getDistributionPoint(), certificate.getIssuerX500Principal()))) {
					return true;
				}
			}
		}
		catch (RuntimeException | IOException ex) {
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

	private static byte[] content(byte[] extension) {
		return ASN1OctetString.getInstance(extension).getOctets();
	}

	/** The names in a form that can be compared. */
	private static Set<Object> names(@Nullable DistributionPointName name, X500Principal issuer) throws IOException {
		Set<Object> names = new HashSet<>();
		if (name != null && name.getType() == DistributionPointName.NAME_RELATIVE_TO_CRL_ISSUER) {
			RDN[] above = X500Name.getInstance(issuer.getEncoded()).getRDNs();
			RDN[] all = Arrays.copyOf(above, above.length + 1);
			all[above.length] = RDN.getInstance(name.getName());
			names.add(new X500Principal(new X500Name(all).getEncoded()));
		}
		else if (name != null) {
			for (GeneralName each : GeneralNames.getInstance(name.getName()).getNames()) {
				names.add(switch (each.getTagNo()) {
					case GeneralName.directoryName -> new X500Principal(each.getName().toASN1Primitive().getEncoded());
					case GeneralName.uniformResourceIdentifier -> SCHEME_AND_HOST.matcher(each.getName().toString())
						.replaceFirst((start) -> Matcher.quoteReplacement(start.group().toLowerCase(Locale.ROOT)));
					default -> each;
				});
			}
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
