package com.example.mtls.client;

import java.security.cert.X509Certificate;
import java.util.function.Consumer;

import com.example.mtls.Handshake;

/**
 * How far one attempt to call a service got: what a failure means depends on it.
 */
final class CallTrace {

	private final Consumer<Handshake> onHandshake;

	private volatile X509Certificate ours;

	private volatile boolean sent;

	private volatile boolean firstOnConnection;

	/**
	 * A new attempt.
	 * @param ours the certificate that a new connection presents
	 * @param onHandshake told how the connection that is used began
	 */
	CallTrace(X509Certificate ours, Consumer<Handshake> onHandshake) {
		this.ours = ours;
		this.onHandshake = onHandshake;
	}

	/** The certificate that the connection of this call has presented. */
	void setOurs(X509Certificate certificate) {
		this.ours = certificate;
	}

	/** How the connection of this call began. */
	void setHandshake(Handshake handshake) {
		this.onHandshake.accept(handshake);
	}

	/**
	 * From now on the service may have seen the request.
	 * @param first whether the connection has carried no answer yet
	 */
	void markSent(boolean first) {
		this.firstOnConnection = first;
		this.sent = true;
	}

	/** The answer has begun. */
	void markAnswered() {
		this.firstOnConnection = false;
	}

	X509Certificate ours() {
		return this.ours;
	}

	boolean sent() {
		return this.sent;
	}

	boolean firstOnConnection() {
		return this.firstOnConnection;
	}

}
