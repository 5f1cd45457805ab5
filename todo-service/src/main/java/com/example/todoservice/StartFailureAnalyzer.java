package com.example.todoservice;

import java.net.BindException;
import java.util.Arrays;
import java.util.Objects;

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
 * to do, in place of a stack trace in which the setting has to be looked for.
 */
@Order(Ordered.LOWEST_PRECEDENCE)
class StartFailureAnalyzer implements FailureAnalyzer {

	private static final String PORT = "SERVER_PORT or MANAGEMENT_SERVER_PORT";

	private static final String ADDRESS = "SERVER_ADDRESS or MANAGEMENT_SERVER_ADDRESS";

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

	private static FailureAnalysis ours(Throwable failure) {
		Throwable root = NestedExceptionUtils.getMostSpecificCause(failure);
		String message = String.valueOf(root.getMessage());
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (String.valueOf(each.getMessage()).contains("java.io.tmpdir")) {
				return analysis(
						"java.io.tmpdir (" + text(System.getProperty("java.io.tmpdir"))
								+ ") is no folder that the user we run as can write to.",
						"Mount one there that can be written, or name another: JAVA_TOOL_OPTIONS=-Djava.io.tmpdir=PATH",
						failure);
			}
		}
		if (message.startsWith("port out of range")) {
			return analysis(PORT + " is no port: " + text(message) + ".", "Set it to 1 to 65535.", failure);
		}
		if (root instanceof BindException) {
			return message.contains("ermission")
					? analysis(PORT + " is a port that the user we run as may not open.", "Set it to 1024 to 65535.",
							failure)
					: analysis(ADDRESS + " is not an address of this machine (" + text(message) + ").",
							"Correct it, or leave it out to listen on all addresses.", failure);
		}
		return analysis(
				"todo-service cannot start: " + root.getClass().getSimpleName() + " "
						+ ((root.getMessage() != null) ? text(message) : origin(root)),
				"Correct the setting that this speaks of. With LOGGING_LEVEL_ORG_SPRINGFRAMEWORK_BOOT_DIAGNOSTICS=debug "
						+ "the log has all of it.",
				failure);
	}

	/** Of an exception without a message: who is to say what it is about. */
	private static String origin(Throwable root) {
		return Arrays.stream(root.getStackTrace())
			.map(StackTraceElement::getClassName)
			.filter((name) -> !name.startsWith("java.") && !name.startsWith("org.springframework."))
			.findFirst()
			.orElse("");
	}

	private static FailureAnalysis analysis(String description, String action, Throwable failure) {
		return new FailureAnalysis(description, action, failure);
	}

	private static String text(String message) {
		String line = message.lines().findFirst().orElse("");
		return CertificateText.escape((line.length() > LONGEST) ? line.substring(0, LONGEST) + "…" : line);
	}

}
