package com.example.mtls.client;

import java.security.cert.X509Certificate;

import org.jspecify.annotations.Nullable;

/**
 * How far one attempt to call the service got: what a failure means depends on it.
 */
public final class CallTrace {

	private volatile @Nullable X509Certificate ours;

	private volatile boolean sent;

	private volatile boolean firstOnConnection;

	/** The certificate that the connection of this call presents. */
	public void setOurs(X509Certificate certificate) {
		this.ours = certificate;
	}

	/**
	 * From now on the service may have seen the request.
	 * @param first whether the connection has carried no answer yet
	 */
	public void markSent(boolean first) {
		this.firstOnConnection = first;
		this.sent = true;
	}

	/** The answer has begun. */
	public void markAnswered() {
		this.firstOnConnection = false;
	}

	public @Nullable X509Certificate ours() {
		return this.ours;
	}

	public boolean sent() {
		return this.sent;
	}

	public boolean firstOnConnection() {
		return this.firstOnConnection;
	}

}
