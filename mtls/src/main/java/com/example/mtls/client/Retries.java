package com.example.mtls.client;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

import com.example.mtls.CallFailure;
import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.http.HttpMethod;

/**
 * Tries again after a failed connection, where that can do no harm and within a budget:
 * when most calls fail, retries stop, so that they do not keep a struggling service down.
 * An answer that has begun is not asked for again, so a stream is not repeated.
 */
final class Retries {

	/** So many successful calls earn one retry. */
	private static final int PRICE = 10;

	private final ClientSettings.Retry settings;

	private final AtomicInteger savings;

	Retries(ClientSettings.Retry settings) {
		this.settings = settings;
		this.savings = new AtomicInteger(this.settings.budget() * PRICE);
	}

	/**
	 * Repeats attempts.
	 * @param attempt one attempt, until the answer begins
	 * @param method the method of the request
	 * @param conditional whether the request, if it was sent, had {@code If-Match}
	 * @return the answer, or the last {@link CallFailure}
	 */
	<T> Mono<T> around(Mono<T> attempt, HttpMethod method, BooleanSupplier conditional) {
		return attempt.doOnNext((response) -> earn())
			.retryWhen(Retry.backoff(this.settings.attempts(), this.settings.backoff())
				.jitter(0.5)
				.filter((ex) -> ex instanceof CallFailure failure && isHarmless(method, conditional, failure)
						&& this.savings.get() >= PRICE)
				.doBeforeRetry((retry) -> spend())
				.onRetryExhaustedThrow((retry, signal) -> signal.failure()));
	}

	/**
	 * Nothing was sent, or the request says the same however often it arrives (RFC 9110
	 * section 9.2.2). A second DELETE would be answered with 404, and a second PUT with
	 * If-Match with 412, though the first one did its work: so those are not repeated.
	 */
	private static boolean isHarmless(HttpMethod method, BooleanSupplier conditional, CallFailure failure) {
		return switch (failure.reason()) {
			case UNKNOWN_HOST, CONNECTION_REFUSED, UNREACHABLE, CONNECT_TIMEOUT, CONNECTION_LOST -> !failure.isSent()
					|| method == HttpMethod.GET || (method == HttpMethod.PUT && !conditional.getAsBoolean());
			default -> false;
		};
	}

	private void earn() {
		this.savings.updateAndGet((saved) -> Math.min(saved + 1, this.settings.budget() * PRICE));
	}

	private void spend() {
		this.savings.updateAndGet((saved) -> Math.max(saved - PRICE, 0));
	}

}
