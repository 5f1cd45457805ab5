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

	private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

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
		String name = (request.getUserPrincipal() != null) ? request.getUserPrincipal().getName() : "";
		refuse(request.getRemoteAddr(), request, response, new CallerRefusedException(Reason.MISSING_ROLE,
				"the caller " + CommonName.show(name) + " lacks the role for this request", name));
	}

	/** A caller that is not admitted, on a connection from this address. */
	public void refuse(String peer, HttpServletRequest request, HttpServletResponse response, CallerRefusedException ex)
			throws IOException {
		this.log.refused(peer, describeCertificate(request), ex.reason().code(), String.valueOf(ex.getMessage()),
				request.getMethod() + " " + request.getRequestURI());
		this.answer.write(request, response, ex);
	}

	/** What the caller presented in the handshake, the leaf first; empty for nothing. */
	static X509Certificate[] certificates(HttpServletRequest request) {
		return (request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain) ? chain : new X509Certificate[0];
	}

	private static String describeCertificate(HttpServletRequest request) {
		X509Certificate[] chain = certificates(request);
		return (chain.length > 0) ? CertificateText.describe(chain[0]) : "none";
	}

}
