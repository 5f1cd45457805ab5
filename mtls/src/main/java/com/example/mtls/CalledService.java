package com.example.mtls;

import java.net.URI;
import java.util.function.Consumer;

import org.jspecify.annotations.Nullable;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * A service that we call: an HTTP service group of Boot,
 * {@code spring.http.serviceclient}.
 */
public interface CalledService {

	/** The name of the group. */
	String name();

	/** Its base URL, {@code null} where only its interfaces have one. */
	@Nullable URI url();

	/** The latest handshake whose connection was used, {@code null} before the first. */
	@Nullable Handshake latestHandshake();

	/**
	 * Says in words what an error of a client of this service means. What nobody has
	 * logged before is logged.
	 * @param error what the client failed with: a {@link CallFailure}, an answer of the
	 * service as an exception of Spring, or what went wrong while an answer was read
	 * @return the failure, with a reason of its own for answers
	 */
	CallFailure explain(Throwable error);

	/**
	 * Makes the client of a builder one that calls this service and nobody else, as those
	 * of the group do.
	 */
	Consumer<WebClient.Builder> webClient();

	/** The same for blocking clients. */
	Consumer<RestClient.Builder> restClient();

}
