package com.example.todoservice.mtls.caller;

import java.io.IOException;
import java.security.cert.X509Certificate;

import com.example.todoservice.mtls.caller.CallerRefusedException.Reason;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells Spring Security who is calling: whoever the certificate of the TLS connection
 * names, whatever the request says. It takes the place of Spring Security's own
 * {@code x509()} filter, which reads the first of several names and costs more than the
 * rest of the request.
 */
class CallerFilter extends OncePerRequestFilter {

	private static final String CERTIFICATES = "jakarta.servlet.request.X509Certificate";

	private static final String CALLER = CallerFilter.class.getName() + ".caller";

	private final Admission admission;

	private final CallerRefusals refusals;

	CallerFilter(Admission admission, CallerRefusals refusals) {
		this.admission = admission;
		this.refusals = refusals;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		// A request that a controller answers later comes back here, and so does one that
		// ends in an error: it is decided once. Nobody but this filter knows the
		// attribute.
		Authentication caller = (Authentication) request.getAttribute(CALLER);
		if (caller == null && request.getDispatcherType() == DispatcherType.REQUEST) {
			try {
				caller = this.admission.admit(certificates(request));
			}
			catch (CallerRefusedException ex) {
				this.refusals.refuse(request, response, ex);
				return;
			}
			request.setAttribute(CALLER, caller);
		}
		if (caller != null) {
			SecurityContextHolder.setContext(new SecurityContextImpl(caller));
		}
		chain.doFilter(request, response);
	}

	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

	static X509Certificate[] certificates(HttpServletRequest request) throws CallerRefusedException {
		if (request.getAttribute(CERTIFICATES) instanceof X509Certificate[] chain && chain.length > 0) {
			return chain;
		}
		throw new CallerRefusedException(Reason.NO_CERTIFICATE, "the connection has no client certificate");
	}

}
