package com.example.certs.command;

import java.math.BigDecimal;
import java.time.Duration;

import picocli.CommandLine.Option;

/**
 * How long something is to be valid; one of the two, or neither.
 */
public class LifetimeOptions {

	private static final BigDecimal SECONDS_A_DAY = BigDecimal.valueOf(Duration.ofDays(1).toSeconds());

	/** More does not fit between the years 1950 and 9999. */
	private static final BigDecimal MAX_DAYS = BigDecimal.valueOf(3_000_000);

	@Option(names = "--days", paramLabel = "DAYS", description = "How long it is valid, in days; fractions are fine. "
			+ "Below zero: it ended that many days ago, for tests.")
	private BigDecimal days;

	@Option(names = "--lifetime", paramLabel = "TIME",
			description = "How long it is valid: 90s, 5m, 12h, 7d or PT5M, instead of --days.")
	private Duration lifetime;

	/**
	 * What the user asked for.
	 * @return a duration of at least a second, possibly below zero; null without a wish
	 * @throws IllegalArgumentException when it is zero or out of range
	 */
	Duration asked() {
		if (this.days == null) {
			return this.lifetime;
		}
		if (this.days.abs().compareTo(MAX_DAYS) > 0) {
			throw new IllegalArgumentException("--days is out of range: at most " + MAX_DAYS);
		}
		Duration asked = Duration.ofSeconds(this.days.multiply(SECONDS_A_DAY).longValue());
		if (asked.isZero()) {
			throw new IllegalArgumentException("--days must not be zero");
		}
		return asked;
	}

}
