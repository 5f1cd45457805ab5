package com.example.mtls.server;

import java.io.IOException;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.security.core.context.SecurityContextHolder;
import org.springframework.security.core.context.SecurityContextImpl;
import org.springframework.web.filter.OncePerRequestFilter;

/**
 * Tells Spring Security who is calling, in each chain of the host: whoever
 * {@link Admission} has admitted. It admits nobody itself, and leaves a user alone who
 * has logged in.
 * <p>
 * It takes the place of Spring Security's own {@code x509()} filter, which reads the
 * first of several names and costs more than the rest of the request.
 */
final class CallerFilter extends OncePerRequestFilter {

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (request.getAttribute(Admission.ADMITTED) instanceof Admission.Admitted admitted
				&& SecurityContextHolder.getContext().getAuthentication() == null) {
			SecurityContextHolder.setContext(new SecurityContextImpl(admitted.caller()));
		}
		chain.doFilter(request, response);
	}

	/** The result of a Callable or a Mono is asked about again, in a new context. */
	@Override
	protected boolean shouldNotFilterAsyncDispatch() {
		return false;
	}

	@Override
	protected boolean shouldNotFilterErrorDispatch() {
		return false;
	}

}
