package com.example.mtls.material;

import java.math.BigInteger;
import java.security.KeyFactory;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.spec.ECGenParameterSpec;
import java.security.spec.RSAPrivateCrtKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Random;

import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which curve a key is on that Java cannot read, and a key that is on none.
 */
class EllipticCurveTests {

	@Test
	void unknownInWhenKeyOfSec1IsOnACurveThatJavaLacksThenNamed() throws Exception {
		ECPrivateKey key = new ECPrivateKey(256, new BigInteger("b1".repeat(32), 16), SECObjectIdentifiers.secp256k1);
		assertThat(EllipticCurve.unknownIn(key.getEncoded())).hasValueSatisfying(
				(curve) -> assertThat(curve).isEqualTo("the curve secp256k1, which Java does not have"));
	}

	@ParameterizedTest
	@CsvSource({ "secp256k1, 'the curve secp256k1, which Java does not have'",
			"brainpoolP320r1, a curve that Java does not have", "sect233k1, a curve that Java does not have" })
	void unknownInWhenJavaLacksTheCurveOfAPublicKeyThenSaid(String curve, String words) throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
		generator.initialize(new ECGenParameterSpec(curve));
		assertThat(EllipticCurve.unknownIn(generator.generateKeyPair().getPublic().getEncoded())).contains(words);
	}

	@ParameterizedTest
	@ValueSource(strings = { "secp256r1", "secp384r1", "secp521r1" })
	void unknownInWhenJavaHasTheCurveThenNone(String curve) throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
		generator.initialize(new ECGenParameterSpec(curve));
		assertThat(EllipticCurve.unknownIn(generator.generateKeyPair().getPrivate().getEncoded())).isEmpty();
	}

	@Test
	void privateKeyWhenModulusHoldsTheBytesOfACurveThenReadAsTheRsaKeyItIs() throws Exception {
		String curve = "06052b8104000a";
		BigInteger p = BigInteger.probablePrime(1024, new Random(1));
		BigInteger q = new BigInteger("c1" + curve + "5b".repeat(248), 16).divide(p).nextProbablePrime();
		BigInteger e = BigInteger.valueOf(65537);
		BigInteger p1 = p.subtract(BigInteger.ONE);
		BigInteger q1 = q.subtract(BigInteger.ONE);
		BigInteger d = e.modInverse(p1.multiply(q1));
		PrivateKey key = KeyFactory.getInstance("RSA")
			.generatePrivate(
					new RSAPrivateCrtKeySpec(p.multiply(q), e, d, p, q, d.mod(p1), d.mod(q1), q.modInverse(p)));
		assertThat(HexFormat.of().formatHex(key.getEncoded())).contains(curve);
		String pem = "-----BEGIN PRIVATE KEY-----" + Base64.getEncoder().encodeToString(key.getEncoded())
				+ "-----END PRIVATE KEY-----";
		assertThat(PemReader.privateKey(TestTls.setting("KEY_FILE_PATH", PemKind.PRIVATE_KEY, pem),
				new MaterialSettings.Password("KEY_PASSWORD", null)))
			.isEqualTo(key);
	}

}
