package com.example.mtls;

import java.net.BindException;
import java.util.Arrays;
import java.util.Objects;
import java.util.stream.Stream;

import com.example.mtls.material.CertificateText;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.BeanFactory;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.ArgumentResolver;

/**
 * The last word about a start that fails, where nobody else has one: what, why and what
 * to do, in place of a stack trace in which the setting has to be looked for. Nobody gets
 * it unasked: an application that wants it names it in its
 * {@code META-INF/spring.factories}.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
public final class StartFailureAnalyzer implements FailureAnalyzer {

	/** Characters of somebody else's message. */
	private static final int LONGEST = 300;

	private final @Nullable BeanFactory beans;

	private final @Nullable Environment environment;

	/** Made by Boot, without arguments where the failure comes before there are any. */
	StartFailureAnalyzer(@Nullable BeanFactory beans, @Nullable Environment environment) {
		this.beans = beans;
		this.environment = environment;
	}

	@Override
	public FailureAnalysis analyze(Throwable failure) {
		// Boot's own have no order, so nobody can come after them.
		return SpringFactoriesLoader.forDefaultResourceLocation()
			.load(FailureAnalyzer.class, ArgumentResolver.ofSupplied(BeanFactory.class, () -> this.beans)
				.andSupplied(Environment.class, () -> this.environment), (type, name, ex) -> {
				})
			.stream()
			.filter((other) -> !(other instanceof StartFailureAnalyzer))
			.map((other) -> other.analyze(failure))
			.filter(Objects::nonNull)
			.findFirst()
			.orElseGet(() -> ours(failure));
	}

	private FailureAnalysis ours(Throwable failure) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
		String why = (root.getMessage() != null) ? text(root.getMessage()) : origin(root);
		if (Stream.iterate(failure, Objects::nonNull, Throwable::getCause)
			.anyMatch((each) -> String.valueOf(each.getMessage()).contains("java.io.tmpdir"))) {
			return new FailureAnalysis(
					"java.io.tmpdir (%s) is no folder that the user we run as can write to."
						.formatted(text(System.getProperty("java.io.tmpdir"))),
					"Mount one there that can be written, or name another: JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=PATH",
					failure);
		}
		if (why.contains("assign requested address")) {
			return new FailureAnalysis(
					"SERVER_ADDRESS or MANAGEMENT_SERVER_ADDRESS is not an address of this machine: " + why,
					"Correct it, or leave it out to listen on all addresses.", failure);
		}
		// The second is how Netty says it.
		if (root instanceof BindException || why.startsWith("bind(") || why.startsWith("port out of range")) {
			return new FailureAnalysis(
					"SERVER_PORT%s or MANAGEMENT_SERVER_PORT%s cannot be listened on: %s"
						.formatted(value("server.port"), value("management.server.port"), why),
					"Set both to ports from 1 to 65535 that are free and that the user we run as may open: below 1024 "
							+ "only root may.",
					failure);
		}
		return new FailureAnalysis("%s cannot start: %s %s".formatted(name(), root.getClass().getSimpleName(), why),
				"Correct the setting that this speaks of. With LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_BOOT_DIAGNOSTICS=debug "
						+ "the log has all of it.",
				failure);
	}

	private String name() {
		return (this.environment != null)
				? text(this.environment.getProperty("spring.application.name", "The application")) : "The application";
	}

	private String value(String property) {
		String value = (this.environment != null) ? this.environment.getProperty(property) : null;
		return (value != null) ? " (" + text(value) + ")" : "";
	}

	/** Of an exception without a message: who is to say what it is about. */
	private static String origin(Throwable root) {
		return Arrays.stream(root.getStackTrace())
			.map(StackTraceElement::getClassName)
			.filter((name) -> !name.startsWith("java.") && !name.startsWith("org.springframework."))
			.findFirst()
			.orElse("");
	}

	private static String text(String message) {
		String line = message.lines().findFirst().orElse("");
		return CertificateText.escape((line.length() > LONGEST) ? line.substring(0, LONGEST) + "…" : line);
	}

}
