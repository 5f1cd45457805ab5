package com.example.todoservice.mtls.caller;

import java.io.IOException;
import java.security.cert.X509Certificate;

import com.example.todoservice.mtls.caller.CallerRefusedException.Reason;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.problem.ProblemType;
import com.example.todoservice.problem.ProblemWriter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.stereotype.Component;

/**
 * Answers a caller that is not admitted, and writes the line that tells our own people.
 */
@Component
class CallerRefusals implements AccessDeniedHandler {

	private final ProblemWriter problems;

	private final RefusalLog log;

	CallerRefusals(ProblemWriter problems, RefusalLog log) {
		this.problems = problems;
		this.log = log;
	}

	/** An admitted caller whose role does not suffice. */
	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException ex)
			throws IOException {
		String name = request.getUserPrincipal().getName();
		refuse(request, response, new CallerRefusedException(Reason.MISSING_ROLE,
				"the caller " + CommonName.show(name) + " lacks the role for this request", name));
	}

	void refuse(HttpServletRequest request, HttpServletResponse response, CallerRefusedException ex)
			throws IOException {
		this.log.refused(request.getRemoteAddr(), describeCertificate(request), ex.reason().code(), ex.getMessage(),
				request.getMethod() + " " + request.getRequestURI());
		// Not knowing what is revoked is our fault, not the caller's.
		boolean ours = ex.reason() == Reason.REVOCATION_UNKNOWN;
		ProblemDetail problem = ProblemDetail
			.forStatusAndDetail(ours ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.FORBIDDEN, detail(ex));
		problem.setType(ProblemType.of(ex.reason().code()));
		problem.setTitle(ours ? "Revocation status unknown" : "Caller refused");
		problem.setProperty("reason", ex.reason().code());
		if (ex.name() != null) {
			problem.setProperty("name", ex.name());
		}
		if (ours) {
			response.setHeader(HttpHeaders.RETRY_AFTER, "60");
		}
		this.problems.write(response, problem);
	}

	private static String detail(CallerRefusedException ex) {
		String cure = switch (ex.reason()) {
			case NO_CERTIFICATE -> "Present a client certificate of a CA this service trusts.";
			case CERTIFICATE_REFUSED, REVOKED ->
				"Present another certificate, issued for this caller: java -jar certs/target/certs.jar client --cn NAME";
			case NO_COMMON_NAME, SEVERAL_COMMON_NAMES, UNUSABLE_COMMON_NAME ->
				"Present a certificate whose subject has exactly one CN of 1 to 64 characters: "
						+ "java -jar certs/target/certs.jar client --cn NAME";
			case REVOCATION_UNKNOWN ->
				"Whoever runs todo-service has to renew CRL_FILE_PATH, or add the list that is missing.";
			case UNKNOWN_CALLER ->
				"Whoever runs todo-service can admit it: TODO_CALLERS_n_NAME and TODO_CALLERS_n_ROLES.";
			case MISSING_ROLE -> "Whoever runs todo-service can grant it: TODO_CALLERS_n_ROLES.";
		};
		String message = ex.getMessage();
		return Character.toUpperCase(message.charAt(0)) + message.substring(1) + ". " + cure;
	}

	private static String describeCertificate(HttpServletRequest request) {
		try {
			X509Certificate[] chain = CallerFilter.certificates(request);
			return CertificateText.describe(chain[0]);
		}
		catch (CallerRefusedException ex) {
			return "none";
		}
	}

}
