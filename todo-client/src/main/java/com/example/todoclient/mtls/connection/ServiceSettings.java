package com.example.todoclient.mtls.connection;

import java.time.Duration;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.util.unit.DataSize;

/**
 * How todo-service is called. {@code application.yml} has the values and their reasons.
 *
 * @param url where it is ({@code TODO_SERVICE_URL}), as Boot's HTTP service group has it
 * @param connectTimeout the longest wait for a TCP connection, of the same group
 * @param handshakeTimeout the longest wait for a TLS handshake
 * @param responseTimeout the longest silence while we wait for an answer or its rest, of
 * the same group
 * @param callTimeout the longest time for one call, with everything above and its retries
 * @param maxResponseSize the largest body that is read
 * @param pool the connections
 * @param retry how often to try again
 */
@ConfigurationProperties("todo-service")
public record ServiceSettings(@Nullable String url, Duration connectTimeout, Duration handshakeTimeout,
		Duration responseTimeout, Duration callTimeout, DataSize maxResponseSize, Pool pool, Retry retry) {

	/**
	 * The connections to the service.
	 *
	 * @param maxConnections how many at once
	 * @param maxWaiting how many calls may wait for one
	 * @param waitTimeout how long they may wait
	 * @param maxIdleTime how long one is kept without use
	 * @param maxLifeTime how long one is kept at all
	 * @param retireTimeout how long one of a replaced certificate may take to finish its
	 * call
	 */
	public record Pool(int maxConnections, int maxWaiting, Duration waitTimeout, Duration maxIdleTime,
			Duration maxLifeTime, Duration retireTimeout) {
	}

	/**
	 * Trying again after a failed connection.
	 *
	 * @param attempts how often for one call
	 * @param backoff the first pause; each further one is twice as long, and each is
	 * varied by half so that clients do not come back together
	 * @param budget how many retries may be saved up; each call that succeeds earns a
	 * tenth
	 */
	public record Retry(int attempts, Duration backoff, int budget) {
	}

}
