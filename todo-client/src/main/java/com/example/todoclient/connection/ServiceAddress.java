package com.example.todoclient.connection;

import java.net.URI;
import java.net.URISyntaxException;

import com.example.todoclient.mtls.material.CertificateText;
import com.example.todoclient.mtls.material.SettingException;
import io.netty.util.NetUtil;
import org.jspecify.annotations.Nullable;

/**
 * Where todo-service is: an {@code https} URL of a host and a port, nothing else.
 *
 * @param uri the URL without a path
 */
public record ServiceAddress(URI uri) {

	private static final String VARIABLE = "TODO_SERVICE_URL";

	private static final String EXAMPLE = "Set it to the scheme https, the host and the port, for example "
			+ "https://todo-service:8443.";

	private static final int HTTPS = 443;

	/**
	 * Reads the setting.
	 * @param text its value
	 * @return the address
	 * @throws SettingException if it is not such a URL, saying why
	 */
	static ServiceAddress of(@Nullable String text) {
		if (text == null || text.isBlank()) {
			throw new SettingException(VARIABLE, "is not set", EXAMPLE);
		}
		URI uri;
		try {
			uri = new URI(text.trim());
		}
		catch (URISyntaxException ex) {
			throw problem(text, "is not a URL: " + ex.getReason(), EXAMPLE);
		}
		if (!"https".equalsIgnoreCase(uri.getScheme())) {
			throw problem(text, "does not start with https://",
					"The client speaks nothing but TLS, so that no call leaves in the clear. " + EXAMPLE
							+ " Choreo shows a project URL with http://; write https:// in its place.");
		}
		if (uri.getHost() == null) {
			throw problem(text, "names no host, or one with characters that host names do not have", EXAMPLE);
		}
		if (uri.getRawUserInfo() != null) {
			throw problem(text, "has a user or a password before the host",
					"Take it out: the certificate says who we are. " + EXAMPLE);
		}
		if (uri.getRawQuery() != null || uri.getRawFragment() != null || !uri.getRawPath().matches("/?")) {
			throw problem(text, "has more than a host and a port", "End it there. " + EXAMPLE);
		}
		if (uri.getPort() == 0 || uri.getPort() > 0xFFFF) {
			throw problem(text, "has a port outside 1 to 65535", EXAMPLE);
		}
		return new ServiceAddress(URI.create("https://" + uri.getRawAuthority()));
	}

	/** The value is shown unless it may hold a password. */
	private static SettingException problem(String value, String why, String cure) {
		return new SettingException(
				value.contains("@") ? VARIABLE : VARIABLE + " (" + CertificateText.escape(value) + ")", why, cure);
	}

	/**
	 * The host, as it must stand in the certificate of the service.
	 * @return a DNS name, or an IP address without brackets
	 */
	public String host() {
		String host = this.uri.getHost();
		return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
	}

	/**
	 * Whether the host is an IP address (version 4 or 6), not a DNS name.
	 * @return {@code true} for an IP address
	 */
	boolean isIpAddress() {
		return NetUtil.isValidIpV4Address(host()) || NetUtil.isValidIpV6Address(host());
	}

	int port() {
		return (this.uri.getPort() != -1) ? this.uri.getPort() : HTTPS;
	}

	@Override
	public String toString() {
		return this.uri.toString();
	}

}
