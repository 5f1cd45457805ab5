package com.example.todoservice.traffic;

import java.time.Duration;

import com.example.mtls.SettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How much is taken on at once, and how it ends. {@code application.yml} has the values
 * and their reasons.
 *
 * @param concurrentRequests how many requests are worked on at once
 * @param drain how long connections may take to end after SIGTERM
 */
@ConfigurationProperties("traffic")
record TrafficSettings(int concurrentRequests, @Nullable Duration drain) {

	private static final Duration LONGEST_DRAIN = Duration.ofMinutes(10);

	/**
	 * Checks both. Not in the constructor: what that throws Boot reports in words of its
	 * own.
	 * @throws SettingException if one of them cannot be meant
	 */
	void check() {
		if (this.concurrentRequests < 1) {
			throw new SettingException("TRAFFIC_CONCURRENT_REQUESTS (" + this.concurrentRequests + ")",
					"lets no request in.", "Set it to 1 or more, or leave it out.");
		}
		if (this.drain == null || this.drain.isNegative() || this.drain.compareTo(LONGEST_DRAIN) > 0) {
			throw new SettingException((this.drain == null) ? "TRAFFIC_DRAIN" : "TRAFFIC_DRAIN (" + this.drain + ")",
					"is not a time of 0 s to 10 min.", "Set it to some seconds, for example 3s, or leave it out.");
		}
	}

}
