package com.example.certs.issue;

import java.util.Locale;

/**
 * Why a certificate is revoked (RFC 5280, section 5.3.1), as far as it fits a leaf.
 */
public enum RevocationReason {

	/** No reason given. */
	UNSPECIFIED(0),

	/** The private key is known or suspected to be in other hands. */
	KEY_COMPROMISE(1),

	/** The name or role of its holder has changed. */
	AFFILIATION_CHANGED(3),

	/** A newer certificate took its place. */
	SUPERSEDED(4),

	/** It is needed no longer. */
	CESSATION_OF_OPERATION(5),

	/** Its holder may no longer do what it allowed. */
	PRIVILEGE_WITHDRAWN(9);

	private final int code;

	RevocationReason(int code) {
		this.code = code;
	}

	int code() {
		return this.code;
	}

	@Override
	public String toString() {
		return name().toLowerCase(Locale.ROOT).replace('_', '-');
	}

}
