package com.example.mtls.material;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import com.example.mtls.material.CertificateRefusedException.Reason;

/**
 * Judges the other side in a handshake of whoever uses the bundle's managers: first by
 * the {@link CertificateRules}, which say what is wrong, then by the JDK's trust manager,
 * which also keeps its list of disabled algorithms and looks at the host.
 */
public class PeerTrust extends X509ExtendedTrustManager {

	private final X509ExtendedTrustManager jdk;

	private final List<X509Certificate> authorities;

	private final Clock clock;

	/**
	 * Makes the trust manager of the bundle. A bean of this type takes the place of ours.
	 */
	@FunctionalInterface
	public interface Factory {

		/**
		 * Makes one.
		 * @param jdk the JDK's, which knows the trusted CAs
		 * @return the one to be used
		 */
		X509ExtendedTrustManager around(X509ExtendedTrustManager jdk);

	}

	public PeerTrust(X509ExtendedTrustManager jdk, Clock clock) {
		this.jdk = jdk;
		this.authorities = List.of(jdk.getAcceptedIssuers());
		this.clock = clock;
	}

	private void check(X509Certificate[] chain, Purpose purpose) throws CertificateException {
		if (chain == null || chain.length == 0) {
			throw new IllegalArgumentException("The other side presented no certificate");
		}
		if (purpose == Purpose.SERVER && CertificateText.hosts(chain[0]).isEmpty()) {
			// Where the SAN names none, the JDK would look at the CN.
			throw new CertificateRefusedException(Reason.NO_HOST, chain[0],
					"it names no host: it has no SAN with a DNS name or an IP address, and the CN does not count "
							+ "(RFC 9525)");
		}
		CertificateRules.check(List.of(chain), this.authorities, purpose, this.clock.instant());
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		check(chain, Purpose.SERVER);
		this.jdk.checkServerTrusted(chain, authType, engine);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		check(chain, Purpose.SERVER);
		this.jdk.checkServerTrusted(chain, authType, socket);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		check(chain, Purpose.SERVER);
		this.jdk.checkServerTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		check(chain, Purpose.CLIENT);
		this.jdk.checkClientTrusted(chain, authType, engine);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		check(chain, Purpose.CLIENT);
		this.jdk.checkClientTrusted(chain, authType, socket);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		check(chain, Purpose.CLIENT);
		this.jdk.checkClientTrusted(chain, authType);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.jdk.getAcceptedIssuers();
	}

}
