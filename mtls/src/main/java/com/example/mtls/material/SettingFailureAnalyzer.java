package com.example.mtls.material;

import com.example.mtls.SettingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/**
 * Turns a {@link SettingException} at start-up into Boot's "APPLICATION FAILED TO START"
 * block instead of a stack trace.
 */
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<SettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SettingException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.cure(), cause);
	}

}
