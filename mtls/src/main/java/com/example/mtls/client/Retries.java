package com.example.mtls.client;

import java.util.concurrent.atomic.AtomicInteger;

import reactor.core.publisher.Mono;
import reactor.util.retry.Retry;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Tries again after a failed connection, where that can do no harm and within a budget:
 * when most calls fail, retries stop, so that they do not keep a struggling service down.
 */
public class Retries implements ExchangeFilterFunction {

	/** So many successful calls earn one retry. */
	private static final int PRICE = 10;

	private final ServiceSettings.Retry settings;

	private final AtomicInteger savings;

	public Retries(ServiceSettings settings) {
		this.settings = settings.retry();
		this.savings = new AtomicInteger(this.settings.budget() * PRICE);
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return next.exchange(request)
			.doOnNext((response) -> earn())
			.retryWhen(Retry.backoff(this.settings.attempts(), this.settings.backoff())
				.jitter(0.5)
				.filter((ex) -> ex instanceof CallFailure failure && isHarmless(request, failure)
						&& this.savings.get() >= PRICE)
				.doBeforeRetry((retry) -> spend())
				.onRetryExhaustedThrow((retry, signal) -> signal.failure()));
	}

	/**
	 * Nothing was sent, or the request says the same however often it arrives (RFC 9110
	 * section 9.2.2). A second DELETE would be answered with 404, and a second PUT with
	 * If-Match with 412, though the first one did its work: so those are not repeated.
	 */
	private static boolean isHarmless(ClientRequest request, CallFailure failure) {
		return switch (failure.reason()) {
			case UNKNOWN_HOST, CONNECTION_REFUSED, UNREACHABLE, CONNECT_TIMEOUT, CONNECTION_LOST -> !failure.isSent()
					|| request.method() == HttpMethod.GET
					|| (request.method() == HttpMethod.PUT && !request.headers().containsHeader(HttpHeaders.IF_MATCH));
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
