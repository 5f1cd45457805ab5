package com.example.mtls.client;

import java.time.Duration;

import com.example.mtls.SettingException;
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

	/** As long as Netty can count in milliseconds: 24 days. */
	private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

	public ServiceSettings {
		checkTime("connect-timeout", connectTimeout);
		checkTime("handshake-timeout", handshakeTimeout);
		checkTime("response-timeout", responseTimeout);
		checkTime("call-timeout", callTimeout);
		check("max-response-size", maxResponseSize, maxResponseSize != null && maxResponseSize.toBytes() > 0
				&& maxResponseSize.toBytes() <= Integer.MAX_VALUE, "a size from 1B to 2047MB");
	}

	private static void checkTime(String name, @Nullable Duration time) {
		check(name, time, time != null && time.toMillis() > 0 && time.compareTo(LONGEST) <= 0,
				"a time from 1ms to 24d, such as 2s");
	}

	private static void checkNumber(String name, int number, int least) {
		check(name, number, number >= least && number <= 1_000_000, "a number from " + least + " to 1000000");
	}

	private static void check(String name, @Nullable Object value, boolean good, String rule) {
		if (!good) {
			throw new SettingException("todo-service." + name + ((value != null) ? " (" + value + ")" : ""),
					"is not " + rule,
					"Set it to such a value, or take it out: application.yml has one, and its reason.");
		}
	}

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

		public Pool {
			checkNumber("pool.max-connections", maxConnections, 1);
			checkNumber("pool.max-waiting", maxWaiting, 1);
			checkTime("pool.wait-timeout", waitTimeout);
			checkTime("pool.max-idle-time", maxIdleTime);
			checkTime("pool.max-life-time", maxLifeTime);
			checkTime("pool.retire-timeout", retireTimeout);
		}

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

		public Retry {
			checkNumber("retry.attempts", attempts, 0);
			checkTime("retry.backoff", backoff);
			checkNumber("retry.budget", budget, 0);
		}

	}

}
