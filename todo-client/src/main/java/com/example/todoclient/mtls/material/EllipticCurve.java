package com.example.todoclient.mtls.material;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Names the curve of an EC key that the JDK cannot use. It tells such a key only as one
 * that it cannot read.
 */
final class EllipticCurve {

	static final String CURE = "Issue a new key and certificate with EC P-256 or RSA 3072: java -jar certs/target/certs.jar dev";

	/**
	 * The curve follows id-ecPublicKey (RFC 5480 section 2.1.1), or stands alone behind
	 * the key in SEC1 (RFC 5915 section 3).
	 */
	private static final Pattern CURVE = Pattern
		.compile("(?:(?:..)*?06072a8648ce3d0201|30(?:..|81..)02010104(?:..)*?a0..)06(..)((?:..)+)");

	/** P-256, P-384 and P-521, all that the JDK has since version 16. */
	private static final Set<String> KNOWN = Set.of("2a8648ce3d030107", "2b81040022", "2b81040023");

	private static final Map<String, String> NAMES = Map.of("2b8104000a", "secp256k1", "2b81040021", "secp224r1",
			"2b2403030208010107", "brainpoolP256r1", "2b240303020801010b", "brainpoolP384r1", "2b240303020801010d",
			"brainpoolP512r1");

	private EllipticCurve() {
	}

	/** The curve, in words, of a key or certificate in DER that the JDK cannot read. */
	static Optional<String> unknownIn(byte[] encoded) {
		Matcher curve = CURVE.matcher(HexFormat.of().formatHex(encoded));
		if (!curve.lookingAt()) {
			return Optional.empty();
		}
		int length = 2 * Integer.parseInt(curve.group(1), 16);
		String oid = curve.group(2).substring(0, Math.min(length, curve.group(2).length()));
		return KNOWN.contains(oid) ? Optional.empty() : Optional.of("the curve %s, which Java does not have"
			.formatted(NAMES.getOrDefault(oid, "with the encoded OID " + oid)));
	}

}
