package com.example.mtls.server;

import java.io.IOException;
import java.security.cert.X509Certificate;

import com.example.mtls.CallerRefusedException;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
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

	private final @Nullable Admission withoutServer;

	/**
	 * Believes the valve.
	 * @param withoutServer in tests without a server, where a certificate is what the
	 * test says it is ({@code x509()} of Spring Security); {@code null} everywhere else
	 */
	CallerFilter(@Nullable Admission withoutServer) {
		this.withoutServer = withoutServer;
	}

	@Override
	protected void doFilterInternal(HttpServletRequest request, HttpServletResponse response, FilterChain chain)
			throws ServletException, IOException {
		if (SecurityContextHolder.getContext().getAuthentication() == null) {
			Authentication caller = caller(request);
			if (caller != null) {
				SecurityContextHolder.setContext(new SecurityContextImpl(caller));
			}
		}
		chain.doFilter(request, response);
	}

	private @Nullable Authentication caller(HttpServletRequest request) {
		if (request.getAttribute(Admission.ADMITTED) instanceof Admission.Admitted admitted) {
			return admitted.caller();
		}
		if (this.withoutServer != null
				&& request.getAttribute("jakarta.servlet.request.X509Certificate") instanceof X509Certificate[] chain) {
			try {
				return this.withoutServer.named(chain[0]);
			}
			catch (CallerRefusedException ex) {
				return null;
			}
		}
		return null;
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
