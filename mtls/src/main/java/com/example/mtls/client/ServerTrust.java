package com.example.mtls.client;

import java.io.IOException;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateRefusedException.Reason;
import com.example.mtls.material.CertificateRules;
import com.example.mtls.material.CertificateText;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.TrustedPath;
import io.netty.util.NetUtil;

/**
 * Judges the certificate of a service in a handshake: first by our own
 * {@link CertificateRules} and host name rule, which say what is wrong, then by the JDK's
 * trust manager, which also keeps its own list of disabled algorithms, its own host name
 * check, and its own clock. Nobody asks whether it was revoked, so it should be renewed
 * often.
 */
final class ServerTrust extends X509ExtendedTrustManager {

	private final X509ExtendedTrustManager jdk;

	private final List<X509Certificate> authorities;

	private final Clock clock;

	ServerTrust(X509ExtendedTrustManager jdk, Clock clock) {
		this.jdk = jdk;
		this.authorities = List.of(jdk.getAcceptedIssuers());
		this.clock = clock;
	}

	/**
	 * Judges what a server presented.
	 * @param chain its leaf first
	 * @param peer the host that we call, a name or an IP address
	 * @return the path from the leaf to a trusted CA
	 */
	TrustedPath check(X509Certificate[] chain, String peer) throws CertificateRefusedException {
		String host = ServiceAddress.shortForm(peer.replaceFirst("\\.$", ""));
		checkHost(chain[0], host);
		TrustedPath path = CertificateRules.check(List.of(chain), this.authorities, Purpose.SERVER,
				this.clock.instant());
		checkConstraints(path, host);
		return path;
	}

	/**
	 * Checks again what was right in the handshake and may since have run out.
	 * @param path what {@link #check} returned
	 * @param host the host that we call
	 * @throws CertificateRefusedException if a certificate of the path has expired
	 */
	void checkValidity(TrustedPath path, String host) throws CertificateRefusedException {
		if (!path.holdsAt(this.clock.instant())) {
			check(path.certificates().toArray(X509Certificate[]::new), host);
		}
	}

	/**
	 * RFC 9525 section 6: only the SAN counts. The JDK falls back to the CN where the SAN
	 * holds no DNS name.
	 */
	private void checkHost(X509Certificate leaf, String host) throws CertificateRefusedException {
		boolean matches = ServiceAddress.isIpAddress(host)
				? CertificateText.ipAddresses(leaf).stream().anyMatch((name) -> isSameAddress(name, host))
				: CertificateText.dnsNames(leaf).stream().anyMatch((name) -> isSameName(name, host));
		if (matches) {
			return;
		}
		List<String> names = CertificateText.hosts(leaf);
		if (names.isEmpty()) {
			throw new CertificateRefusedException(Reason.NO_HOST, leaf,
					"it names no host: it has no SAN with a DNS name or an IP address, and the CN does not count "
							+ "(RFC 9525)");
		}
		throw new CertificateRefusedException(Reason.OTHER_HOST, leaf,
				"it is for "
						+ CertificateText
							.escape(String.join(", ", names.stream().map(ServiceAddress::shortForm).toList()))
						+ ", and we call " + CertificateText.escape(host));
	}

	/**
	 * Path validation asks the name constraints of the CAs about the names in the leaf,
	 * where a wildcard is one name (RFC 5280 section 4.2.1.10). We ask them about the
	 * host that we call: a CA that must not issue for it cannot do so by a wildcard.
	 */
	private void checkConstraints(TrustedPath path, String host) throws CertificateRefusedException {
		X509CertSelector issuerFor = new X509CertSelector();
		try {
			issuerFor.addPathToName(
					ServiceAddress.isIpAddress(host) ? CertificateText.IP_ADDRESS : CertificateText.DNS_NAME, host);
		}
		catch (IOException ex) {
			throw new CertificateRefusedException(Reason.OTHER_HOST, path.leaf(),
					"no certificate can be for " + CertificateText.escape(host));
		}
		for (X509Certificate ca : path.certificates().subList(1, path.certificates().size())) {
			if (!issuerFor.match(ca)) {
				throw new CertificateRefusedException(Reason.UNTRUSTED, ca,
						"the name constraints of the CA \"" + CertificateText.subject(ca)
								+ "\" do not let it issue for " + CertificateText.escape(host)
								+ ", the host that we call (RFC 5280 section 4.2.1.10)");
			}
		}
	}

	private static boolean isSameAddress(String name, String host) {
		return Arrays.equals(NetUtil.createByteArrayFromIpAddressString(host),
				NetUtil.createByteArrayFromIpAddressString(name));
	}

	/** A star stands for the whole first label (RFC 9525 section 6.3). */
	static boolean isSameName(String name, String host) {
		String wanted = host.toLowerCase(Locale.ROOT);
		String given = name.toLowerCase(Locale.ROOT);
		if (given.startsWith("*.")) {
			int dot = wanted.indexOf('.');
			return dot > 0 && wanted.substring(dot).equals(given.substring(1));
		}
		return given.equals(wanted);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		check(chain, engine.getPeerHost());
		this.jdk.checkServerTrusted(chain, authType, engine);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.jdk.getAcceptedIssuers();
	}

	// What Netty never asks, with its engines and as a client, is refused.

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) {
		throw new UnsupportedOperationException();
	}

}
