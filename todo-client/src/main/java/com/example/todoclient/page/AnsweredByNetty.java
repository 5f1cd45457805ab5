package com.example.todoclient.page;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;
import reactor.netty.http.server.HttpServerResponse;

import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.server.reactive.ServerHttpResponseDecorator;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebExceptionHandler;

/**
 * Lets go of requests that have their answer: Netty itself answers 400 to a body that is
 * malformed, and Spring would try to answer once more, fail, and log that with a stack
 * trace for each request. What failed after an answer began cannot be told to the caller
 * either.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class AnsweredByNetty implements WebExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(AnsweredByNetty.class);

	@Override
	public Mono<Void> handle(ServerWebExchange exchange, Throwable ex) {
		HttpServerResponse answer = ServerHttpResponseDecorator.getNativeResponse(exchange.getResponse());
		if (answer.hasSentHeaders()) {
			log.debug("Failed after the answer began", ex);
			return Mono.empty();
		}
		return Mono.error(ex);
	}

}
