package com.example.todoclient.mtls.failure;

import java.util.concurrent.atomic.AtomicLong;

import com.example.todoclient.mtls.connection.CallTrace;
import com.example.todoclient.mtls.connection.ServiceSettings;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpStatus;
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
			return next.exchange(request)
				.flatMap((response) -> isRedirect(response) ? refuseRedirect(response) : Mono.just(response))
				.onErrorMap((ex) -> this.explainer.explain(ex, trace))
				.map((response) -> response.mutate().body((body) -> explained(body, trace)).build())
				.contextWrite((context) -> context.put(CallTrace.class, trace));
		});
	}

	private static boolean isRedirect(ClientResponse response) {
		return response.statusCode().is3xxRedirection() && response.statusCode() != HttpStatus.NOT_MODIFIED;
	}

	private Mono<ClientResponse> refuseRedirect(ClientResponse response) {
		return response.releaseBody()
			.then(Mono.error(() -> this.explainer.redirected(response.statusCode().value(),
					response.headers().asHttpHeaders().getLocation())));
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
