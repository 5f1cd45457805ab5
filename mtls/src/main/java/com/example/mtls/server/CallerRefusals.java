package com.example.mtls.server;

import java.io.IOException;
import java.security.cert.X509Certificate;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.RefusalAnswer;
import com.example.mtls.material.CertificateText;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.web.access.AccessDeniedHandler;

/**
 * Writes the line in the log about a caller that is refused, and has it answered.
 */
public final class CallerRefusals implements AccessDeniedHandler {

	private final RefusalAnswer answer;

	private final RefusalLog log;

	CallerRefusals(RefusalAnswer answer, RefusalLog log) {
		this.answer = answer;
		this.log = log;
	}

	/** An admitted caller whose role does not suffice. */
	@Override
	public void handle(HttpServletRequest request, HttpServletResponse response, AccessDeniedException ex)
			throws IOException {
		if (!(request.getAttribute(Admission.ADMITTED) instanceof Admission.Admitted admitted)) {
			// Nobody came through the door: the management port, or a test.
			response.sendError(HttpServletResponse.SC_FORBIDDEN);
			return;
		}
		String name = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "";
		CallerRefusedException refusal = new CallerRefusedException(Reason.MISSING_ROLE,
				"the caller " + CommonName.show(name) + " lacks the role for this request", name);
		log(admitted.peer(), admitted.chain(), request, refusal);
		answer(request, response, refusal);
	}

	/**
	 * Writes the line.
	 * @param peer the address that the connection comes from
	 * @param chain what was presented on it, the leaf first
	 * @param request what was asked for
	 * @param ex why it is refused
	 */
	public void log(String peer, X509Certificate[] chain, HttpServletRequest request, CallerRefusedException ex) {
		this.log.refused(peer, (chain.length > 0) ? CertificateText.describe(chain[0]) : "none", ex.reason().code(),
				String.valueOf(ex.getMessage()),
				(request.getMethod() != null) ? request.getMethod() + " " + request.getRequestURI() : "malformed");
	}

	/** Has it answered. */
	public void answer(HttpServletRequest request, HttpServletResponse response, CallerRefusedException ex)
			throws IOException {
		this.answer.write(request, response, ex);
	}

}
