package com.example.todoclient.page;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Locale;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.CalledService;
import com.example.mtls.LogLimit;
import io.netty.channel.ChannelException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.reactive.function.client.WebClientException;
import org.springframework.web.reactive.result.method.annotation.ResponseEntityExceptionHandler;
import org.springframework.web.server.ServerWebExchange;

/**
 * Answers every error of our own with a problem document (RFC 9457). Those of the service
 * pass through as they are.
 */
@RestControllerAdvice
class Problems extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(Problems.class);

	/**
	 * Before the reason, a type. It names the problem and leads nowhere, which RFC 9457
	 * section 3.1.1 allows and RFC 4151 has the scheme for.
	 */
	private static final String TYPES = "tag:example.com,2026:todo-mtls/";

	/** Seconds after which a connection may be free again. */
	private static final String RETRY_AFTER = "1";

	private final CalledService service;

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final LogLimit limit = new LogLimit(Clock.systemUTC(), PAUSE);

	Problems(CalledService service) {
		this.service = service;
	}

	/** The problem document of a failed call. */
	static ProblemDetail of(CallFailure failure) {
		return of(failure.reason().status(), failure.reason().code(), failure.title(), failure.detail());
	}

	static ProblemDetail of(HttpStatus status, String reason, String title, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		name(problem, reason);
		return problem;
	}

	private static void name(ProblemDetail problem, String reason) {
		problem.setType(URI.create(TYPES + reason));
		problem.setProperty("reason", reason);
	}

	/** The typed client wraps what fails while an answer is read. */
	@ExceptionHandler({ CallFailure.class, WebClientException.class })
	Mono<ResponseEntity<Object>> handleCallFailure(Exception ex, ServerWebExchange exchange) {
		CallFailure failure = this.service.explain(ex);
		HttpHeaders headers = new HttpHeaders();
		if (failure.reason() == Reason.TOO_MANY_CALLS) {
			headers.set(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		}
		return handleExceptionInternal(failure, of(failure), headers, failure.reason().status(), exchange);
	}

	/** Of Netty, whose own type for it is not public. */
	@ExceptionHandler(ChannelException.class)
	Mono<ResponseEntity<Object>> handleLateBody(ChannelException ex, ServerWebExchange exchange) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.REQUEST_TIMEOUT,
				"The body did not arrive in time.");
		return handleExceptionInternal(ex, problem, new HttpHeaders(), HttpStatus.REQUEST_TIMEOUT, exchange);
	}

	/** The caller hung up, and there is nobody left to tell. */
	@ExceptionHandler(AbortedException.class)
	Mono<Void> handleHangUp() {
		return Mono.empty();
	}

	/**
	 * Gives a problem of the framework what ours have: its title stands for one reason
	 * (RFC 9457 section 3.1.4). And whatever the request accepts, an error has this form.
	 */
	@Override
	protected Mono<ResponseEntity<Object>> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, ServerWebExchange exchange) {
		if (body instanceof ProblemDetail problem && problem.getProperties() == null) {
			name(problem, String.valueOf(problem.getTitle()).toLowerCase(Locale.ROOT).replace(' ', '-'));
		}
		HttpHeaders typed = HttpHeaders.copyOf(headers);
		typed.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return super.createResponseEntity(body, typed, status, exchange);
	}

	/**
	 * Anything nobody thought of: the log has it all, each kind once in a minute, and the
	 * caller only the fact.
	 */
	@ExceptionHandler(Exception.class)
	Mono<ResponseEntity<Object>> handleUnexpected(Exception ex, ServerWebExchange exchange) {
		if (exchange.getResponse().isCommitted()) {
			// Netty has answered already, as it does to a malformed body.
			return Mono.empty();
		}
		String before = this.limit.next(ex.getClass());
		if (before != null) {
			log.error("Unexpected error.{}", before, ex);
		}
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(HttpStatus.INTERNAL_SERVER_ERROR,
				"todo-client failed. Its log says why.");
		return handleExceptionInternal(ex, problem, new HttpHeaders(), HttpStatus.INTERNAL_SERVER_ERROR, exchange);
	}

}
