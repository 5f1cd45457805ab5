package com.example.mtls.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RetriesTests {

	private final AtomicInteger attempts = new AtomicInteger();

	@ParameterizedTest(name = "{0}, sent: {1}, If-Match: {2}: {3} attempts")
	@CsvSource({ "GET, false, false, 3", "POST, false, false, 3", "PUT, false, true, 3", "DELETE, false, true, 3",
			"GET, true, false, 3", "PUT, true, false, 3", "POST, true, false, 1", "PUT, true, true, 1",
			"DELETE, true, false, 1" })
	void lostConnectionIsTriedAgainWhereItDoesNoHarm(String method, boolean sent, boolean ifMatch, int expected) {
		assertThatExceptionOfType(CallFailure.class).isThrownBy(
				() -> call(retries(10), HttpMethod.valueOf(method), ifMatch, failure(Reason.CONNECTION_LOST, sent)));
		assertThat(this.attempts).hasValue(expected);
	}

	@ParameterizedTest
	@EnumSource(names = { "UNKNOWN_HOST", "CONNECTION_REFUSED", "UNREACHABLE", "CONNECT_TIMEOUT", "CONNECTION_LOST" },
			mode = Mode.EXCLUDE)
	void anythingElseIsNotTriedAgain(Reason reason) {
		assertThatExceptionOfType(CallFailure.class)
			.isThrownBy(() -> call(retries(10), HttpMethod.GET, false, failure(reason, false)));
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void budgetEndsRetriesAndSuccessEarnsThemBack() {
		Retries retries = retries(3);
		CallFailure failure = failure(Reason.CONNECTION_REFUSED, false);
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(CallFailure.class)
				.isThrownBy(() -> call(retries, HttpMethod.GET, false, failure));
		}
		assertThat(this.attempts).hasValue(10 + 3);
		for (int i = 0; i < 10; i++) {
			retries.around(Mono.just("answer"), HttpMethod.GET, () -> false).block();
		}
		this.attempts.set(0);
		assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> call(retries, HttpMethod.GET, false, failure));
		assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> call(retries, HttpMethod.GET, false, failure));
		assertThat(this.attempts).hasValue(2 + 1);
	}

	private static CallFailure failure(Reason reason, boolean sent) {
		return new CallFailure(reason, "", "", sent, null);
	}

	private static Retries retries(int budget) {
		return new Retries(new ClientSettings.Retry(2, Duration.ofMillis(1), budget));
	}

	private void call(Retries retries, HttpMethod method, boolean conditional, CallFailure failure) {
		retries.around(Mono.defer(() -> {
			this.attempts.incrementAndGet();
			return Mono.error(failure);
		}), method, () -> conditional).block(Duration.ofSeconds(30));
	}

}
