package com.example.mtls.server;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * Explains an allow-list whose numbers do not count from 0. Whoever wants to add a caller
 * to that of {@code application.yml} sets {@code MTLS_CALLERS_1_NAME} alone, but
 * variables replace a list, and Boot only says that an element was left unbound.
 */
@Order(Ordered.HIGHEST_PRECEDENCE)
class CallerGapFailureAnalyzer extends AbstractFailureAnalyzer<UnboundConfigurationPropertiesException> {

	private static final ConfigurationPropertyName CALLERS = ConfigurationPropertyName.of("mtls.callers");

	@Override
	protected @Nullable FailureAnalysis analyze(Throwable rootFailure, UnboundConfigurationPropertiesException cause) {
		return cause.getUnboundProperties()
			.stream()
			.filter((property) -> CALLERS.isAncestorOf(property.getName()))
			.findFirst()
			.map((property) -> new FailureAnalysis(
					"The allow-list has %s, but not every number from 0 up to it (%s).".formatted(property.getName(),
							property.getOrigin()),
					"Number the callers 0, 1, 2, … without a gap. Variables replace the whole list of "
							+ "application.yml, so name its caller again: MTLS_CALLERS_0_NAME=todo-client, "
							+ "MTLS_CALLERS_0_ROLES=read,write, and then MTLS_CALLERS_1_NAME.",
					cause))
			.orElse(null);
	}

}
