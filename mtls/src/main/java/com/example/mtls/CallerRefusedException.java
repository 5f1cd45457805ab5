package com.example.mtls;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

/**
 * A request whose certificate does not admit it.
 */
public final class CallerRefusedException extends Exception {

	/** Why, for programs. */
	public enum Reason {

		NO_CERTIFICATE, CERTIFICATE_REFUSED, NO_COMMON_NAME, SEVERAL_COMMON_NAMES, UNUSABLE_COMMON_NAME, NO_SAN_NAME,
		SEVERAL_SAN_NAMES, UNUSABLE_SAN_NAME, REVOKED, REVOCATION_UNKNOWN, UNKNOWN_CALLER, MISSING_ROLE;

		/** As it stands in problem documents and logs: in lower case, with hyphens. */
		public String code() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

	}

	private final Reason reason;

	private final @Nullable String name;

	public CallerRefusedException(Reason reason, String message) {
		this(reason, message, null);
	}

	public CallerRefusedException(Reason reason, String message, @Nullable String name) {
		super(message, null, false, false);
		this.reason = reason;
		this.name = name;
	}

	/** Why, for programs. */
	public Reason reason() {
		return this.reason;
	}

	/** The Common Name the certificate presents, where it could be read. */
	public @Nullable String name() {
		return this.name;
	}

}
