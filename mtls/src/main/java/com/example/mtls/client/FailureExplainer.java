package com.example.mtls.client;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.URI;
import java.net.UnknownHostException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;

import com.example.mtls.client.CallFailure.Reason;
import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateText;
import io.netty.channel.ChannelException;
import io.netty.channel.ConnectTimeoutException;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import io.netty.handler.timeout.ReadTimeoutException;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.codec.CodecException;
import org.springframework.http.ProblemDetail;
import org.springframework.web.reactive.function.UnsupportedMediaTypeException;
import org.springframework.web.reactive.function.client.ClientResponse;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Turns whatever a call failed with into a {@link CallFailure}.
 * <p>
 * In TLS 1.3 the client's handshake is over before the server has judged the client's
 * certificate. So a refusal arrives with the first read, as an alert, or not at all when
 * the reset that follows it overtakes it. An alert that we receive is about our
 * certificate; a {@link CertificateException} of our own is about the server's.
 */
public class FailureExplainer {

	/** Characters that we repeat of what the service says about an error. */
	private static final int LONGEST_ANSWER = 2000;

	private static final String RECEIVED_ALERT = "Received fatal alert: ";

	private static final String IN_COMMON = "Both sides must offer TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or "
			+ "ChaCha20.";

	private static final String PROXY_PROTOCOL = "If a load balancer is in between, it may send the PROXY protocol "
			+ "before TLS (HAProxy: send-proxy), which todo-service does not take, or wait for it (accept-proxy), and "
			+ "we do not send it: switch it off there.";

	/** How both versions of the PROXY protocol begin, in hexadecimal digits. */
	private static final Pattern PROXY_HEADER = Pattern.compile(": (50524f5859|0d0a0d0a000d0a515549540a)");

	private final ServiceAddress address;

	private final ServiceSettings settings;

	private final Clock clock;

	public FailureExplainer(ServiceAddress address, ServiceSettings settings, Clock clock) {
		this.address = address;
		this.settings = settings;
		this.clock = clock;
	}

	CallFailure explain(Throwable error, CallTrace trace) {
		CallFailure known = find(error, CallFailure.class);
		if (known != null) {
			return known;
		}
		Explanation explanation = ofTls(error, trace);
		if (explanation == null) {
			explanation = ofConnection(error);
		}
		if (explanation == null) {
			explanation = ofExchange(error, trace);
		}
		return new CallFailure(explanation.reason(), explanation.detail(), trace.sent() && !isBeforeSend(error), error);
	}

	CallFailure tooLarge() {
		return new CallFailure(Reason.RESPONSE_TOO_LARGE,
				"The answer of %s has more than %d KiB. Ask for a smaller page with limit.".formatted(this.address,
						this.settings.maxResponseSize().toKilobytes()),
				true, null);
	}

	CallFailure redirected(int status, @Nullable URI location) {
		return new CallFailure(Reason.REDIRECTED,
				("%s answered %d and sends us to %s. We go nowhere else than to TODO_SERVICE_URL; if that is where the "
						+ "service is now, change the variable.")
					.formatted(this.address, status,
							(location != null) ? CertificateText.escape(place(location)) : "nowhere"),
				true, null);
	}

	/** The rest of a URL may be a password or a token. */
	private static String place(URI location) {
		return UriComponentsBuilder.fromUri(location).userInfo(null).replaceQuery(null).fragment(null).toUriString();
	}

	CallFailure tookTooLong() {
		return new CallFailure(Reason.RESPONSE_TIMEOUT,
				("The call to %s was given up after %s, all attempts together. What the service did with it is not known: "
						+ "look whether it was done before you send it again.")
					.formatted(this.address, seconds(this.settings.callTimeout())),
				true, null);
	}

	/** Repeats an error that the service answered with, and what it said about it. */
	public Mono<CallFailure> ofAnswer(ClientResponse response) {
		return response.bodyToMono(ProblemDetail.class)
			.onErrorComplete()
			.map(FailureExplainer::said)
			.defaultIfEmpty("")
			.map((said) -> new CallFailure(Reason.ERROR_RESPONSE,
					"%s answered %d%s".formatted(this.address, response.statusCode().value(), said), true, null));
	}

	private static String said(ProblemDetail problem) {
		Object reason = (problem.getProperties() != null) ? problem.getProperties().get("reason") : null;
		return ((reason != null) ? " (" + CertificateText.escape(reason.toString()) + ")" : "") + ": "
				+ CertificateText.escape(Stream.of(problem.getTitle(), problem.getDetail())
					.filter(Objects::nonNull)
					.collect(Collectors.joining(". ")), LONGEST_ANSWER);
	}

	private record Explanation(Reason reason, String detail) {
	}

	private @Nullable Explanation ofTls(Throwable error, CallTrace trace) {
		CertificateRefusedException refusal = find(error, CertificateRefusedException.class);
		if (refusal != null) {
			return serverRefused(refusal);
		}
		CertificateException jdkRefusal = find(error, CertificateException.class);
		if (jdkRefusal != null) {
			return new Explanation(Reason.SERVER_CERTIFICATE_REFUSED,
					"The JDK does not accept the certificate of %s: %s. Issue one afresh: %s".formatted(this.address,
							CertificateText.escape(String.valueOf(jdkRefusal.getMessage())), issueServer()));
		}
		NotSslRecordException notTls = find(error, NotSslRecordException.class);
		if (notTls != null) {
			return PROXY_HEADER.matcher(String.valueOf(notTls.getMessage()))
				.find() ? new Explanation(Reason.NOT_TLS, "%s answered, but with the PROXY protocol before TLS. %s".formatted(this.address, PROXY_PROTOCOL)) : new Explanation(Reason.NOT_TLS, ("%s answered, but not with TLS: it is the port of a plain protocol. Correct host and port in " + "TODO_SERVICE_URL; todo-service serves TLS on 8443, and its port 8081 is plain HTTP.").formatted(this.address));
		}
		if (find(error, SslHandshakeTimeoutException.class) != null) {
			return new Explanation(Reason.HANDSHAKE_TIMEOUT,
					("%s accepted the connection, but did not finish the TLS handshake within %s. It is overloaded, "
							+ "or something else than todo-service listens there. Look into its log, and check host and "
							+ "port in TODO_SERVICE_URL.")
						.formatted(this.address, seconds(this.settings.handshakeTimeout())));
		}
		SSLException ssl = find(error, SSLException.class);
		if (ssl != null && !(ssl instanceof SSLPeerUnverifiedException)) {
			String message = String.valueOf(ssl.getMessage());
			int alert = message.indexOf(RECEIVED_ALERT);
			if (alert >= 0) {
				return alert(message.substring(alert + RECEIVED_ALERT.length()), trace);
			}
			return new Explanation(Reason.HANDSHAKE_FAILED,
					"TLS with %s failed: %s. %s".formatted(this.address, CertificateText.escape(message), IN_COMMON));
		}
		return null;
	}

	private Explanation serverRefused(CertificateRefusedException refusal) {
		Reason reason = Reason.of(refusal);
		String cure = switch (reason) {
			case SERVER_CERTIFICATE_EXPIRED -> "Issue a new one for todo-service: " + issueServer()
					+ ". If it should be valid, one of the two clocks is wrong.";
			case SERVER_CERTIFICATE_NOT_YET_VALID ->
				"Set the clocks of both machines, or wait, or issue a new one: " + issueServer();
			case SERVER_CERTIFICATE_UNTRUSTED ->
				"If the service is the right one, CA_CERT_FILE_PATH of todo-client must hold the CA that issued it, and "
						+ "the service must present its intermediate certificates too. Or issue one from the CA we trust: "
						+ issueServer();
			case SERVER_CERTIFICATE_FOR_ANOTHER_HOST ->
				"Set TODO_SERVICE_URL to a host it is for, or issue one for this host: " + issueServer();
			default -> "Issue one for todo-service: " + issueServer();
		};
		return new Explanation(reason, "We refused the certificate of %s: %s. It has %s. %s".formatted(this.address,
				refusal.getMessage(), CertificateText.describe(refusal.certificate()), cure));
	}

	private String issueServer() {
		return "java -jar certs/target/certs.jar server --host " + CertificateText.escape(this.address.host());
	}

	/** The alerts of RFC 8446 section 6.2. */
	private Explanation alert(String alert, CallTrace trace) {
		String about = switch (alert) {
			case "bad_certificate", "certificate_unknown" -> usualReasons(trace.ours());
			case "certificate_expired" ->
				"That means: expired, or not valid yet. If the dates above say otherwise, one of "
						+ "the two clocks is wrong. To issue a new one: java -jar certs/target/certs.jar client --cn NAME";
			case "certificate_revoked" ->
				"That means: revoked. If that was a mistake or the key is safe again, issue a "
						+ "new one: java -jar certs/target/certs.jar client --cn NAME";
			case "unknown_ca" -> "That means: todo-service does not trust the CA that issued it. CA_CERT_FILE_PATH of "
					+ "todo-service must hold that CA's certificate, or we need one from the CA it trusts.";
			case "unsupported_certificate" -> "That means: it may not be used by a client. Issue one that may: "
					+ "java -jar certs/target/certs.jar client --cn NAME";
			case "certificate_required" -> "That means: none arrived, although we have one. Something between us and "
					+ "todo-service may end TLS; the two must be connected directly.";
			case "access_denied" -> "That means: it is valid, but its name may not call. See MTLS_CALLERS_0_NAME and "
					+ "following of todo-service.";
			default -> null;
		};
		if (about == null) {
			String cure = switch (alert) {
				case "handshake_failure", "protocol_version", "insufficient_security" -> IN_COMMON;
				default -> "It met something that it did not expect. " + PROXY_PROTOCOL;
			};
			return new Explanation(Reason.HANDSHAKE_FAILED,
					("%s broke off the TLS handshake with the alert \"%s\". %s A server other than ours may also mean our "
							+ "certificate%s. The log of the service says more.")
						.formatted(this.address, CertificateText.escape(alert), cure, ours(trace)));
		}
		return new Explanation(Reason.CLIENT_CERTIFICATE_REFUSED,
				"%s refused our certificate with the TLS alert \"%s\". We presented the one of CERT_FILE_PATH%s. %s"
					.formatted(this.address, alert, ours(trace), about));
	}

	/** Java servers send one and the same alert whatever they find wrong. */
	private String usualReasons(@Nullable X509Certificate ours) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		if (ours != null && now.isAfter(ours.getNotAfter().toInstant())) {
			return "It has expired. Issue a new one: java -jar certs/target/certs.jar client --cn NAME. If it should be "
					+ "valid, our clock is wrong: it says " + now + ".";
		}
		String issuer = (ours != null) ? " \"" + CertificateText.escape(ours.getIssuerX500Principal().getName()) + "\""
				: "";
		return ("Usually it does not know the CA%s: CA_CERT_FILE_PATH of todo-service must hold its certificate, and our "
				+ "CERT_FILE_PATH those of intermediate CAs. Or one of the two clocks is wrong: ours says %s. The log of "
				+ "todo-service says which it is.")
			.formatted(issuer, now);
	}

	private static String ours(CallTrace trace) {
		X509Certificate ours = trace.ours();
		return (ours != null) ? " with " + CertificateText.describe(ours) : "";
	}

	private @Nullable Explanation ofConnection(Throwable error) {
		String host = CertificateText.escape(this.address.host());
		UnknownHostException unknown = find(error, UnknownHostException.class);
		if (unknown != null && unknown.getCause() != null && !isNoSuchHost(unknown)) {
			return new Explanation(Reason.UNREACHABLE,
					("The name server did not say where the host \"%s\" is: %s. Whether there is such a host is not "
							+ "known. Check the network of this machine and the name servers in its /etc/resolv.conf; in "
							+ "Kubernetes, the DNS of the cluster, and whether a NetworkPolicy lets port 53 through.")
						.formatted(host, nameServerSaid(unknown)));
		}
		if (unknown != null) {
			return new Explanation(Reason.UNKNOWN_HOST,
					("No name server knows the host \"%s\". Correct TODO_SERVICE_URL (%s). In Compose and Choreo it is the "
							+ "name of the service, which is known only inside the same project.")
						.formatted(host, this.address));
		}
		if (find(error, ConnectTimeoutException.class) != null) {
			return new Explanation(Reason.CONNECT_TIMEOUT,
					("%s did not accept a connection within %s. The machine is down or overloaded, or a firewall drops "
							+ "the packets. Check that host and port in TODO_SERVICE_URL are right.")
						.formatted(this.address, seconds(this.settings.connectTimeout())));
		}
		if (find(error, ConnectException.class) != null) {
			return new Explanation(Reason.CONNECTION_REFUSED,
					"Nobody listens on port %d of \"%s\". Start todo-service, or correct TODO_SERVICE_URL (%s)."
						.formatted(this.address.port(), host, this.address));
		}
		if (find(error, NotConnectedException.class) != null || isWithoutSocket(error)) {
			return new Explanation(Reason.UNREACHABLE,
					("No connection to %s came about: this machine says \"%s\". Check its network and routes, and "
							+ "whether a firewall or a NetworkPolicy rejects the connection; and TODO_SERVICE_URL.")
						.formatted(this.address, rootMessage(error)));
		}
		if (find(error, PoolAcquireTimeoutException.class) != null
				|| find(error, PoolAcquirePendingLimitException.class) != null) {
			return new Explanation(Reason.TOO_MANY_CALLS,
					("All %d connections to todo-service are in use and none became free within %s. Try again later; if it "
							+ "lasts, the service is too slow or todo-service.pool.max-connections too small.")
						.formatted(this.settings.pool().maxConnections(), seconds(this.settings.pool().waitTimeout())));
		}
		return null;
	}

	private static boolean isNoSuchHost(UnknownHostException unknown) {
		DnsErrorCauseException answer = find(unknown, DnsErrorCauseException.class);
		return answer != null && answer.getCode().equals(DnsResponseCode.NXDOMAIN);
	}

	private String nameServerSaid(UnknownHostException unknown) {
		return (find(unknown, DnsNameResolverTimeoutException.class) != null)
				? "it did not answer within " + seconds(this.settings.connectTimeout()) : rootMessage(unknown);
	}

	/** No socket could be made, such as when too many files are open. */
	private static boolean isWithoutSocket(Throwable error) {
		ChannelException channel = find(error, ChannelException.class);
		return channel != null && find(channel, SocketException.class) != null;
	}

	private static String rootMessage(Throwable error) {
		Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
		return CertificateText.escape((cause.getMessage() != null) ? cause.getMessage() : cause.toString());
	}

	/** Whether a request was not written for another reason than the network. */
	static boolean isOfTheRequest(Throwable error) {
		return error instanceof CodecException || error instanceof UnsupportedMediaTypeException
				|| error instanceof IllegalArgumentException;
	}

	CallFailure unwritten(Throwable error) {
		return new CallFailure(Reason.INTERNAL_ERROR,
				("The request to %s could not be written: its body or a header has a form that cannot be sent. That is a "
						+ "fault of todo-client, and its log says which.")
					.formatted(this.address),
				false, error);
	}

	private Explanation ofExchange(Throwable error, CallTrace trace) {
		if (find(error, ReadTimeoutException.class) != null) {
			return new Explanation(Reason.RESPONSE_TIMEOUT,
					("%s took the request, but did not answer in time: nothing came for %s. What it did with the request "
							+ "is not known: look whether it was done before you send it again.")
						.formatted(this.address, seconds(this.settings.responseTimeout())));
		}
		if (isCut(error)) {
			return cut(trace);
		}
		if (find(error, CodecException.class) != null || find(error, DecoderException.class) != null
				|| find(error, IllegalArgumentException.class) != null) {
			return new Explanation(Reason.INVALID_RESPONSE,
					"%s answered with something that is not the API of todo-service. Check TODO_SERVICE_URL."
						.formatted(this.address));
		}
		return new Explanation(Reason.INTERNAL_ERROR,
				"The call to %s failed in todo-client itself, and not in the service or the network: %s. Its log says more."
					.formatted(this.address, rootMessage(error)));
	}

	/** The connection was found closed before the first byte of the request. */
	private static boolean isBeforeSend(Throwable error) {
		AbortedException aborted = find(error, AbortedException.class);
		return aborted != null
				&& String.valueOf(aborted.getMessage()).equals(AbortedException.beforeSend().getMessage());
	}

	private static boolean isCut(Throwable error) {
		return find(error, AbortedException.class) != null || find(error, IOException.class) != null;
	}

	private Explanation cut(CallTrace trace) {
		if (!trace.sent()) {
			return new Explanation(Reason.HANDSHAKE_FAILED,
					("%s closed the connection during the TLS handshake without saying why. Something else than "
							+ "todo-service may listen there. %s The log of the service may say more. We would have "
							+ "presented the certificate of CERT_FILE_PATH%s.")
						.formatted(this.address, PROXY_PROTOCOL, ours(trace)));
		}
		if (trace.firstOnConnection()) {
			return new Explanation(Reason.CLIENT_CERTIFICATE_PROBABLY_REFUSED,
					("%s closed the new connection right after the TLS handshake, before any answer. In TLS 1.3 that is how "
							+ "a refused certificate looks when the alert is lost. We presented the one of CERT_FILE_PATH%s. "
							+ "The log of todo-service says what it refused.")
						.formatted(this.address, ours(trace)));
		}
		return new Explanation(Reason.CONNECTION_LOST,
				("%s closed the connection before its answer was complete; it may be restarting. What it did with the "
						+ "request is not known: look whether it was done before you send it again.")
					.formatted(this.address));
	}

	private static String seconds(Duration duration) {
		return (duration.toMillis() % 1000 == 0) ? duration.toSeconds() + " s"
				: String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
	}

	static <T extends Throwable> @Nullable T find(Throwable error, Class<T> type) {
		for (Throwable each = error; each != null; each = each.getCause()) {
			if (type.isInstance(each)) {
				return type.cast(each);
			}
		}
		return null;
	}

}
