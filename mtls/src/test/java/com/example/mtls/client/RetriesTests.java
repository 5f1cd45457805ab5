package com.example.mtls.client;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

import com.example.mtls.client.CallFailure.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import reactor.core.publisher.Mono;

import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class RetriesTests {

	private final AtomicInteger attempts = new AtomicInteger();

	@ParameterizedTest(name = "{0}, sent: {1}, If-Match: {2}: {3} attempts")
	@CsvSource({ "GET, false, false, 3", "POST, false, false, 3", "PUT, false, true, 3", "DELETE, false, true, 3",
			"GET, true, false, 3", "PUT, true, false, 3", "POST, true, false, 1", "PUT, true, true, 1",
			"DELETE, true, false, 1" })
	void lostConnectionIsTriedAgainWhereItDoesNoHarm(String method, boolean sent, boolean ifMatch, int expected) {
		ClientRequest request = request(method, ifMatch);
		assertThatExceptionOfType(CallFailure.class)
			.isThrownBy(() -> call(retries(10), request, new CallFailure(Reason.CONNECTION_LOST, "", sent, null)));
		assertThat(this.attempts).hasValue(expected);
	}

	@ParameterizedTest
	@EnumSource(names = { "UNKNOWN_HOST", "CONNECTION_REFUSED", "UNREACHABLE", "CONNECT_TIMEOUT", "CONNECTION_LOST" },
			mode = Mode.EXCLUDE)
	void anythingElseIsNotTriedAgain(Reason reason) {
		assertThatExceptionOfType(CallFailure.class)
			.isThrownBy(() -> call(retries(10), request("GET", false), new CallFailure(reason, "", false, null)));
		assertThat(this.attempts).hasValue(1);
	}

	@Test
	void budgetEndsRetriesAndSuccessEarnsThemBack() {
		Retries retries = retries(3);
		ClientRequest request = request("GET", false);
		CallFailure failure = new CallFailure(Reason.CONNECTION_REFUSED, "", false, null);
		for (int i = 0; i < 10; i++) {
			assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> call(retries, request, failure));
		}
		assertThat(this.attempts).hasValue(10 + 3);
		for (int i = 0; i < 10; i++) {
			retries.filter(request, (each) -> Mono.just(ClientResponse.create(HttpStatus.OK).build())).block();
		}
		this.attempts.set(0);
		assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> call(retries, request, failure));
		assertThatExceptionOfType(CallFailure.class).isThrownBy(() -> call(retries, request, failure));
		assertThat(this.attempts).hasValue(2 + 1);
	}

	private static Retries retries(int budget) {
		ServiceSettings settings = TestConnection.SETTINGS;
		return new Retries(new ServiceSettings(settings.url(), settings.connectTimeout(), settings.handshakeTimeout(),
				settings.responseTimeout(), settings.callTimeout(), settings.maxResponseSize(), settings.pool(),
				new ServiceSettings.Retry(2, Duration.ofMillis(1), budget)));
	}

	private static ClientRequest request(String method, boolean ifMatch) {
		ClientRequest.Builder request = ClientRequest.create(HttpMethod.valueOf(method),
				java.net.URI.create("https://localhost/todos"));
		return (ifMatch ? request.header("If-Match", "\"1\"") : request).build();
	}

	private void call(Retries retries, ClientRequest request, CallFailure failure) {
		retries.filter(request, (each) -> Mono.defer(() -> {
			this.attempts.incrementAndGet();
			return Mono.error(failure);
		})).block(Duration.ofSeconds(30));
	}

}
