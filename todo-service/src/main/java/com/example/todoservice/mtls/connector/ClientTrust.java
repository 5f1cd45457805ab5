package com.example.todoservice.mtls.connector;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import com.example.todoservice.mtls.material.CertificateRefusedException;
import com.example.todoservice.mtls.material.CertificateRules;
import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.Purpose;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLUtil;
import org.apache.tomcat.util.net.jsse.JSSEImplementation;
import org.apache.tomcat.util.net.jsse.JSSEUtil;

/**
 * Lets the JDK's trust manager decide in the handshake, by its own clock: path,
 * signatures, validity, and the purpose of the leaf. It makes a refusal say which
 * certificate was presented and which of our rules it breaks; the JDK's own exception
 * often has neither.
 * <p>
 * It admits nobody: what passes here is judged again by {@code Admission}, by the
 * stricter {@link CertificateRules}, on every request. There a refusal can tell the
 * caller why; a TLS alert cannot.
 */
final class ClientTrust extends X509ExtendedTrustManager {

	private final X509ExtendedTrustManager jdk;

	ClientTrust(X509ExtendedTrustManager jdk) {
		this.jdk = jdk;
	}

	/** A chain the JDK refused, and the reason for programs and for people. */
	static final class RefusedException extends CertificateException {

		private final String reason;

		private final String certificate;

		RefusedException(String reason, String message, X509Certificate leaf, CertificateException cause) {
			super(message, cause);
			this.reason = reason;
			this.certificate = CertificateText.describe(leaf);
		}

		String reason() {
			return this.reason;
		}

		String certificate() {
			return this.certificate;
		}

	}

	/**
	 * Puts {@link ClientTrust} between Tomcat and the JDK whenever Tomcat makes a context
	 * of new TLS material. Public because Tomcat makes it by name.
	 */
	public static final class Implementation extends JSSEImplementation {

		@Override
		public SSLUtil getSSLUtil(SSLHostConfigCertificate certificate) {
			return new JSSEUtil(certificate) {

				@Override
				public TrustManager[] getTrustManagers() throws Exception {
					return Arrays.stream(super.getTrustManagers())
						.map((jdk) -> new ClientTrust((X509ExtendedTrustManager) jdk))
						.toArray(TrustManager[]::new);
				}

			};
		}

	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		try {
			CertificateRules.checkMappings(List.of(chain));
			this.jdk.checkClientTrusted(chain, authType, engine);
		}
		catch (CertificateException ex) {
			throw explained(chain, ex);
		}
	}

	private RefusedException explained(X509Certificate[] chain, CertificateException ex) {
		try {
			CertificateRules.check(List.of(chain), List.of(getAcceptedIssuers()), Purpose.CLIENT, Instant.now());
			return new RefusedException("refused-by-jdk", CertificateText.escape(String.valueOf(ex.getMessage())),
					chain[0], ex);
		}
		catch (CertificateRefusedException refused) {
			String which = refused.certificate().equals(chain[0]) ? ""
					: " (" + CertificateText.describe(refused.certificate()) + ")";
			return new RefusedException(refused.reason().code(), refused.getMessage() + which, chain[0], ex);
		}
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.jdk.getAcceptedIssuers();
	}

	// What Tomcat never asks, with its engines and as a server, is refused.

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) {
		throw new UnsupportedOperationException();
	}

}
