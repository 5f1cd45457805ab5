package com.example.todoclient.session;

import com.example.mtls.CallFailure;
import reactor.core.publisher.Mono;

import org.springframework.web.service.annotation.GetExchange;

/**
 * How todo-service sees us. What prevents an answer is a {@link CallFailure}, as the
 * error itself or as its cause.
 */
public interface SessionApi {

	@GetExchange("/session")
	Mono<Session> session();

}
