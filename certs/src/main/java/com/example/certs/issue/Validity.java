package com.example.certs.issue;

import java.security.cert.X509Certificate;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;

/**
 * The time during which a certificate may be used (RFC 5280, section 4.1.2.5), in whole
 * seconds.
 *
 * @param notBefore its first instant
 * @param notAfter its last instant
 */
public record Validity(Instant notBefore, Instant notAfter) {

	/** How long a new CA is valid: it outlives many leaves, and replacing it is work. */
	public static final Duration CA_LIFETIME = Duration.ofDays(3650);

	/** How long a new leaf is valid: short enough that renewal has to be practised. */
	public static final Duration LEAF_LIFETIME = Duration.ofDays(90);

	/**
	 * How long a revocation list is good: a service that fails closed stops when it runs
	 * out, so it spans a holiday; who revokes more often signs it more often.
	 */
	public static final Duration CRL_LIFETIME = Duration.ofDays(30);

	/**
	 * How far the beginning is dated back, so that a peer whose clock is a little slow
	 * accepts a certificate at once; less for leaves that live for minutes.
	 */
	private static final Duration CLOCK_SKEW = Duration.ofMinutes(5);

	private static final Instant EARLIEST = Instant.parse("1950-01-01T00:00:00Z");

	private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

	public Validity {
		notBefore = notBefore.truncatedTo(ChronoUnit.SECONDS);
		notAfter = notAfter.truncatedTo(ChronoUnit.SECONDS);
	}

	/**
	 * Plans a validity.
	 * @param notBefore the beginning, or null to begin a little before the present
	 * @param lifetime from beginning to end; a negative one ends that long before the
	 * present, after a day or from {@code notBefore} on, for test material
	 * @throws IllegalArgumentException when it is empty or X.509 cannot express it
	 */
	public static Validity plan(Instant now, Instant notBefore, Duration lifetime) {
		try {
			Instant usual = lifetime.isNegative() ? now.plus(lifetime).minus(Duration.ofDays(1))
					: now.minus(clockSkew(lifetime));
			Instant start = (notBefore != null) ? notBefore : usual;
			Validity validity = new Validity(start, (lifetime.isNegative() ? now : start).plus(lifetime));
			if (validity.notBefore.isBefore(EARLIEST) || validity.notAfter.isAfter(LATEST)) {
				throw new IllegalArgumentException("a validity lies between the years 1950 and 9999");
			}
			if (!validity.notBefore.isBefore(validity.notAfter)) {
				throw new IllegalArgumentException(
						"a validity from %s to %s is empty".formatted(validity.notBefore, validity.notAfter));
			}
			return validity;
		}
		catch (ArithmeticException | DateTimeException ex) {
			throw new IllegalArgumentException("a validity lies between the years 1950 and 9999", ex);
		}
	}

	private static Duration clockSkew(Duration lifetime) {
		Duration tenth = lifetime.dividedBy(10);
		return (tenth.compareTo(CLOCK_SKEW) < 0) ? tenth : CLOCK_SKEW;
	}

	/** As long, but begun no earlier than this. */
	Validity notEarlierThan(Instant earliest) {
		return this.notBefore.isBefore(earliest) ? new Validity(earliest, earliest.plus(lifetime())) : this;
	}

	public static Validity of(X509Certificate certificate) {
		return new Validity(certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant());
	}

	/**
	 * Whether it is time to replace what has this validity: in the last third of its
	 * life, which leaves room for a replacement that fails for a while.
	 * @return whether less than a third is left
	 */
	public boolean isNearEnd(Instant now) {
		return Duration.between(now, this.notAfter).compareTo(lifetime().dividedBy(3)) < 0;
	}

	public Duration lifetime() {
		return Duration.between(this.notBefore, this.notAfter);
	}

	/**
	 * Says when it ends, for people.
	 * @return for example {@code 2027-02-21T10:00:00Z (in 90 days)}
	 */
	public String describeEnd(Instant now) {
		Duration left = Duration.between(now, this.notAfter);
		return this.notAfter + (left.isNegative() ? " (%s ago)" : " (in %s)").formatted(describe(left.abs()));
	}

	static String describe(Duration duration) {
		for (ChronoUnit unit : List.of(ChronoUnit.DAYS, ChronoUnit.HOURS, ChronoUnit.MINUTES)) {
			double count = (double) duration.toSeconds() / unit.getDuration().toSeconds();
			if (count >= 2) {
				return Math.round(count) + " " + unit.toString().toLowerCase(Locale.ROOT);
			}
		}
		return duration.toSeconds() + ((duration.toSeconds() == 1) ? " second" : " seconds");
	}

}
