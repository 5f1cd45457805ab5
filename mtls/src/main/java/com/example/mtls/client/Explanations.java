package com.example.mtls.client;

import java.util.concurrent.atomic.AtomicLong;

import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Makes a {@link CallFailure} of everything that goes wrong in one attempt, be it before
 * the answer or while its body arrives, and of answers that we do not take: redirects and
 * bodies without end.
 */
public class Explanations implements ExchangeFilterFunction {

	private final FailureExplainer explainer;

	private final long maxResponseSize;

	public Explanations(FailureExplainer explainer, ServiceSettings settings) {
		this.explainer = explainer;
		this.maxResponseSize = settings.maxResponseSize().toBytes();
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return Mono.defer(() -> {
			CallTrace trace = new CallTrace();
			return next.exchange(prepared(request))
				.flatMap(this::taken)
				.onErrorMap((ex) -> this.explainer.explain(ex, trace))
				.map((response) -> response.mutate().body((body) -> explained(body, trace)).build())
				.contextWrite((context) -> context.put(CallTrace.class, trace));
		});
	}

	/** What goes wrong while a request is written, but for the network, is our fault. */
	private ClientRequest prepared(ClientRequest request) {
		return ClientRequest.from(request)
			.body((output, context) -> request.body()
				.insert(output, context)
				.onErrorMap(FailureExplainer::isOfTheRequest, this.explainer::unwritten))
			.build();
	}

	private Mono<ClientResponse> taken(ClientResponse response) {
		HttpStatusCode status = response.statusCode();
		if (status.is1xxInformational()) {
			return refused(response, CallFailure.in(new IllegalStateException("It ends before the answer")));
		}
		if (status.is3xxRedirection() && status != HttpStatus.NOT_MODIFIED) {
			return refused(response,
					this.explainer.redirected(status.value(), response.headers().asHttpHeaders().getLocation()));
		}
		return Mono.just(response);
	}

	/**
	 * Its body, which may have no end, is not read: to cancel it closes the connection.
	 */
	private static Mono<ClientResponse> refused(ClientResponse response, CallFailure failure) {
		return response.bodyToFlux(DataBuffer.class)
			.doOnNext(DataBufferUtils::release)
			.takeUntilOther(Mono.empty())
			.then(Mono.error(failure));
	}

	private Flux<DataBuffer> explained(Flux<DataBuffer> body, CallTrace trace) {
		AtomicLong size = new AtomicLong();
		return body.<DataBuffer>handle((buffer, sink) -> {
			if (size.addAndGet(buffer.readableByteCount()) > this.maxResponseSize) {
				DataBufferUtils.release(buffer);
				sink.error(this.explainer.tooLarge());
			}
			else {
				sink.next(buffer);
			}
		}).onErrorMap((ex) -> this.explainer.explain(ex, trace));
	}

}
