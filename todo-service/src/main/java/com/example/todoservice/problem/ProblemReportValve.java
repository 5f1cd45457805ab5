package com.example.todoservice.problem;

import java.io.IOException;

import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.coyote.http11.Http11InputBuffer;
import org.apache.tomcat.util.res.StringManager;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * Tomcat's own last word, for requests so broken that they reach no servlet: a problem
 * document instead of a page of HTML. Public with a public constructor because Tomcat
 * makes it by name.
 */
public class ProblemReportValve extends ErrorReportValve {

	/** In the language of the machine. */
	private static final String TOO_LARGE = StringManager.getManager(Http11InputBuffer.class)
		.getString("iib.requestheadertoolarge.error");

	@Override
	protected void report(Request request, Response response, @Nullable Throwable throwable) {
		if (response.getStatus() < 400 || response.getContentWritten() > 0 || !response.setErrorReported()) {
			return;
		}
		String detail = "todo-service does not serve such a request.";
		if (response.getStatus() == HttpStatus.BAD_REQUEST.value()) {
			detail = malformed(request, response, throwable);
		}
		HttpStatus status = HttpStatus.resolve(response.getStatus());
		String title = (status != null) ? status.getReasonPhrase() : "Error";
		try {
			response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
			response.getReporter().write(document(response.getStatus(), title, detail));
			response.finishResponse();
		}
		catch (IOException | IllegalStateException ex) {
			// The caller has gone, and there is nobody left to tell.
		}
	}

	/** Tomcat says 400 of what is too large, too, and why only in its exception. */
	private static String malformed(Request request, Response response, @Nullable Throwable why) {
		AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) request.getConnector().getProtocolHandler();
		if (why instanceof IllegalArgumentException && TOO_LARGE.equals(why.getMessage())) {
			boolean line = request.getCoyoteRequest().requestURI().isNull()
					|| lineLength(request.getCoyoteRequest()) > protocol.getMaxHttpRequestHeaderSize();
			response.setStatus((line ? HttpStatus.URI_TOO_LONG : HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE).value());
			return "The request line%s more than %d bytes.".formatted(line ? " has" : " and the headers together have",
					protocol.getMaxHttpRequestHeaderSize());
		}
		int most = protocol.getMaxHeaderCount();
		if (why instanceof IllegalStateException && request.getCoyoteRequest().getMimeHeaders().size() == most) {
			response.setStatus(HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE.value());
			return "The request has more than %d headers.".formatted(most);
		}
		return "The request line or a header is malformed.";
	}

	private static int lineLength(org.apache.coyote.Request request) {
		return "GET ? HTTP/1.1".length() + request.requestURI().getLength() + request.queryString().getLength();
	}

	/** Written by hand: Tomcat makes this class, so it has no JSON mapper. */
	private static String document(int status, String title, String detail) {
		String reason = ProblemDocument.reason(title);
		return "{\"type\":\"%s\",\"title\":\"%s\",\"status\":%d,\"detail\":\"%s\",\"reason\":\"%s\"}"
			.formatted(ProblemDocument.type(reason), title, status, detail, reason);
	}

}
