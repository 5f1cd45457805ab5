package com.example.mtls.server;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

import com.example.mtls.SettingException;
import com.example.mtls.material.TestTls;
import com.example.mtls.server.CallerSettings.Entry;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * An allow-list that is not what its author meant keeps the service from starting.
 */
@ExtendWith(OutputCaptureExtension.class)
class AllowedCallersTests {

	private static final String NO_FINGERPRINT = "MTLS_CALLERS_0_CA holds something else than SHA-256 fingerprints";

	static Stream<Arguments> mistakes() {
		return Stream.of(
				Arguments.of("MTLS_CALLERS_1_NAME (todo-client) is on the allow-list twice",
						List.of(entry("todo-client", "read"), entry("todo-client", "write"))),
				Arguments.of("MTLS_CALLERS_0_NAME is missing or blank", List.of(entry(null, "read"))),
				Arguments.of("MTLS_CALLERS_0_NAME is missing or blank", List.of(entry("", "read"))),
				Arguments.of("MTLS_CALLERS_0_NAME is missing or blank", List.of(entry(" \t", "read"))),
				Arguments.of("it begins or ends with a blank", List.of(entry("todo-client ", "read"))),
				Arguments.of("it begins or ends with a blank", List.of(entry("\u00a0todo-client", "read"))),
				Arguments.of(
						"MTLS_CALLERS_0_NAME (todo\\u000aclient) can match no certificate: it has control characters",
						List.of(entry("todo\nclient", "read"))),
				Arguments.of("it has 65 characters", List.of(entry("x".repeat(65), "read"))),
				Arguments.of("MTLS_CALLERS_0_ROLES (admin) is not a role", List.of(entry("a", "read", "admin"))),
				Arguments.of("MTLS_CALLERS_0_ROLES (READ) is not a role", List.of(entry("a", "READ"))),
				Arguments.of("MTLS_CALLERS_0_ROLES is not a role", List.of(entry("a", ""))),
				Arguments.of("MTLS_CALLERS_1_ROLES is missing", List.of(entry("a", "read"), entry("b"))),
				Arguments.of("MTLS_CALLERS_0_CA is set to nothing", List.of(tied())),
				Arguments.of("MTLS_CALLERS_0_CA is set to nothing", List.of(tied(""))),
				Arguments.of(NO_FINGERPRINT, List.of(tied(" "))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("/tls/ca.crt"))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("ab".repeat(20)))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("ab".repeat(33)))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("zz".repeat(32)))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("ab:".repeat(32)))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("SHA1 Fingerprint=" + "AB:".repeat(31) + "AB"))),
				Arguments.of(NO_FINGERPRINT, List.of(tied("ab".repeat(32), "CN=partner"))));
	}

	@ParameterizedTest
	@ValueSource(strings = { "abababababababababababababababababababababababababababababababab",
			"ABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABABAB",
			"AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB",
			"sha256 Fingerprint=AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB",
			"SHA256: AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB:AB",
			" SHA256 Fingerprint = ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab:ab\n" })
	void whenFingerprintIsPastedThenItIsTakenInEachForm(String pasted) {
		assertThat(callers(List.of(tied(pasted))).authoritiesOf("a")).singleElement()
			.hasToString("AB:".repeat(31) + "AB");
	}

	@Test
	void whenSeveralFingerprintsArePastedAsLinesThenAllCount() {
		assertThat(callers(List.of(tied("ab".repeat(32) + "\n" + "cd".repeat(32)))).authoritiesOf("a")).hasSize(2);
	}

	/** One is in NFC, the other in NFD; people see no difference. */
	@Test
	void whenNamesLookAlikeThenTheDifferenceIsShown(CapturedOutput output) {
		AllowedCallers callers = callers(List.of(entry("J\u00fcrgen", "read"), entry("plain", "read")));
		assertThat(output.getOut()).contains("{\"J\u00fcrgen\" (J\\u00fcrgen)=[read], \"plain\"=[read]}");
		assertThat(callers.rolesOf("Ju\u0308rgen")).isEmpty();
		assertThat(callers.lookAlike("Ju\u0308rgen")).contains("J\u00fcrgen");
		assertThat(callers.lookAlike("PLAIN")).contains("plain");
		assertThat(callers.lookAlike("pl\u200bain")).contains("plain");
		assertThat(callers.lookAlike("\uff50lain")).contains("plain");
		assertThat(callers.lookAlike("plane")).isEmpty();
		assertThat(CommonName.show("pl\u0430in")).isEqualTo("\"pl\u0430in\" (pl\\u0430in)");
	}

	@ParameterizedTest
	@MethodSource("mistakes")
	void whenListIsWrongThenItSaysWhereAndWhy(String message, List<Entry> entries) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> callers(entries))
			.withMessageContaining(message)
			.satisfies((ex) -> assertThat(ex.cure()).isNotBlank());
	}

	@Test
	void whenListIsEmptyThenNobodyIsAdmittedAndTheLogSaysSo(CapturedOutput output) {
		AllowedCallers nobody = callers(List.of());
		assertThat(nobody.rolesOf("todo-client")).isEmpty();
		assertThat(output.getOut()).contains("WARN")
			.contains("The allow-list is empty, so every caller will be refused.");
	}

	@Test
	void whenNamesDifferInCaseOnlyThenTheyAreTwoCallers() {
		AllowedCallers callers = callers(List.of(entry("a", "read"), entry("A", "read", "write")));
		assertThat(callers.rolesOf("a")).contains(Set.of("read"));
		assertThat(callers.rolesOf("A")).contains(Set.of("read", "write"));
		assertThat(callers.rolesOf("b")).isEmpty();
	}

	private static AllowedCallers callers(List<Entry> entries) {
		return new AllowedCallers(new CallerSettings(entries, List.of("read", "write"), null), Identity.CN,
				TestTls::variable);
	}

	private static Entry tied(String... ca) {
		return new Entry("a", List.of("read"), Arrays.asList(ca));
	}

	private static Entry entry(String name, String... roles) {
		return new Entry(name, Arrays.asList(roles), null);
	}

}
