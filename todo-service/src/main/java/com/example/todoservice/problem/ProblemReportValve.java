package com.example.todoservice.problem;

import java.io.IOException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Tomcat's own last word, for requests so broken that they reach no servlet: a problem
 * document instead of a page of HTML. Public with a public constructor because Tomcat
 * makes it by name.
 */
public class ProblemReportValve extends ErrorReportValve {

	@Override
	protected void report(Request request, Response response, Throwable throwable) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
			return;
		}
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		String title = (status != null) ? status.getReasonPhrase() : "Error";
		try {
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.getReporter().write(document(response.getStatus(), title));
			response.finishResponse();
		}
		catch (IOException | IllegalStateException ex) {
			// The caller has gone, and there is nobody left to tell.
		}
	}

	/** Written by hand: Tomcat makes this class, so it has no JSON mapper. */
	private static String document(int status, String title) {
		String detail = (status == HttpStatus.BAD_REQUEST.value()) ? "The request line or a header is malformed."
				: "todo-service does not serve such a request.";
		String reason = ProblemType.reason(title);
		return "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"reason\":\"%s\"}"
			.formatted(ProblemType.of(reason), title, status, detail, reason);
	}

}
