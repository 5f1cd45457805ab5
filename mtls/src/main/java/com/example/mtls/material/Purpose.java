package com.example.mtls.material;

/**
 * What a leaf certificate is used for: the key purposes of RFC 5280 section 4.2.1.12 that
 * TLS knows.
 */
public enum Purpose {

	/** Presented by the server, {@code id-kp-serverAuth}. */
	SERVER("1.3.6.1.5.5.7.3.1", "server --host NAME"),

	/** Presented by the client, {@code id-kp-clientAuth}. */
	CLIENT("1.3.6.1.5.5.7.3.2", "client --cn NAME");

	private final String oid;

	private final String command;

	Purpose(String oid, String command) {
		this.oid = oid;
		this.command = command;
	}

	/** That of the other side. */
	Purpose other() {
		return (this == SERVER) ? CLIENT : SERVER;
	}

	String oid() {
		return this.oid;
	}

	/** What the {@link IssuingTool} has to be told to issue such a certificate. */
	String command() {
		return this.command;
	}

}
