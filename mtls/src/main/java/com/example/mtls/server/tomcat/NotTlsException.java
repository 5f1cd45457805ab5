package com.example.mtls.server.tomcat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

import org.jspecify.annotations.Nullable;

/**
 * What a peer sends in place of TLS, told by its first bytes.
 */
final class NotTlsException extends IOException {

	private final boolean http;

	private NotTlsException(String message, boolean http) {
		super(message);
		this.http = http;
	}

	/**
	 * Looks at the first five bytes.
	 * @param start as many as the header of a TLS record has
	 * @return what it is, or {@code null} if it may be TLS, or is nothing that we know
	 */
	static @Nullable NotTlsException of(byte[] start) {
		String text = new String(start, StandardCharsets.ISO_8859_1);
		// https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt, sections 2.1, 2.2
		int proxy = text.equals("PROXY") ? 1 : text.equals("\r\n\r\n\0") ? 2 : 0;
		if (proxy > 0) {
			return new NotTlsException("the peer sent a header of the PROXY protocol (version " + proxy
					+ ") before TLS, which this port does not take; turn it off in the load balancer", false);
		}
		return text.chars().allMatch((c) -> c == '\r' || c == '\n' || c >= ' ' && c <= '~')
				? new NotTlsException("the peer sent no TLS; this port takes https only", true) : null;
	}

	/** Whether the peer can read an answer in words. */
	boolean isHttp() {
		return this.http;
	}

}
