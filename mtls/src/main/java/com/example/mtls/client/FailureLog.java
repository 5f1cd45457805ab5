package com.example.mtls.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.core.NestedExceptionUtils;

/**
 * Logs failed calls and answers that refuse us, each reason at most once in ten seconds:
 * an outage under load would fill the disk with one sentence.
 */
final class FailureLog {

	private static final Logger logger = LoggerFactory.getLogger(FailureLog.class);

	private static final Duration PAUSE = Duration.ofSeconds(10);

	private final Map<Reason, Burst> bursts = new EnumMap<>(Reason.class);

	private final Clock clock;

	private record Burst(Instant since, long unlogged) {
	}

	FailureLog(Clock clock) {
		this.clock = clock;
	}

	/**
	 * Says what went wrong.
	 * @param call the method and the path, or what else failed
	 * @param failure why
	 */
	synchronized void log(String call, CallFailure failure) {
		Instant now = this.clock.instant();
		Burst burst = this.bursts.get(failure.reason());
		if (burst != null && Duration.between(burst.since(), now).abs().compareTo(PAUSE) < 0) {
			this.bursts.put(failure.reason(), new Burst(burst.since(), burst.unlogged() + 1));
			return;
		}
		this.bursts.put(failure.reason(), new Burst(now, 0));
		String before = (burst != null && burst.unlogged() > 0)
				? " The same happened to %d more calls since %s.".formatted(burst.unlogged(), burst.since()) : "";
		logger.warn("{}: {} ({}). {}{}{}", call, failure.title(), failure.reason().code(), failure.detail(),
				place(failure), before);
	}

	/**
	 * A message might repeat what was read or written, which is nobody else's business.
	 */
	private static String place(CallFailure failure) {
		if (failure.getCause() == null
				|| failure.reason() != Reason.INVALID_RESPONSE && failure.reason() != Reason.INTERNAL_ERROR) {
			return "";
		}
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure.getCause());
		StackTraceElement[] trace = cause.getStackTrace();
		return " It was %s%s.".formatted(cause.getClass().getName(), (trace.length > 0) ? " at " + trace[0] : "");
	}

}
