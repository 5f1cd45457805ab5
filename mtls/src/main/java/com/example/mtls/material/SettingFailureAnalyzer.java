package com.example.mtls.material;

import com.example.mtls.SettingException;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Turns a {@link SettingException} at start-up into Boot's "APPLICATION FAILED TO START"
 * block instead of a stack trace. Before Boot's own, which would repeat the classes that
 * it came through.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class SettingFailureAnalyzer extends AbstractFailureAnalyzer<SettingException> {

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, SettingException cause) {
		return new FailureAnalysis(cause.getMessage(), cause.cure(), cause);
	}

}
