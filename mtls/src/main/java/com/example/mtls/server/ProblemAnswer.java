package com.example.mtls.server;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.RefusalAnswer;
import com.example.mtls.material.IssuingTool;
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

	private final String lists;

	private final IssuingTool tool;

	/**
	 * Prepares answers.
	 * @param service the name of the application, for people
	 * @param lists what its revocation lists are known by
	 * @param tool what issues certificates here
	 */
	ProblemAnswer(String service, String lists, IssuingTool tool) {
		this.service = service;
		this.lists = lists;
		this.tool = tool;
	}

	@Override
	public void write(HttpServletRequest request, HttpServletResponse response, CallerRefusedException ex)
			throws IOException {
		// Not knowing what is revoked is our fault, not the caller's.
		boolean ours = ex.reason() == Reason.REVOCATION_UNKNOWN;
		int status = ours ? HttpServletResponse.SC_SERVICE_UNAVAILABLE : HttpServletResponse.SC_FORBIDDEN;
		Map<String, String> problem = new LinkedHashMap<>();
		problem.put("detail", json(detail(ex)));
		problem.put("status", String.valueOf(status));
		problem.put("title", json(ours ? "Revocation status unknown" : "Caller refused"));
		problem.put("type", json(TYPES + ex.reason().code()));
		problem.put("reason", json(ex.reason().code()));
		if (ex.name() != null) {
			problem.put("name", json(ex.name()));
		}
		byte[] body = problem.entrySet()
			.stream()
			.map((field) -> json(field.getKey()) + ":" + field.getValue())
			.collect(Collectors.joining(",", "{", "}"))
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
		String how = this.tool.how("client --cn NAME");
		String cure = switch (ex.reason()) {
			case NO_CERTIFICATE -> "Present a client certificate of a CA this service trusts.";
			case CERTIFICATE_REFUSED, REVOKED -> "Present another certificate, issued for this caller" + how;
			case NO_COMMON_NAME, SEVERAL_COMMON_NAMES, UNUSABLE_COMMON_NAME ->
				"Present a certificate whose subject has exactly one CN of 1 to 64 characters" + how;
			case NO_SAN_NAME, SEVERAL_SAN_NAMES, UNUSABLE_SAN_NAME ->
				"Present a certificate of this caller whose SAN has exactly one such name.";
			case REVOCATION_UNKNOWN -> operator + " has to renew " + this.lists + ", or add the list that is missing.";
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
			if (c == '"' || c == '\\') {
				json.append('\\').append((char) c);
			}
			else if (c < ' ' || Character.isSurrogate((char) c)) {
				json.append("\\u%04x".formatted(c));
			}
			else {
				json.append((char) c);
			}
		});
		return json.append('"').toString();
	}

}
