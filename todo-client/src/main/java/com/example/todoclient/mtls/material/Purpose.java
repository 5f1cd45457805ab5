package com.example.todoclient.mtls.material;

/**
 * What a leaf certificate is used for: the key purposes of RFC 5280 section 4.2.1.12 that
 * TLS knows.
 */
public enum Purpose {

	/** Presented by the server, {@code id-kp-serverAuth}. */
	SERVER("1.3.6.1.5.5.7.3.1", "serverAuth", "server --host NAME"),

	/** Presented by the client, {@code id-kp-clientAuth}. */
	CLIENT("1.3.6.1.5.5.7.3.2", "clientAuth", "client --cn NAME");

	private final String oid;

	private final String keyPurpose;

	private final String command;

	Purpose(String oid, String keyPurpose, String command) {
		this.oid = oid;
		this.keyPurpose = keyPurpose;
		this.command = command;
	}

	/** The object identifier of the key purpose, in dotted notation. */
	public String oid() {
		return this.oid;
	}

	/** The name of the key purpose in RFC 5280, without its prefix. */
	public String keyPurpose() {
		return this.keyPurpose;
	}

	/** What our tool has to be told to issue such a certificate. */
	public String command() {
		return this.command;
	}

}
