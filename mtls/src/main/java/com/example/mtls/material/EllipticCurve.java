package com.example.mtls.material;

import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Names the curve of an EC key that the JDK cannot use. It tells such a key only as one
 * that it cannot read.
 */
final class EllipticCurve {

	/** In DER, in front of its curve (RFC 5480 section 2.1.1). */
	private static final String EC_PUBLIC_KEY = "06072a8648ce3d0201";

	/**
	 * Prime field and binary field, which stand only where the numbers of a curve are
	 * written out (RFC 5480 section 2.1.1 forbids it).
	 */
	private static final Pattern EXPLICIT = Pattern.compile("06072a8648ce3d010[12]");

	/** P-256, P-384 and P-521, all that the JDK has since version 16. */
	private static final Set<String> KNOWN = Set.of("06082a8648ce3d030107", "06052b81040022", "06052b81040023");

	private static final Map<String, String> NAMES = Map.of("06052b8104000a", "secp256k1", "06052b81040021",
			"secp224r1", "06082a8648ce3d030101", "secp192r1", "06092b2403030208010107", "brainpoolP256r1",
			"06092b240303020801010b", "brainpoolP384r1", "06092b240303020801010d", "brainpoolP512r1");

	private EllipticCurve() {
	}

	static String cure(IssuingTool tool) {
		return "Issue a new key and certificate with EC P-256 or RSA 3072" + tool.how("dev");
	}

	/** The curve, in words, of a key in DER that the JDK could not use. */
	static Optional<String> unknownIn(byte[] unusable) {
		String hex = HexFormat.of().formatHex(unusable);
		Optional<String> name = NAMES.keySet().stream().filter(hex::contains).map(NAMES::get).findFirst();
		if (name.isPresent()) {
			return name.map("the curve %s, which Java does not have"::formatted);
		}
		if (EXPLICIT.matcher(hex).find()) {
			return Optional.of("a curve that is written out as explicit parameters in place of its name, "
					+ "which Java does not read");
		}
		boolean unknown = hex.contains(EC_PUBLIC_KEY) && KNOWN.stream().noneMatch(hex::contains);
		return unknown ? Optional.of("a curve that Java does not have") : Optional.empty();
	}

}
