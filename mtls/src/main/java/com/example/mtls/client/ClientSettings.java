package com.example.mtls.client;

import java.time.Duration;

import com.example.mtls.SettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * How services are called, all in the same way. Time-outs of connections and answers are
 * Boot's own, of the HTTP service group or {@code spring.http.clients}.
 *
 * @param handshakeTimeout the longest wait for a TLS handshake. Includes the service's
 * own work under load, a few milliseconds each
 * @param callTimeout the longest time for one call, with everything that it waits for,
 * its retries and its whole answer. None unless set: a stream has no end
 * @param maxResponseSize the largest body that is read. None unless set: a download has
 * any size
 * @param pool the connections to each service
 * @param retry how often to try again
 */
@ConfigurationProperties("mtls.client")
record ClientSettings(@DefaultValue("5s") Duration handshakeTimeout, @Nullable Duration callTimeout,
		@Nullable DataSize maxResponseSize, @DefaultValue Pool pool, @DefaultValue Retry retry) {

	/** As long as Netty can count in milliseconds: 24 days. */
	private static final Duration LONGEST = Duration.ofMillis(Integer.MAX_VALUE);

	private static final String PREFIX = "mtls.client.";

	ClientSettings {
		checkTime(PREFIX + "handshake-timeout", handshakeTimeout);
		if (callTimeout != null) {
			checkTime(PREFIX + "call-timeout", callTimeout);
		}
		if (maxResponseSize != null) {
			check(PREFIX + "max-response-size", maxResponseSize,
					maxResponseSize.toBytes() > 0 && maxResponseSize.toBytes() <= Integer.MAX_VALUE,
					"a size from 1B to 2047MB");
		}
	}

	/**
	 * Refuses what no time-out can be.
	 * @param name the setting
	 * @param time its value
	 */
	static void checkTime(String name, @Nullable Duration time) {
		check(name, time, time != null && time.toMillis() > 0 && time.compareTo(LONGEST) <= 0,
				"a time from 1ms to 24d, such as 2s");
	}

	private static void checkNumber(String name, int number, int least) {
		check(PREFIX + name, number, number >= least && number <= 1_000_000, "a number from " + least + " to 1000000");
	}

	private static void check(String name, @Nullable Object value, boolean good, String rule) {
		if (!good) {
			throw new SettingException(name + ((value != null) ? " (" + value + ")" : ""), "is not " + rule,
					"Set it to such a value, or take it out.");
		}
	}

	/**
	 * The connections to one service.
	 *
	 * @param maxConnections how many at once. Each carries some thousand calls a second
	 * @param maxWaiting how many calls may wait for one
	 * @param waitTimeout how long they may wait: longer than a burst, and short enough to
	 * fail before people click again
	 * @param maxIdleTime how long one is kept without use: shorter than the 60 s after
	 * which servers close idle connections
	 * @param maxLifeTime how long one is kept at all, so that new replicas and changed
	 * DNS records are noticed
	 * @param retireTimeout how long one of a replaced certificate may take to finish its
	 * call
	 */
	record Pool(@DefaultValue("50") int maxConnections, @DefaultValue("500") int maxWaiting,
			@DefaultValue("2s") Duration waitTimeout, @DefaultValue("30s") Duration maxIdleTime,
			@DefaultValue("5m") Duration maxLifeTime, @DefaultValue("30s") Duration retireTimeout) {

		Pool {
			checkNumber("pool.max-connections", maxConnections, 1);
			checkNumber("pool.max-waiting", maxWaiting, 1);
			checkTime(PREFIX + "pool.wait-timeout", waitTimeout);
			checkTime(PREFIX + "pool.max-idle-time", maxIdleTime);
			checkTime(PREFIX + "pool.max-life-time", maxLifeTime);
			checkTime(PREFIX + "pool.retire-timeout", retireTimeout);
		}

	}

	/**
	 * Trying again after a failed connection.
	 *
	 * @param attempts how often for one call
	 * @param backoff the first pause; each further one is twice as long, and each is
	 * varied by half so that clients do not come back together
	 * @param budget how many retries may be saved up for each service; each call that
	 * succeeds earns a tenth
	 */
	record Retry(@DefaultValue("2") int attempts, @DefaultValue("100ms") Duration backoff,
			@DefaultValue("20") int budget) {

		Retry {
			checkNumber("retry.attempts", attempts, 0);
			checkTime(PREFIX + "retry.backoff", backoff);
			checkNumber("retry.budget", budget, 0);
		}

	}

}
