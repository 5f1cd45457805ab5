package com.example.todoclient.mtls.failure;

import java.util.Locale;

import com.example.todoclient.mtls.connection.ServerCertificateException;
import org.jspecify.annotations.Nullable;

import org.springframework.http.HttpStatus;

/**
 * A call that the service did not answer, told for the person who has to act. The same
 * words go into the log, the problem document, the page and the output of the task.
 */
public final class CallFailure extends RuntimeException {

	/** Why, for programs. */
	public enum Reason {

		/** A TLS alert said that our certificate is refused. */
		CLIENT_CERTIFICATE_REFUSED(HttpStatus.BAD_GATEWAY, true, "todo-service refused our certificate"),

		/**
		 * The connection was cut where a refusal would be, and no alert arrived.
		 */
		CLIENT_CERTIFICATE_PROBABLY_REFUSED(HttpStatus.BAD_GATEWAY, true,
				"todo-service cut the connection and probably refused our certificate"),

		/** The certificate of the service has expired. */
		SERVER_CERTIFICATE_EXPIRED(HttpStatus.BAD_GATEWAY, true, "The certificate of todo-service has expired"),

		/** The certificate of the service is not valid yet. */
		SERVER_CERTIFICATE_NOT_YET_VALID(HttpStatus.BAD_GATEWAY, true,
				"The certificate of todo-service is not valid yet"),

		/** No path leads from the certificate of the service to a CA that we trust. */
		SERVER_CERTIFICATE_UNTRUSTED(HttpStatus.BAD_GATEWAY, true, "We do not trust the certificate of todo-service"),

		/** The service presents the certificate of a CA. */
		SERVER_CERTIFICATE_IS_A_CA(HttpStatus.BAD_GATEWAY, true, "todo-service presents the certificate of a CA"),

		/** The certificate of the service may not be used by a server. */
		SERVER_CERTIFICATE_WRONG_PURPOSE(HttpStatus.BAD_GATEWAY, true,
				"The certificate of todo-service is not for a server"),

		/** The key of the service is too short. */
		SERVER_CERTIFICATE_WEAK_KEY(HttpStatus.BAD_GATEWAY, true,
				"The certificate of todo-service has a key that is too weak"),

		/** The signature on the certificate of the service can be forged. */
		SERVER_CERTIFICATE_WEAK_SIGNATURE(HttpStatus.BAD_GATEWAY, true,
				"The certificate of todo-service has a signature that is too weak"),

		/** The certificate is that of another host. */
		SERVER_CERTIFICATE_FOR_ANOTHER_HOST(HttpStatus.BAD_GATEWAY, true,
				"The certificate of todo-service is for another host"),

		/** The certificate has no SAN with a host. */
		SERVER_CERTIFICATE_WITHOUT_HOST(HttpStatus.BAD_GATEWAY, true, "The certificate of todo-service names no host"),

		/** The JDK refuses the certificate of the service. */
		SERVER_CERTIFICATE_REFUSED(HttpStatus.BAD_GATEWAY, true, "The certificate of todo-service is refused"),

		/** The two sides found no common version or cipher suite, or broke off. */
		HANDSHAKE_FAILED(HttpStatus.BAD_GATEWAY, true, "The TLS handshake with todo-service failed"),

		/** The other side does not speak TLS. */
		NOT_TLS(HttpStatus.BAD_GATEWAY, false, "What answers in place of todo-service does not speak TLS"),

		/** DNS does not know the name. */
		UNKNOWN_HOST(HttpStatus.BAD_GATEWAY, false, "The host of todo-service is not known"),

		/** The host is there and the port is not open. */
		CONNECTION_REFUSED(HttpStatus.BAD_GATEWAY, false, "Nobody listens where todo-service should be"),

		/** No route, or another error of the network. */
		UNREACHABLE(HttpStatus.BAD_GATEWAY, false, "todo-service cannot be reached"),

		/** No TCP connection in time. */
		CONNECT_TIMEOUT(HttpStatus.GATEWAY_TIMEOUT, false, "todo-service cannot be reached in time"),

		/** No finished handshake in time. */
		HANDSHAKE_TIMEOUT(HttpStatus.GATEWAY_TIMEOUT, false, "todo-service did not finish the TLS handshake in time"),

		/** No answer, or not all of it, in time. */
		RESPONSE_TIMEOUT(HttpStatus.GATEWAY_TIMEOUT, false, "todo-service did not answer in time"),

		/** The connection broke before the whole answer was there. */
		CONNECTION_LOST(HttpStatus.BAD_GATEWAY, false, "The connection to todo-service was lost"),

		/** All connections are in use. */
		TOO_MANY_CALLS(HttpStatus.SERVICE_UNAVAILABLE, false, "Too many calls to todo-service at once"),

		/** The answer is larger than we read. */
		RESPONSE_TOO_LARGE(HttpStatus.BAD_GATEWAY, false, "The answer of todo-service is too large"),

		/** The answer is a redirect, which we never follow. */
		REDIRECTED(HttpStatus.BAD_GATEWAY, false, "todo-service answered with a redirect"),

		/** The answer is not HTTP, or not what the API promises. */
		INVALID_RESPONSE(HttpStatus.BAD_GATEWAY, false, "The answer of todo-service cannot be understood"),

		/** The service answered with an error, which the detail repeats. */
		ERROR_RESPONSE(HttpStatus.BAD_GATEWAY, false, "todo-service answered with an error");

		private final HttpStatus status;

		private final boolean tlsRefusal;

		private final String title;

		Reason(HttpStatus status, boolean tlsRefusal, String title) {
			this.status = status;
			this.tlsRefusal = tlsRefusal;
			this.title = title;
		}

		static Reason of(ServerCertificateException refusal) {
			if (refusal.rule() == null) {
				return refusal.namesAHost() ? SERVER_CERTIFICATE_FOR_ANOTHER_HOST : SERVER_CERTIFICATE_WITHOUT_HOST;
			}
			return switch (refusal.rule()) {
				case EXPIRED -> SERVER_CERTIFICATE_EXPIRED;
				case NOT_YET_VALID -> SERVER_CERTIFICATE_NOT_YET_VALID;
				case UNTRUSTED -> SERVER_CERTIFICATE_UNTRUSTED;
				case IS_A_CA -> SERVER_CERTIFICATE_IS_A_CA;
				case WRONG_PURPOSE -> SERVER_CERTIFICATE_WRONG_PURPOSE;
				case WEAK_KEY -> SERVER_CERTIFICATE_WEAK_KEY;
				case WEAK_SIGNATURE -> SERVER_CERTIFICATE_WEAK_SIGNATURE;
				// Of the service, revocation is not asked for.
				case REVOKED, REVOCATION_UNKNOWN -> SERVER_CERTIFICATE_REFUSED;
			};
		}

		/**
		 * The reason as it stands in problem documents.
		 * @return lower case with hyphens
		 */
		public String code() {
			return name().toLowerCase(Locale.ROOT).replace('_', '-');
		}

		/**
		 * The status for whoever called us (RFC 9110 section 15.6).
		 * @return 502, 503 or 504
		 */
		public HttpStatus status() {
			return this.status;
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
		 * @return the title of problem documents
		 */
		public String title() {
			return this.title;
		}

	}

	private final Reason reason;

	private final boolean sent;

	CallFailure(Reason reason, String detail, boolean sent, @Nullable Throwable cause) {
		super(detail, cause, false, false);
		this.reason = reason;
		this.sent = sent;
	}

	/**
	 * Whether the service may have seen the request.
	 * @return {@code false} if it certainly has not
	 */
	boolean isSent() {
		return this.sent;
	}

	/**
	 * Finds the failure in an error of the typed client, which may wrap it.
	 * @param error what a call ended with
	 * @return the failure
	 */
	public static CallFailure in(Throwable error) {
		for (Throwable each = error; each != null; each = each.getCause()) {
			if (each instanceof CallFailure failure) {
				return failure;
			}
		}
		return new CallFailure(Reason.INVALID_RESPONSE,
				"The answer is not the one that the API of todo-service promises. Check TODO_SERVICE_URL.", true,
				error);
	}

	/**
	 * Why the call failed.
	 * @return the reason
	 */
	public Reason reason() {
		return this.reason;
	}

	/**
	 * What exactly happened, and what to do about it.
	 * @return a few sentences
	 */
	public String detail() {
		return String.valueOf(getMessage());
	}

}
