package com.example.mtls.server;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;

import com.example.mtls.TestCa;
import org.bouncycastle.asn1.DERUTF8String;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

/**
 * What strangers encode is read exactly, or refused in one way.
 */
class DerTests {

	/** Each is almost DER: indefinite, too long, not minimal, cut, followed, long tag. */
	@ParameterizedTest
	@ValueSource(strings = { "", "30", "3080", "30800000", "3085010000000100", "30840000000100", "308100", "30817f",
			"3082007f", "308200", "3003020101ff", "3004020101", "30030201", "1f2001aa", "3f8100", "30ff" })
	void ofWhenNotDerThenRefused(String hex) {
		assertThatIllegalArgumentException().isThrownBy(() -> Der.of(HexFormat.of().parseHex(hex)).values());
	}

	@ParameterizedTest
	@ValueSource(ints = { 0, 1, 0x7f, 0x80, 0xff, 0x100, 0xffff, 0x10000, 0x12345 })
	void encodedWhenOfAnyLengthThenAsOthersDoAndReadAgain(int length) throws Exception {
		byte[] content = "x".repeat(length).getBytes(StandardCharsets.US_ASCII);
		byte[] encoded = new Der(Der.UTF8_STRING, content).encoded();
		assertThat(encoded).isEqualTo(new DERUTF8String("x".repeat(length)).getEncoded());
		assertThat(Der.of(encoded).content()).isEqualTo(content);
	}

	@Test
	void valuesWhenNestedWithoutEndThenOneLevelAtATime() {
		byte[] nested = {};
		for (int i = 0; i < 5_000; i++) {
			nested = new Der(Der.SEQUENCE, nested).encoded();
		}
		Der each = Der.of(nested);
		for (int i = 1; i < 5_000; i++) {
			each = each.values().get(0);
		}
		assertThat(each.values()).isEmpty();
	}

	/** Any bytes are read or refused in the one way: never a crash. */
	@Test
	void valuesWhenBytesAreMutatedThenReadOrRefused() throws Exception {
		long seed = Long.getLong("fuzz.seed", 20261201);
		System.out.println("Mutated DER with -Dfuzz.seed=" + seed);
		Random random = new Random(seed);
		byte[] good = TestCa.create("test-ca").client("todo-client").certificate().getEncoded();
		int read = 0;
		for (int i = 0; i < 50_000; i++) {
			byte[] bytes = good.clone();
			for (int n = 1 + random.nextInt(4); n > 0; n--) {
				bytes[random.nextInt((i % 2 == 0) ? 40 : bytes.length)] = (byte) random.nextInt();
			}
			if (walk(bytes)) {
				read++;
			}
		}
		assertThat(read).isBetween(100, 49_900);
	}

	private static boolean walk(byte[] bytes) {
		try {
			walk(Der.of(bytes));
			return true;
		}
		catch (IllegalArgumentException ex) {
			return false;
		}
	}

	private static void walk(Der value) {
		if ((value.tag() & 0x20) != 0) {
			value.values().forEach(DerTests::walk);
		}
		else if (value.tag() == Der.UTF8_STRING) {
			value.text(StandardCharsets.UTF_8);
		}
	}

}
