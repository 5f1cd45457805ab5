package com.example.todoservice.problem;

import java.net.URI;
import java.util.Locale;
import java.util.Map;

import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;

/**
 * Problem documents (RFC 9457). A title stands for one type (section 3.1.4), so it names
 * the {@code reason} for programs, and the {@code type}, one URI for each reason. That
 * leads nowhere, which section 3.1.1 allows and RFC 4151 has the scheme for. Whoever has
 * a page about each reason puts its address here instead.
 */
public final class ProblemDocument {

	private static final String TYPES = "tag:example.com,2026:todo-mtls/";

	private static final String REASON = "reason";

	private ProblemDocument() {
	}

	/**
	 * A problem with everything that it needs.
	 * @param status the status of the answer
	 * @param title what kind of problem it is, the same words each time
	 * @param detail what is wrong this time, and what to do
	 * @return the document, to be answered or thrown
	 */
	public static ProblemDetail of(HttpStatus status, String title, String detail) {
		ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
		problem.setTitle(title);
		complete(problem);
		return problem;
	}

	/**
	 * A failure of ours, which is told to our log and to nobody else.
	 * @return the document
	 */
	public static ProblemDetail ofFailure() {
		return of(HttpStatus.INTERNAL_SERVER_ERROR, HttpStatus.INTERNAL_SERVER_ERROR.getReasonPhrase(),
				"todo-service failed. Its log says why.");
	}

	/** Gives a problem document of the framework what ours have. */
	static void complete(ProblemDetail problem) {
		Map<String, Object> properties = problem.getProperties();
		if (properties == null || !properties.containsKey(REASON)) {
			String reason = reason(String.valueOf(problem.getTitle()));
			problem.setProperty(REASON, reason);
			problem.setType(type(reason));
		}
	}

	static URI type(String reason) {
		return URI.create(TYPES + reason);
	}

	static String reason(String title) {
		return title.toLowerCase(Locale.ROOT).replace(' ', '-');
	}

}
