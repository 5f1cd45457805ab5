package com.example.todoclient.tls;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Turns a {@link TlsMaterialException} at start-up into Boot's "APPLICATION FAILED TO
 * START" block instead of a stack trace.
 */
class TlsMaterialFailureAnalyzer extends AbstractFailureAnalyzer<TlsMaterialException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, TlsMaterialException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.cure(), cause);
	}

}
