package com.example.mtls.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.RefusalAnswer;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers who is refused with a problem document (RFC 9457) that says why, and what to do
 * about it. It is written without a JSON mapper: a host may have none.
 */
final class ProblemAnswer implements RefusalAnswer {

	/**
	 * Before the reason, a type. It names the problem and leads nowhere, which RFC 9457
	 * section 3.1.1 allows and RFC 4151 has the scheme for.
	 */
	private static final String TYPES = "tag:example.com,2026:todo-mtls/";

	private final String service;

	/**
	 * Prepares answers.
	 * @param service the name of the application, for people
	 */
	ProblemAnswer(String service) {
		this.service = service;
	}

	@Override
	public void write(HttpServletRequest request, HttpServletResponse response, CallerRefusedException ex)
			throws IOException {
		// Not knowing what is revoked is our fault, not the caller's.
		boolean ours = ex.reason() == Reason.REVOCATION_UNKNOWN;
		int status = ours ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_FORBIDDEN;
		Map<String, String> problem = new LinkedHashMap<>();
		problem.put("type", TYPES + ex.reason().code());
		problem.put("title", ours ? "Revocation status unknown" : "Caller refused");
		problem.put("detail", detail(ex));
		problem.put("reason", ex.reason().code());
		if (ex.name() != null) {
			problem.put("name", ex.name());
		}
		byte[] body = problem.entrySet()
			.stream()
			.map((field) -> json(field.getKey()) + ":" + json(field.getValue()))
			.collect(Collectors.joining(",", "{\"status\":" + status + ",", "}"))
			.getBytes(StandardCharsets.UTF_8);
		response.setStatus(status);
		if (ours) {
			response.setHeader("Retry-After", "60");
		}
		response.setHeader("Cache-Control", "no-store");
		response.setHeader("X-Content-Type-Options", "nosniff");
		response.setContentType("application/problem+json");
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

	private String detail(CallerRefusedException ex) {
		String operator = "Whoever runs " + this.service;
		String cure = switch (ex.reason()) {
			case NO_CERTIFICATE -> "Present a client certificate of a CA this service trusts.";
			case CERTIFICATE_REFUSED, REVOKED ->
				"Present another certificate, issued for this caller: java -jar certs/target/certs.jar client --cn NAME";
			case NO_COMMON_NAME, SEVERAL_COMMON_NAMES, UNUSABLE_COMMON_NAME ->
				"Present a certificate whose subject has exactly one CN of 1 to 64 characters: "
						+ "java -jar certs/target/certs.jar client --cn NAME";
			case REVOCATION_UNKNOWN -> operator + " has to renew CRL_FILE_PATH, or add the list that is missing.";
			case UNKNOWN_CALLER -> operator + " can admit it: MTLS_CALLERS_n_NAME and MTLS_CALLERS_n_ROLES.";
			case MISSING_ROLE -> operator + " can grant it: MTLS_CALLERS_n_ROLES.";
		};
		String message = String.valueOf(ex.getMessage());
		return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ". " + cure;
	}

	/** A JSON string (RFC 8259 section 7). */
	private static String json(String text) {
		StringBuilder json = new StringBuilder("\"");
		text.chars().forEach((c) -> {
			if (c < ' ' || c == '"' || c == '\\' || Character.isSurrogate((char) c) || c == 0x7f) {
				json.append("\\u%04x".formatted(c));
			}
			else {
				json.append((char) c);
			}
		});
		return json.append('"').toString();
	}

}
