package com.example.mtls.client;

import java.util.Locale;

import com.example.mtls.material.CertificateRefusedException;
import org.jspecify.annotations.Nullable;

import org.springframework.core.codec.CodecException;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.HttpStatus;

/**
 * A call without an answer that we can use, told for the person who has to act. The same
 * words go into the log, the problem document, the page and the output of the task.
 */
public final class CallFailure extends RuntimeException {

	/** Why, for programs; the title says what it means. */
	public enum Reason {

		CLIENT_CERTIFICATE_REFUSED(true, "todo-service refused our certificate"),
		CLIENT_CERTIFICATE_PROBABLY_REFUSED(true,
				"todo-service cut the connection and probably refused our certificate"),
		SERVER_CERTIFICATE_EXPIRED(true, "The certificate of todo-service has expired"),
		SERVER_CERTIFICATE_NOT_YET_VALID(true, "The certificate of todo-service is not valid yet"),
		SERVER_CERTIFICATE_UNTRUSTED(true, "We do not trust the certificate of todo-service"),
		SERVER_CERTIFICATE_IS_A_CA(true, "todo-service presents the certificate of a CA"),
		SERVER_CERTIFICATE_WRONG_PURPOSE(true, "The certificate of todo-service is not for a server"),
		SERVER_CERTIFICATE_WEAK_KEY(true, "The certificate of todo-service has a key that is too weak"),
		SERVER_CERTIFICATE_WEAK_SIGNATURE(true, "The certificate of todo-service has a signature that is too weak"),
		SERVER_CERTIFICATE_FOR_ANOTHER_HOST(true, "The certificate of todo-service is for another host"),
		SERVER_CERTIFICATE_WITHOUT_HOST(true, "The certificate of todo-service names no host"),
		SERVER_CERTIFICATE_REFUSED(true, "The certificate of todo-service is refused"),
		HANDSHAKE_FAILED(true, "The TLS handshake with todo-service failed"),
		NOT_TLS(false, "What answers in place of todo-service does not speak TLS"),
		UNKNOWN_HOST(false, "The host of todo-service is not known"),
		CONNECTION_REFUSED(false, "Nobody listens where todo-service should be"),
		UNREACHABLE(false, "todo-service cannot be reached"),
		CONNECT_TIMEOUT(false, "todo-service cannot be reached in time"),
		HANDSHAKE_TIMEOUT(false, "todo-service did not finish the TLS handshake in time"),
		RESPONSE_TIMEOUT(false, "todo-service did not answer in time"),
		CONNECTION_LOST(false, "The connection to todo-service was lost"),
		TOO_MANY_CALLS(false, "Too many calls to todo-service at once"),
		RESPONSE_TOO_LARGE(false, "The answer of todo-service is too large"),
		REDIRECTED(false, "todo-service answered with a redirect"),
		INVALID_RESPONSE(false, "The answer of todo-service cannot be understood"),
		ERROR_RESPONSE(false, "todo-service answered with an error"),
		INTERNAL_ERROR(false, "todo-client itself failed");

		private final boolean tlsRefusal;

		private final String title;

		Reason(boolean tlsRefusal, String title) {
			this.tlsRefusal = tlsRefusal;
			this.title = title;
		}

		static Reason of(CertificateRefusedException refusal) {
			return switch (refusal.reason()) {
				case EXPIRED -> SERVER_CERTIFICATE_EXPIRED;
				case NOT_YET_VALID -> SERVER_CERTIFICATE_NOT_YET_VALID;
				case UNTRUSTED -> SERVER_CERTIFICATE_UNTRUSTED;
				case IS_A_CA -> SERVER_CERTIFICATE_IS_A_CA;
				case WRONG_PURPOSE -> SERVER_CERTIFICATE_WRONG_PURPOSE;
				case WEAK_KEY -> SERVER_CERTIFICATE_WEAK_KEY;
				case WEAK_SIGNATURE -> SERVER_CERTIFICATE_WEAK_SIGNATURE;
				case OTHER_HOST -> SERVER_CERTIFICATE_FOR_ANOTHER_HOST;
				case NO_HOST -> SERVER_CERTIFICATE_WITHOUT_HOST;
			};
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

		/** What happened, in a few words: the title of problem documents. */
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

	/** Whether the service may have seen the request. */
	boolean isSent() {
		return this.sent;
	}

	/** Finds the failure in an error of the typed client, which may wrap it. */
	public static CallFailure in(Throwable error) {
		CallFailure failure = FailureExplainer.find(error, CallFailure.class);
		if (failure != null) {
			return failure;
		}
		CodecException codec = FailureExplainer.find(error, CodecException.class);
		if (codec != null && !(codec instanceof DecodingException)) {
			return new CallFailure(Reason.INTERNAL_ERROR,
					"todo-service answered, but todo-client has no type to put its answer into. That is a fault of "
							+ "todo-client, and its log says which.",
					true, error);
		}
		return new CallFailure(Reason.INVALID_RESPONSE,
				"The answer is not the one that the API of todo-service promises. Check TODO_SERVICE_URL.", true,
				error);
	}

	/** Why the call failed. */
	public Reason reason() {
		return this.reason;
	}

	/** What exactly happened, and what to do about it, in a few sentences. */
	public String detail() {
		return String.valueOf(getMessage());
	}

}
