package com.example.todoclient;

import java.util.Objects;

import com.example.mtls.material.CertificateText;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.boot.web.server.WebServerException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/**
 * So that no start ends in a stack trace: says in words what nobody else has words for.
 * Boot asks its analyzers in no certain order, so this one asks the others first.
 */
class StartFailureAnalyzer implements FailureAnalyzer {

	private static final String TRACE = "If none of your settings is about that, start once more with "
			+ "--logging.level.org.springframework.boot.diagnostics=debug, which shows the stack trace.";

	private final @Nullable BeanFactory beans;

	private final Environment environment;

	StartFailureAnalyzer(@Nullable BeanFactory beans, Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public FailureAnalysis analyze(Throwable failure) {
		ArgumentResolver arguments = ArgumentResolver.of(Environment.class, this.environment);
		if (this.beans != null) {
			arguments = arguments.and(BeanFactory.class, this.beans);
		}
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, arguments, (type, name, unusable) -> {
			})
			.stream()
			.filter((other) -> !(other instanceof StartFailureAnalyzer))
			.map((other) -> other.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseGet(() -> inWords(failure));
	}

	private FailureAnalysis inWords(Throwable failure) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(failure);
		String why = (cause.getMessage() != null)
				? CertificateText.escape(cause.getMessage()) + " (" + cause.getClass().getSimpleName() + ")"
				: cause.getClass().getName();
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (each instanceof WebServerException) {
				return new FailureAnalysis(
						"SERVER_PORT (%s) or MANAGEMENT_SERVER_PORT (%s) cannot be listened on: %s"
							.formatted(port("server.port"), port("management.server.port"), why),
						"Set both to ports from 1 to 65535 that are free and that our user may take (below 1024 only root "
								+ "may), and server.address, if it is set, to an address of this machine.",
						failure);
			}
		}
		return new FailureAnalysis("A setting of todo-client cannot be used: " + why,
				"Correct the setting that the message is about. " + TRACE, failure);
	}

	private String port(String property) {
		return CertificateText.escape(this.environment.getProperty(property, "not set"));
	}

}
