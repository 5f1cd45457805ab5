package com.example.mtls.material;

import java.io.IOException;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Set;

import com.example.mtls.material.CertificateRefusedException.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether a certificate is good enough for one end of a connection: RFC 5280 path
 * validation, and what the JDK's own TLS implementation lets through and should not, each
 * named where it is checked.
 */
public final class CertificateRules {

	private static final String ANY_KEY_PURPOSE = "2.5.29.37.0";

	private static final String POLICY_MAPPINGS = "2.5.29.33";

	/** The critical extensions that the JDK's path validation, or we, look at. */
	private static final Set<String> KNOWN_EXTENSIONS = Set.of("2.5.29.15", "2.5.29.17", "2.5.29.19", "2.5.29.30",
			"2.5.29.32", POLICY_MAPPINGS, "2.5.29.36", "2.5.29.37", "2.5.29.54");

	private static final int DIGITAL_SIGNATURE = 0;

	private static final int SHORTEST_RSA_KEY = 2048;

	private static final int SHORTEST_EC_KEY = 256;

	private CertificateRules() {
	}

	/**
	 * Looks for a path from a leaf to a trusted CA and checks every certificate on it.
	 * @param chain what was presented, the leaf first; the order of the rest does not
	 * matter (RFC 8446 section 4.4.2)
	 * @param authorities the trusted CA certificates
	 * @param purpose what the leaf is used for
	 * @param now the time to judge validity by
	 * @return the path
	 * @throws CertificateRefusedException if a rule is broken
	 */
	public static TrustedPath check(List<X509Certificate> chain, List<X509Certificate> authorities, Purpose purpose,
			Instant now) throws CertificateRefusedException {
		checkMappings(chain);
		checkLeaf(chain.get(0), purpose, now);
		TrustedPath path = PathValidation.find(chain, authorities, now);
		checkIssuers(path.certificates(), purpose, now);
		return path;
	}

	/**
	 * Checks for what must not even be looked at: thirty policies that are mapped to each
	 * other on four levels fill the memory of the JDK's path validation.
	 * @param chain what was presented
	 * @throws CertificateRefusedException if a certificate maps policies
	 */
	public static void checkMappings(List<X509Certificate> chain) throws CertificateRefusedException {
		for (X509Certificate each : chain) {
			if (each.getExtensionValue(POLICY_MAPPINGS) != null) {
				throw new CertificateRefusedException(Reason.UNTRUSTED, each,
						"a certificate of its chain maps policies (RFC 5280 section 4.2.1.5), which is not taken");
			}
		}
	}

	/**
	 * Checks what can be known of a chain, leaf first, without its CA. Whether its last
	 * certificate is needed is not known: public CAs add an old one that only old peers
	 * look at.
	 */
	static void checkUntrusted(List<X509Certificate> chain, Purpose purpose, Instant now)
			throws CertificateRefusedException {
		checkLeaf(chain.get(0), purpose, now);
		checkIssuers(chain, purpose, now);
	}

	/**
	 * Checks what can be known of a trusted CA certificate before anybody comes with a
	 * certificate that it has issued. Whether it is valid is asked then.
	 */
	static void checkAuthority(X509Certificate ca, Purpose purpose) throws CertificateRefusedException {
		checkKey(ca);
		checkKeyPurpose(ca, purpose);
		if (PathValidation.isSignedBy(ca, ca)) {
			checkExtensions(ca);
			PathValidation.checkRoot(ca);
		}
	}

	private static void checkLeaf(X509Certificate leaf, Purpose purpose, Instant now)
			throws CertificateRefusedException {
		checkValidity(leaf, now);
		if (leaf.getBasicConstraints() != -1) {
			// The JDK accepts a CA certificate as anyone's leaf.
			throw new CertificateRefusedException(Reason.IS_A_CA, leaf,
					"it is a CA certificate, which may sign certificates but not identify a "
							+ purpose.name().toLowerCase(Locale.ROOT));
		}
		checkKey(leaf);
		checkSignature(leaf);
		checkKeyPurpose(leaf, purpose);
		boolean[] keyUsage = leaf.getKeyUsage();
		if (keyUsage != null && !keyUsage[DIGITAL_SIGNATURE]) {
			// With forward secrecy the leaf key only ever signs, at either end.
			throw new CertificateRefusedException(Reason.WRONG_PURPOSE, leaf,
					"its KeyUsage does not allow digitalSignature");
		}
		checkExtensions(leaf);
	}

	/** RFC 5280 section 4.2: who does not know a critical extension must refuse. */
	static void checkExtensions(X509Certificate certificate) throws CertificateRefusedException {
		Set<String> critical = certificate.getCriticalExtensionOIDs();
		List<String> unknown = (critical == null) ? List.of()
				: critical.stream().filter((oid) -> !KNOWN_EXTENSIONS.contains(oid)).sorted().toList();
		if (!unknown.isEmpty()) {
			throw new CertificateRefusedException(Reason.UNTRUSTED, certificate,
					"it has a critical extension that Java does not know, "
							+ CertificateText.escape(String.join(", ", unknown))
							+ ", and whoever does not know one must refuse (RFC 5280 section 4.2); it has to be issued "
							+ "again with that extension not critical, or without it");
		}
	}

	private static void checkIssuers(List<X509Certificate> path, Purpose purpose, Instant now)
			throws CertificateRefusedException {
		X509Certificate last = path.get(path.size() - 1);
		for (X509Certificate issuer : path.subList(1, path.size())) {
			checkKey(issuer);
			if (issuer != last) {
				// Nobody relies on the signature of what is trusted as it is.
				checkValidity(issuer, now);
				checkSignature(issuer);
			}
			// RFC 5280 leaves the purposes of a CA certificate open; every browser and Go
			// read them as a limit for what it issues, the JDK ignores them.
			checkKeyPurpose(issuer, purpose);
		}
	}

	static void checkValidity(X509Certificate certificate, Instant now) throws CertificateRefusedException {
		Instant seconds = now.truncatedTo(ChronoUnit.SECONDS);
		if (now.isAfter(certificate.getNotAfter().toInstant())) {
			throw new CertificateRefusedException(Reason.EXPIRED, certificate,
					"it expired at " + certificate.getNotAfter().toInstant() + " and it is now " + seconds);
		}
		if (now.isBefore(certificate.getNotBefore().toInstant())) {
			throw new CertificateRefusedException(Reason.NOT_YET_VALID, certificate,
					"it is valid only from " + certificate.getNotBefore().toInstant() + " and it is now " + seconds
							+ "; if that is not the time, a clock is wrong");
		}
	}

	private static void checkKey(X509Certificate certificate) throws CertificateRefusedException {
		PublicKey key = certificate.getPublicKey();
		if (key instanceof RSAPublicKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA_KEY) {
			throw new CertificateRefusedException(Reason.WEAK_KEY, certificate,
					"its RSA key has %d bits, %d are the least".formatted(rsa.getModulus().bitLength(),
							SHORTEST_RSA_KEY));
		}
		if (key instanceof ECPublicKey ec && ec.getParams().getOrder().bitLength() < SHORTEST_EC_KEY) {
			throw new CertificateRefusedException(Reason.WEAK_KEY, certificate,
					"its EC key has %d bits, %d are the least".formatted(ec.getParams().getOrder().bitLength(),
							SHORTEST_EC_KEY));
		}
		if (!(key instanceof RSAPublicKey || key instanceof ECPublicKey || key instanceof EdECPublicKey)) {
			throw new CertificateRefusedException(Reason.WEAK_KEY, certificate, EllipticCurve
				.unknownIn(key.getEncoded())
				.map((curve) -> "its EC key is on " + curve)
				.orElse("its key is of the kind " + key.getAlgorithm() + ", only RSA, EC and EdDSA keys are taken"));
		}
	}

	private static void checkSignature(X509Certificate certificate) throws CertificateRefusedException {
		if (hasBrokenHash(certificate.getSigAlgName(), certificate.getSigAlgParams())) {
			throw new CertificateRefusedException(Reason.WEAK_SIGNATURE, certificate,
					"it is signed with " + signatureName(certificate.getSigAlgName(), certificate.getSigAlgParams())
							+ ", which can be forged");
		}
	}

	/**
	 * Whether a signature may be forged, because two texts with one hash can be made.
	 * @param algorithm its algorithm as X509Certificate or X509CRL name it
	 * @param parameters the encoded parameters of the algorithm, or {@code null}
	 * @return {@code true} for MD5, SHA-1 and what came before, and where the hash cannot
	 * be read
	 */
	public static boolean hasBrokenHash(String algorithm, byte @Nullable [] parameters) {
		String name = signatureName(algorithm, parameters).toUpperCase(Locale.ROOT).replace("-", "");
		return name.startsWith("SHA1") || name.startsWith("MD") || name.startsWith("RSASSA");
	}

	/** For RSASSA-PSS the hash is a parameter, and SHA-1 is its default (RFC 4055). */
	private static String signatureName(String algorithm, byte @Nullable [] encoded) {
		if (!algorithm.equals("RSASSA-PSS")) {
			return algorithm;
		}
		try {
			AlgorithmParameters parameters = AlgorithmParameters.getInstance("RSASSA-PSS");
			if (encoded == null) {
				return "SHA1 with RSASSA-PSS";
			}
			parameters.init(encoded);
			return parameters.getParameterSpec(PSSParameterSpec.class).getDigestAlgorithm() + " with RSASSA-PSS";
		}
		catch (GeneralSecurityException | IOException ex) {
			return "RSASSA-PSS with unreadable parameters";
		}
	}

	/** No extension means any purpose (RFC 5280 section 4.2.1.12), as in X.509 v1. */
	private static void checkKeyPurpose(X509Certificate certificate, Purpose purpose)
			throws CertificateRefusedException {
		List<String> purposes;
		try {
			purposes = certificate.getExtendedKeyUsage();
		}
		catch (CertificateParsingException ex) {
			throw new CertificateRefusedException(Reason.WRONG_PURPOSE, certificate,
					"its ExtendedKeyUsage cannot be read");
		}
		if (purposes != null && !purposes.contains(purpose.oid()) && !purposes.contains(ANY_KEY_PURPOSE)) {
			throw new CertificateRefusedException(Reason.WRONG_PURPOSE, certificate,
					"its ExtendedKeyUsage does not allow " + purpose.name().toLowerCase(Locale.ROOT) + "Auth");
		}
	}

}
