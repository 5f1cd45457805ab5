package com.example.certs.command;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/**
 * Times as people type them.
 */
public final class TimeText {

	/** ISO 8601 without its beginning. */
	private static final Pattern AMOUNT = Pattern.compile("\\d{1,9}[smhd]");

	private TimeText() {
	}

	/**
	 * Reads a duration.
	 * @param text a whole number with a unit ({@code 30s}, {@code 5m}, {@code 12h},
	 * {@code 7d}), or ISO 8601 ({@code PT5M})
	 * @return a duration above zero
	 */
	public static Duration duration(String text) {
		try {
			String prefix = AMOUNT.matcher(text).matches() ? text.endsWith("d") ? "P" : "PT" : "";
			Duration duration = Duration.parse(prefix + text).truncatedTo(ChronoUnit.SECONDS);
			if (duration.compareTo(Duration.ofSeconds(1)) < 0) {
				throw new IllegalArgumentException("a duration of a second or more is needed");
			}
			return duration;
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("give a duration such as 30s, 5m, 12h, 7d or PT5M", ex);
		}
	}

	/**
	 * Reads an instant.
	 * @param text ISO 8601 in UTC ({@code 2027-01-31T12:00:00Z}), or a date, which means
	 * its midnight in UTC
	 */
	public static Instant instant(String text) {
		try {
			return text.contains("T") ? Instant.parse(text)
					: LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
		}
		catch (DateTimeException ex) {
			throw new IllegalArgumentException("give a date or an instant such as 2027-01-31 or 2027-01-31T12:00:00Z",
					ex);
		}
	}

}
