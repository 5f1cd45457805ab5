package com.example.todoservice.problem;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

import org.springframework.http.ProblemDetail;

/**
 * The {@code type} of problem documents: one URI for each reason. It names the problem
 * and leads nowhere, which RFC 9457 section 3.1.1 allows and RFC 4151 has the scheme for.
 * Whoever has a page about each reason puts its address here instead.
 */
public final class ProblemType {

	private static final String PREFIX = "tag:example.com,2026:todo-mtls/";

	private static final String REASON = "reason";

	private ProblemType() {
	}

	/**
	 * The type of a problem.
	 * @param reason the reason for programs, which stands in {@code reason} too
	 * @return an absolute URI
	 */
	public static URI of(String reason) {
		return URI.create(PREFIX + reason);
	}

	/**
	 * Gives a problem document of the framework what ours have: a reason and its type. A
	 * title stands for one type (RFC 9457 section 3.1.4), so it can name the reason.
	 * @param problem a problem document, which is changed where it lacks something
	 */
	static void complete(ProblemDetail problem) {
		Map<String, Object> properties = problem.getProperties();
		if (properties == null || !properties.containsKey(REASON)) {
			problem.setProperty(REASON, reason(String.valueOf(problem.getTitle())));
			problem.setType(of(reason(String.valueOf(problem.getTitle()))));
		}
	}

	/** The reason that a title stands for. */
	static String reason(String title) {
		return title.toLowerCase(Locale.ROOT).replace(' ', '-');
	}

}
