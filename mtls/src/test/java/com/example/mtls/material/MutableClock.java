package com.example.mtls.material;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * The time, and more where a test says so.
 */
public final class MutableClock extends Clock {

	private volatile Duration ahead = Duration.ZERO;

	private volatile Instant stopped;

	/** For {@code --spring.main.sources}: the service then goes by this clock. */
	@TestConfiguration(proxyBeanMethods = false)
	public static class Configuration {

		@Bean(defaultCandidate = false)
		@Qualifier(MtlsMaterialAutoConfiguration.MTLS)
		MutableClock mtlsClock() {
			return new MutableClock();
		}

	}

	/** Goes ahead of the real time from now on. */
	public void ahead(Duration ahead) {
		this.ahead = ahead;
	}

	/** Stands still from now on. */
	public void stop() {
		this.stopped = Instant.now();
	}

	@Override
	public Instant instant() {
		return ((this.stopped != null) ? this.stopped : Instant.now()).plus(this.ahead);
	}

	@Override
	public ZoneId getZone() {
		return ZoneOffset.UTC;
	}

	@Override
	public Clock withZone(ZoneId zone) {
		throw new UnsupportedOperationException();
	}

}
