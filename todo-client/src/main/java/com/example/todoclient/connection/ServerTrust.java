package com.example.todoclient.connection;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;

import com.example.todoclient.connection.CallFailure.Reason;
import com.example.todoclient.mtls.material.CertificateRefusedException;
import com.example.todoclient.mtls.material.CertificateRules;
import com.example.todoclient.mtls.material.CertificateText;
import com.example.todoclient.mtls.material.Purpose;
import com.example.todoclient.mtls.material.Trust;
import com.example.todoclient.mtls.material.TrustedPath;
import io.netty.util.NetUtil;

/**
 * Judges the certificate of the service in a handshake: first by our own
 * {@link CertificateRules} and host name rule, which say what is wrong, then by the JDK's
 * trust manager, which also keeps its own list of disabled algorithms and its own host
 * name check.
 */
final class ServerTrust extends X509ExtendedTrustManager {

	private static final int DNS_NAME = 2;

	private static final int IP_ADDRESS = 7;

	private final X509ExtendedTrustManager jdk;

	private final Trust trust;

	private final ServiceAddress address;

	private final Clock clock;

	ServerTrust(X509ExtendedTrustManager jdk, ServiceAddress address, Clock clock) {
		this.jdk = jdk;
		this.trust = new Trust(List.of(jdk.getAcceptedIssuers()), null);
		this.address = address;
		this.clock = clock;
	}

	/**
	 * Checks a chain as the server presented it.
	 * @param chain the chain, leaf first
	 * @return the path to a trusted CA
	 * @throws ServerCertificateException if a rule is broken
	 */
	TrustedPath check(X509Certificate[] chain) throws ServerCertificateException {
		checkHost(chain[0]);
		try {
			return CertificateRules.check(List.of(chain), this.trust, Purpose.SERVER, this.clock.instant());
		}
		catch (CertificateRefusedException ex) {
			throw refused(ex);
		}
	}

	/**
	 * Checks again what was right in the handshake and may since have run out.
	 * @param path what {@link #check} returned
	 * @throws ServerCertificateException if a certificate of the path has expired
	 */
	void checkValidity(TrustedPath path) throws ServerCertificateException {
		if (!path.holdsAt(this.clock.instant())) {
			check(path.certificates().toArray(X509Certificate[]::new));
		}
	}

	private static ServerCertificateException refused(CertificateRefusedException ex) {
		return new ServerCertificateException(Reason.of(ex.reason()), ex.certificate(), ex.getMessage(), ex);
	}

	/**
	 * RFC 9525 section 6: only the SAN counts. The JDK falls back to the CN where the SAN
	 * holds no DNS name.
	 */
	private void checkHost(X509Certificate leaf) throws ServerCertificateException {
		int kind = this.address.isIpAddress() ? IP_ADDRESS : DNS_NAME;
		List<String> names = names(leaf, kind);
		if (names.stream().anyMatch((name) -> matches(name, this.address.host(), kind))) {
			return;
		}
		String host = CertificateText.escape(this.address.host());
		List<String> all = new ArrayList<>(names(leaf, DNS_NAME));
		all.addAll(names(leaf, IP_ADDRESS));
		if (all.isEmpty()) {
			throw new ServerCertificateException(Reason.SERVER_CERTIFICATE_WITHOUT_HOST, leaf,
					"it names no host: it has no SAN with a DNS name or an IP address, and the CN does not count "
							+ "(RFC 9525)",
					null);
		}
		throw new ServerCertificateException(Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST, leaf, "it is for "
				+ all.stream().map(CertificateText::escape).collect(Collectors.joining(", ")) + ", and we call " + host,
				null);
	}

	static List<String> names(X509Certificate certificate, int kind) {
		try {
			Collection<List<?>> names = certificate.getSubjectAlternativeNames();
			if (names == null) {
				return List.of();
			}
			return names.stream()
				.filter((name) -> name.get(0).equals(kind) && name.get(1) instanceof String)
				.map((name) -> (String) name.get(1))
				.toList();
		}
		catch (CertificateParsingException ex) {
			return List.of();
		}
	}

	/** A star stands for the whole first label (RFC 9525 section 6.3). */
	private static boolean matches(String name, String host, int kind) {
		if (kind == IP_ADDRESS) {
			byte[] wanted = NetUtil.createByteArrayFromIpAddressString(host);
			return wanted != null && Arrays.equals(wanted, NetUtil.createByteArrayFromIpAddressString(name));
		}
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
		check(chain);
		this.jdk.checkServerTrusted(chain, authType, engine);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		check(chain);
		this.jdk.checkServerTrusted(chain, authType, socket);
	}

	@Override
	public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		check(chain);
		this.jdk.checkServerTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
		throw new CertificateException("We are a client and have none.");
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
			throws CertificateException {
		checkClientTrusted(chain, authType);
	}

	@Override
	public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
			throws CertificateException {
		checkClientTrusted(chain, authType);
	}

	@Override
	public X509Certificate[] getAcceptedIssuers() {
		return this.jdk.getAcceptedIssuers();
	}

}
