package com.example.mtls;

import java.io.IOException;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;

/**
 * Answers a caller that is not admitted. A bean of this type takes the place of the
 * door's own answer, a problem document (RFC 9457); the line in the log stays. It has to
 * write all of it: no error page of the host follows, so {@code sendError} gives a bare
 * status.
 */
@FunctionalInterface
public interface RefusalAnswer {

	/**
	 * Writes the whole answer.
	 * @param request what was asked for; no controller and no filter has seen it
	 * @param response an answer that has not been committed
	 * @param refusal why, in words and for programs
	 * @throws IOException if the caller has gone
	 */
	void write(HttpServletRequest request, HttpServletResponse response, CallerRefusedException refusal)
			throws IOException;

}
