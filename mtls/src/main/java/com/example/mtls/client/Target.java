package com.example.mtls.client;

import java.net.URI;
import java.time.Duration;

import org.jspecify.annotations.Nullable;

/**
 * Whom a client calls, and how people know it.
 *
 * @param name the name of the service in messages
 * @param address where it is, {@code null}: wherever a call says
 * @param setting the setting that says where it is
 * @param connectTimeout the longest wait for a TCP connection
 * @param responseTimeout the longest silence while an answer or its rest is awaited,
 * {@code null}: any
 */
record Target(String name, @Nullable ServiceAddress address, String setting, Duration connectTimeout,
		@Nullable Duration responseTimeout) {

	/** The service that this call goes to. */
	Target of(URI url) {
		return (this.address != null) ? this
				: new Target(this.name.isEmpty() ? String.valueOf(url.getHost()) : this.name, ServiceAddress.of(url),
						this.setting, this.connectTimeout, this.responseTimeout);
	}

	/**
	 * Whether a URL leads to it, and over TLS.
	 * @param url the whole URL of a call
	 */
	boolean includes(URI url) {
		return (this.address != null) ? this.address.isOriginOf(url) : "https".equals(url.getScheme());
	}

}
