package com.example.todoservice.mtls.material;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.spec.RSAPublicKeySpec;
import java.util.HexFormat;

import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which curve a key is on that Java cannot read, and keys that are on none.
 */
class EllipticCurveTests {

	@Test
	void unknownInWhenKeyOfSec1IsOnACurveThatJavaLacksThenNamed() throws Exception {
		ECPrivateKey key = new ECPrivateKey(256, new BigInteger("b1".repeat(32), 16), SECObjectIdentifiers.secp256k1);
		assertThat(EllipticCurve.unknownIn(key.getEncoded())).hasValueSatisfying(
				(curve) -> assertThat(curve).isEqualTo("the curve secp256k1, which Java does not have"));
	}

	/** One of 150 moduli has bytes in which a curve of SEC1 could be seen. */
	@ParameterizedTest
	@ValueSource(strings = { "a000060100", "a00706052b8104000a", "02010104a00706052b8104000a" })
	void unknownInWhenModulusHoldsTheBytesOfACurveThenNone(String bytes) throws Exception {
		BigInteger modulus = new BigInteger("c1" + bytes + "5b".repeat(256 - 1 - bytes.length() / 2), 16);
		byte[] key = KeyFactory.getInstance("RSA")
			.generatePublic(new RSAPublicKeySpec(modulus, BigInteger.valueOf(65537)))
			.getEncoded();
		assertThat(HexFormat.of().formatHex(key)).contains(bytes);
		assertThat(EllipticCurve.unknownIn(key)).isEmpty();
	}

}
