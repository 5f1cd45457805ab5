package com.example.mtls;

import java.util.Locale;

import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * What prevented an answer, told for the person who has to act. The same words go into
 * the log, a problem document, a page and the output of a task.
 * <p>
 * An answer of the service, whatever its status, is none: it is Spring's own
 * {@code NotFound}, {@code Conflict} and so on, with status, headers and problem
 * document. {@link CalledService#explain} puts both into this one form.
 */
public final class CallFailure extends RuntimeException {

	/** Why, for programs; the title says what it means. */
	public enum Reason {

		CLIENT_CERTIFICATE_REFUSED(true, "%1$s refused our certificate"),
		CLIENT_CERTIFICATE_PROBABLY_REFUSED(true, "%1$s cut the connection and probably refused our certificate"),
		SERVER_CERTIFICATE_EXPIRED(true, "The certificate of %1$s has expired"),
		SERVER_CERTIFICATE_NOT_YET_VALID(true, "The certificate of %1$s is not valid yet"),
		SERVER_CERTIFICATE_UNTRUSTED(true, "We do not trust the certificate of %1$s"),
		SERVER_CERTIFICATE_IS_A_CA(true, "%1$s presents the certificate of a CA"),
		SERVER_CERTIFICATE_WRONG_PURPOSE(true, "The certificate of %1$s is not for a server"),
		SERVER_CERTIFICATE_WEAK_KEY(true, "The certificate of %1$s has a key that is too weak"),
		SERVER_CERTIFICATE_WEAK_SIGNATURE(true, "The certificate of %1$s has a signature that is too weak"),
		SERVER_CERTIFICATE_FOR_ANOTHER_HOST(true, "The certificate of %1$s is for another host"),
		SERVER_CERTIFICATE_WITHOUT_HOST(true, "The certificate of %1$s names no host"),
		SERVER_CERTIFICATE_REFUSED(true, "The certificate of %1$s is refused"),
		HANDSHAKE_FAILED(true, "The TLS handshake with %1$s failed"),
		NOT_TLS(false, "What answers in place of %1$s does not speak TLS"),
		UNKNOWN_HOST(false, "The host of %1$s is not known"),
		CONNECTION_REFUSED(false, "Nobody listens where %1$s should be"), UNREACHABLE(false, "%1$s cannot be reached"),
		CONNECT_TIMEOUT(false, "%1$s cannot be reached in time"),
		HANDSHAKE_TIMEOUT(false, "%1$s did not finish the TLS handshake in time"),
		RESPONSE_TIMEOUT(false, "%1$s did not answer in time"),
		CONNECTION_LOST(false, "The connection to %1$s was lost"),
		TOO_MANY_CALLS(false, "Too many calls to %1$s at once"),
		RESPONSE_TOO_LARGE(false, "The answer of %1$s is too large"),
		REDIRECTED(false, "%1$s answered with a redirect"),
		INVALID_RESPONSE(false, "The answer of %1$s cannot be understood"),
		ERROR_RESPONSE(false, "%1$s answered with an error"), INTERNAL_ERROR(false, "%2$s itself failed");

		private final boolean tlsRefusal;

		private final String title;

		Reason(boolean tlsRefusal, String title) {
			this.tlsRefusal = tlsRefusal;
			this.title = title;
		}

		/** As it stands in problem documents: in lower case, with hyphens. */
		public String code() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		/**
		 * The status for whoever called us (RFC 9110 section 15.6): 500, 502, 503 or 504.
		 */
		public HttpStatus status() {
			return switch (this) {
				case CONNECT_TIMEOUT, HANDSHAKE_TIMEOUT, RESPONSE_TIMEOUT -> HttpStatus.GATEWAY_TIMEOUT;
				case TOO_MANY_CALLS -> HttpStatus.SERVICE_UNAVAILABLE;
				case INTERNAL_ERROR -> HttpStatus.INTERNAL_SERVER_ERROR;
				default -> HttpStatus.BAD_GATEWAY;
			};
		}

		/**
		 * Whether one side refused the other's certificate or TLS, so that trying again
		 * changes nothing.
		 * @return {@code true} for a refusal
		 */
		public boolean isTlsRefusal() {
			return this.tlsRefusal;
		}

		/**
		 * What happened, in a few words.
		 * @param service the name of what was called
		 * @param us our own name
		 */
		public String title(String service, String us) {
			return this.title.formatted(service, us);
		}

	}

	private final Reason reason;

	private final String title;

	private final boolean sent;

	/**
	 * Says what happened.
	 * @param reason why, for programs
	 * @param title what happened, in a few words for people
	 * @param detail what exactly, and what to do about it
	 * @param sent whether the service may have seen the request
	 * @param cause what was thrown, if anything
	 */
	public CallFailure(Reason reason, String title, String detail, boolean sent, @Nullable Throwable cause) {
		super(detail, cause, false, false);
		this.reason = reason;
		this.title = title;
		this.sent = sent;
	}

	/** Whether the service may have seen the request, and done what it asks for. */
	public boolean isSent() {
		return this.sent;
	}

	/** Why the call failed. */
	public Reason reason() {
		return this.reason;
	}

	/** What happened, in a few words: the title of problem documents. */
	public String title() {
		return this.title;
	}

	/** What exactly happened, and what to do about it, in a few sentences. */
	public String detail() {
		return String.valueOf(getMessage());
	}

	/**
	 * Whether one side refused the other's certificate or TLS, so that trying again
	 * changes nothing.
	 */
	public boolean isTlsRefusal() {
		return this.reason.isTlsRefusal();
	}

}
