package com.example.mtls.client;

import java.time.Duration;

import reactor.core.publisher.Mono;

import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Gives up a call after a time, be it before the answer, with all that is tried again, or
 * while its body arrives.
 */
public class TimeLimit implements ExchangeFilterFunction {

	private final FailureExplainer explainer;

	private final Duration limit;

	public TimeLimit(FailureExplainer explainer, Duration limit) {
		this.explainer = explainer;
		this.limit = limit;
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return next.exchange(request)
				.timeout(this.limit, Mono.error(this.explainer::tookTooLong))
				.map((response) -> response.mutate()
					.body((body) -> body.takeUntilOther(Mono.delay(this.limit.minusNanos(System.nanoTime() - start))
						.then(Mono.error(this.explainer::tookTooLong))))
					.build());
		});
	}

}
