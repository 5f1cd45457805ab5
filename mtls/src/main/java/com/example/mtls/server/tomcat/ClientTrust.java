package com.example.mtls.server.tomcat;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;

import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateRules;
import com.example.mtls.material.CertificateText;
import com.example.mtls.material.Purpose;
import org.apache.tomcat.util.net.SSLHostConfigCertificate;
import org.apache.tomcat.util.net.SSLUtil;
import org.apache.tomcat.util.net.jsse.JSSEImplementation;
import org.apache.tomcat.util.net.jsse.JSSEUtil;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

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

	private static final Logger log = LoggerFactory.getLogger(ClientTrust.class);

	/**
	 * Bytes of CA names that a handshake may carry. 64 KiB is all there is room for (RFC
	 * 5246 section 7.4.4), and some peers take no message of more than 32 KiB, as Java
	 * does.
	 */
	private static final int LONGEST_NAMES = 16 * 1024;

	private final X509ExtendedTrustManager jdk;

	/** The CAs that callers are told of: all, or none where these are too many. */
	private final X509Certificate[] announced;

	ClientTrust(X509ExtendedTrustManager jdk) {
		this.jdk = jdk;
		X509Certificate[] trusted = jdk.getAcceptedIssuers();
		// Each name has two bytes for its length.
		int bytes = Arrays.stream(trusted)
			.map(X509Certificate::getSubjectX500Principal)
			.distinct()
			.mapToInt((name) -> name.getEncoded().length + 2)
			.sum();
		this.announced = (bytes <= LONGEST_NAMES) ? trusted : new X509Certificate[0];
		if (bytes > LONGEST_NAMES) {
			log.info("CA_CERT_FILE_PATH holds {} CA certificates. Their names are {} bytes long, more than the {} that "
					+ "callers are told of in a handshake, so they are told none. A caller with several certificates "
					+ "has to be told which one to present.", trusted.length, bytes, LONGEST_NAMES);
		}
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
			CertificateRules.check(List.of(chain), List.of(this.jdk.getAcceptedIssuers()), Purpose.CLIENT,
					Instant.now());
			return new RefusedException("refused-by-jdk", CertificateText.escape(String.valueOf(ex.getMessage())),
					chain[0], ex);
		}
		catch (CertificateRefusedException refused) {
			String which = refused.certificate().equals(chain[0]) ? ""
					: " (" + CertificateText.describe(refused.certificate()) + ")";
			return new RefusedException(refused.reason().code(), refused.getMessage() + which, chain[0], ex);
		}
	}

	/** Asked only for the names that a handshake carries; may be left out there. */
	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.announced.clone();
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
