package com.example.mtls.server.tomcat;

import java.io.IOException;

import javax.net.ssl.SSLException;

import com.example.mtls.material.CertificateText;
import com.example.mtls.server.RefusalLog;

/**
 * Says in one line why a TLS handshake failed. A peer that only goes away, with FIN or
 * with RST as port probes do, was not refused and gets no line.
 */
class HandshakeRefusals {

	private static final String RECEIVED_ALERT = "Received fatal alert: ";

	private final RefusalLog log;

	HandshakeRefusals(RefusalLog log) {
		this.log = log;
	}

	/** The handshake failed, as the TLS implementation or the socket reports. */
	void failed(String peer, IOException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof ClientTrust.RefusedException refused) {
				log(peer, refused.certificate(), refused.reason(), refused.getMessage());
				return;
			}
		}
		String message = String.valueOf(ex.getMessage());
		if (ex instanceof NotTlsException) {
			log(peer, "none", "not-tls", message);
		}
		else if (ex instanceof SSLException) {
			if (message.contains("Empty client certificate chain")) {
				log(peer, "none", "no-certificate", "the peer presented no client certificate");
			}
			else if (message.contains(RECEIVED_ALERT)) {
				// Newer JDKs write the name of the alert in front, too.
				String alert = message.substring(message.indexOf(RECEIVED_ALERT) + RECEIVED_ALERT.length());
				log(peer, "none", "refused-by-peer", "the peer ended the handshake with the alert "
						+ CertificateText.escape(alert) + "; it may not trust our certificate");
			}
			else {
				log(peer, "none", "handshake-failed", CertificateText.escape(message + cause(ex)));
			}
		}
	}

	private static String cause(IOException ex) {
		return (ex.getCause() != null && ex.getCause().getMessage() != null) ? ": " + ex.getCause().getMessage() : "";
	}

	/** The handshake took too long. */
	void timedOut(String peer) {
		log(peer, "none", "handshake-timeout", "the peer did not complete the handshake in time");
	}

	private void log(String peer, String certificate, String reason, String why) {
		this.log.refused(peer, certificate, reason, why, RefusalLog.HANDSHAKE);
	}

}
