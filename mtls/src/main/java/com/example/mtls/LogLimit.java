package com.example.mtls;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import org.jspecify.annotations.Nullable;

/**
 * Lets one log line of each kind through in a while, and counts the rest: an outage under
 * load would fill the disk with one sentence.
 */
public final class LogLimit {

	/** More than there are at once. */
	private static final int KINDS = 100;

	private final Map<Object, Burst> bursts = new HashMap<>();

	private final Clock clock;

	private final Duration pause;

	private record Burst(Instant since, long unlogged) {
	}

	/**
	 * A limit that knows of no line yet.
	 * @param clock the time
	 * @param pause how long after a line the next of its kind is left out
	 */
	public LogLimit(Clock clock, Duration pause) {
		this.clock = clock;
		this.pause = pause;
	}

	/**
	 * Asks for one line.
	 * @param kind what it is about
	 * @return what to write behind it, about those that were left out before, empty where
	 * there were none; or {@code null} to leave it out
	 */
	public synchronized @Nullable String next(Object kind) {
		Instant now = this.clock.instant();
		Burst burst = this.bursts.get(kind);
		if (burst != null && Duration.between(burst.since(), now).abs().compareTo(this.pause) < 0) {
			this.bursts.put(kind, new Burst(burst.since(), burst.unlogged() + 1));
			return null;
		}
		if (this.bursts.size() >= KINDS) {
			this.bursts.clear();
		}
		this.bursts.put(kind, new Burst(now, 0));
		return (burst != null && burst.unlogged() > 0)
				? " The same happened %d more times since %s.".formatted(burst.unlogged(), burst.since()) : "";
	}

}
