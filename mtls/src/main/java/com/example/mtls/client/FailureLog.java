package com.example.mtls.client;

import java.time.Clock;
import java.time.Duration;

import com.example.mtls.LogLimit;
import com.example.mtls.client.CallFailure.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.ClientRequest;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.reactive.function.client.ExchangeFilterFunction;
import org.springframework.web.reactive.function.client.ExchangeFunction;

/**
 * Logs failed calls and answers that refuse us, each reason at most once in ten seconds:
 * an outage under load would fill the disk with one sentence.
 */
public class FailureLog implements ExchangeFilterFunction {

	private static final Logger logger = LoggerFactory.getLogger(FailureLog.class);

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private final FailureExplainer explainer;

	private final LogLimit limit;

	public FailureLog(FailureExplainer explainer, Clock clock) {
		this.explainer = explainer;
		this.limit = new LogLimit(clock, PAUSE);
	}

	@Override
	public Mono<ClientResponse> filter(ClientRequest request, ExchangeFunction next) {
		return next.exchange(request)
			.flatMap((response) -> isOurs(response.statusCode()) ? logged(request, response) : Mono.just(response))
			.doOnError(CallFailure.class, (failure) -> log(request, failure))
			.map((response) -> response.mutate()
				.body((body) -> body.doOnError(CallFailure.class, (failure) -> log(request, failure)))
				.build());
	}

	/** Other errors are about what a caller of ours asked for, and are its own. */
	private static boolean isOurs(HttpStatusCode status) {
		return status.value() == HttpStatus.FORBIDDEN.value() || status.is5xxServerError();
	}

	/** The body is read here, and once more by whoever gets the answer. */
	private Mono<ClientResponse> logged(ClientRequest request, ClientResponse response) {
		return response.bodyToMono(byte[].class)
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> this.explainer.ofAnswer(again(response, body))
				.doOnNext((failure) -> log(request, failure))
				.thenReturn(again(response, body)));
	}

	private static ClientResponse again(ClientResponse response, byte[] body) {
		return response.mutate().body((read) -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body))).build();
	}

	/**
	 * Finds the failure in an error of a client. What went wrong only when the answer was
	 * read has not been logged before.
	 */
	public CallFailure in(Throwable error) {
		CallFailure failure = CallFailure.in(error);
		if (failure.getCause() == error) {
			log("An answer", failure);
		}
		return failure;
	}

	private void log(ClientRequest request, CallFailure failure) {
		log(request.method() + " " + request.url().getRawPath(), failure);
	}

	private void log(String call, CallFailure failure) {
		String before = this.limit.next(failure.reason());
		if (before != null) {
			logger.warn("{}: {} ({}). {}{}{}", call, failure.reason().title(), failure.reason().code(),
					failure.detail(), place(failure), before);
		}
	}

	/** A message might repeat what was read or written, such as a todo. */
	private static String place(CallFailure failure) {
		if (failure.getCause() == null
				|| failure.reason() != Reason.INVALID_RESPONSE && failure.reason() != Reason.INTERNAL_ERROR) {
			return "";
		}
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure.getCause());
		StackTraceElement[] trace = cause.getStackTrace();
		return " It was %s%s.".formatted(cause.getClass().getName(), (trace.length > 0) ? " at " + trace[0] : "");
	}

}
