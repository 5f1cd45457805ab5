package com.example.mtls.client;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateText;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where a service is: an {@code https} URL of a host and a port, perhaps with a path.
 * <p>
 * A dot at the end of the host keeps name servers from trying it inside search domains,
 * as in Kubernetes. It is not part of the name that TLS sends and verifies (RFC 6066
 * section 3), so it is kept apart from it.
 *
 * Public for pages, which show addresses in the same form.
 *
 * @param origin scheme, host and port (RFC 6454 section 4)
 * @param path what the paths of calls are below, without a slash at its end
 * @param isAbsolute whether the host ended with a dot
 */
public record ServiceAddress(URI origin, String path, boolean isAbsolute) {

	private static final int HTTPS = 443;

	/** Without a colon it is shown only as the name of a host that has no digits. */
	private static final Pattern PLAIN = Pattern
		.compile("(?=[^:]*:|[a-z.-]+$)([a-z]{1,10}://)?[A-Za-z0-9:/\\[][A-Za-z0-9.:/_\\[\\] -]{1,200}");

	/** Longer than the words of host names are: a key, a pass phrase. */
	private static final Pattern LONG_WORD = Pattern
		.compile("(?=[A-Za-z]*[0-9])(?=[0-9]*[A-Za-z])[A-Za-z0-9]{16}|[A-Za-z0-9]{25}");

	/**
	 * Reads the setting, or says in a {@link SettingException} why it is no such URL.
	 * @param text its value
	 * @param setting how people know it
	 * @param service the name of the service
	 */
	static ServiceAddress of(String text, String setting, String service) {
		String example = "Set it to the scheme https, the host and the port, for example https://"
				+ CertificateText.escape(service) + ":8443.";
		if (text.isBlank()) {
			throw new SettingException(setting, "is not set", example);
		}
		URI uri;
		try {
			uri = new URI(text.trim());
		}
		catch (URISyntaxException ex) {
			throw problem(setting, text, "is not a URL: " + ex.getReason(), example);
		}
		if (!"https".equalsIgnoreCase(uri.getScheme())) {
			throw problem(setting, text, "does not start with https://",
					"The client speaks nothing but TLS, so that no call leaves in the clear. " + example
							+ " Choreo shows a project URL with http://; write https:// in its place.");
		}
		if (uri.getHost() == null) {
			throw problem(setting, text, "names no host, or one with characters that host names do not have", example);
		}
		if (uri.getRawUserInfo() != null) {
			throw problem(setting, text, "has a user or a password before the host",
					"Take it out: the certificate says who we are. " + example);
		}
		if (uri.getRawQuery() != null || uri.getRawFragment() != null) {
			throw problem(setting, text, "has more than a host, a port and a path", "End it there. " + example);
		}
		if (uri.getPort() == 0 || uri.getPort() > 0xFFFF) {
			throw problem(setting, text, "has a port outside 1 to 65535", example);
		}
		if (uri.getHost().contains("%")) {
			throw problem(setting, text, "names an IPv6 address with a zone (the part from % on)",
					"Name the service by its host name or by an address without a zone: one with a zone means something "
							+ "on one machine only, and stands in no certificate. " + example);
		}
		boolean absolute = uri.getHost().endsWith(".");
		String host = absolute ? uri.getHost().substring(0, uri.getHost().length() - 1) : shortForm(uri.getHost());
		return new ServiceAddress(origin(host, uri.getPort()), uri.getRawPath().replaceFirst("/+$", ""), absolute);
	}

	/** Where a call goes to. */
	static ServiceAddress of(URI url) {
		return new ServiceAddress(origin(String.valueOf(url.getHost()), url.getPort()), "", false);
	}

	private static URI origin(String host, int port) {
		return URI.create("https://" + host + ((port != -1) ? ":" + port : ""));
	}

	/**
	 * An IPv6 address in the one form of RFC 5952, which every parser takes; anything
	 * else as it is.
	 * @param host a host, the address with or without brackets
	 */
	public static String shortForm(String host) {
		if (!host.contains(":")) {
			return host;
		}
		try {
			// With a colon it is an address, and no name server is asked.
			InetAddress address = InetAddress.getByName(host);
			String text = NetUtil.toAddressString(address);
			return (host.startsWith("[") && address instanceof Inet6Address) ? "[" + text + "]" : text;
		}
		catch (UnknownHostException ex) {
			return host;
		}
	}

	/** The value is shown if it plainly is a URL without a password. */
	private static SettingException problem(String setting, String value, String why, String cure) {
		boolean plain = PLAIN.matcher(value.trim()).matches() && !LONG_WORD.matcher(value).find();
		return new SettingException(plain ? setting + " (" + CertificateText.escape(value) + ")" : setting, why, cure);
	}

	/** The host, as it must stand in the certificate of the service: without brackets. */
	String host() {
		String host = this.origin.getHost();
		return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
	}

	/** Whether a host is an IP address (version 4 or 6), not a DNS name. */
	static boolean isIpAddress(String host) {
		return NetUtil.isValidIpV4Address(host) || NetUtil.isValidIpV6Address(host);
	}

	int port() {
		return (this.origin.getPort() != -1) ? this.origin.getPort() : HTTPS;
	}

	/** Whether a URL has the same scheme, host and port. */
	boolean isOriginOf(URI url) {
		return "https".equals(url.getScheme()) && this.origin.getRawAuthority().equals(url.getRawAuthority());
	}

	/** The URL of the service itself. */
	URI url() {
		return URI.create(this.origin + this.path);
	}

	@Override
	public String toString() {
		return this.origin.toString();
	}

}
