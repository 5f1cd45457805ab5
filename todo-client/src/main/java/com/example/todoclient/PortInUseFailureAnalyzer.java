package com.example.todoclient;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.web.server.PortInUseException;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;

/**
 * Names the variable of a port that somebody else listens on, which Boot's own analyzer
 * does not.
 */
@Order(0)
class PortInUseFailureAnalyzer extends AbstractFailureAnalyzer<PortInUseException> {

	private final Environment environment;

	PortInUseFailureAnalyzer(Environment environment) {
		this.environment = environment;
	}

	@Override
	protected FailureAnalysis analyze(Throwable rootFailure, PortInUseException cause) {
		boolean management = this.environment.getProperty("management.server.port", Integer.class, 0) == cause
			.getPort();
		String variable = management ? "MANAGEMENT_SERVER_PORT" : "SERVER_PORT";
		return new FailureAnalysis(
				"%s (%d) is in use: another process listens on that port".formatted(variable, cause.getPort()),
				"Stop the other process, or set %s to a free port.".formatted(variable), cause);
	}

}
