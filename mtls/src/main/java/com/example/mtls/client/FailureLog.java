package com.example.mtls.client;

import java.time.Clock;
import java.time.Duration;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.LogLimit;
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

	private final LogLimit limit;

	FailureLog(Clock clock) {
		this.limit = new LogLimit(clock, PAUSE);
	}

	/**
	 * Says what went wrong.
	 * @param call the method and the path, or what else failed
	 * @param failure why
	 */
	void log(String call, CallFailure failure) {
		String before = this.limit.next(failure.reason());
		if (before != null) {
			logger.warn("{}: {} ({}). {}{}{}", call, failure.title(), failure.reason().code(), failure.detail(),
					place(failure), before);
		}
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
