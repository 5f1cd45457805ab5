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

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
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
import reactor.netty.channel.AbortedException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquirePendingLimitException;
import reactor.netty.internal.shaded.reactor.pool.PoolAcquireTimeoutException;

import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.NestedRuntimeException;
import org.springframework.core.codec.CodecException;
import org.springframework.core.codec.DecodingException;
import org.springframework.http.ProblemDetail;
import org.springframework.web.util.UriComponentsBuilder;

/**
 * Turns whatever a call failed with into a {@link CallFailure}.
 * <p>
 * In TLS 1.3 the client's handshake is over before the server has judged the client's
 * certificate. So a refusal arrives with the first read, as an alert, or not at all when
 * the reset that follows it overtakes it. An alert that we receive is about our
 * certificate; a {@link CertificateException} of our own is about the server's.
 */
final class FailureExplainer {

	/** Characters that we repeat of what the service says about an error. */
	private static final int LONGEST_ANSWER = 2000;

	private static final String RECEIVED_ALERT = "Received fatal alert: ";

	private static final String IN_COMMON = "Both sides must offer TLS 1.3, or TLS 1.2 with ECDHE and AES-GCM or "
			+ "ChaCha20.";

	private static final String PROXY_PROTOCOL = "If a load balancer is in between, it may send the PROXY protocol "
			+ "before TLS (HAProxy: send-proxy), which {service} does not take, or wait for it (accept-proxy), and we do "
			+ "not send it: switch it off there.";

	private static final String ISSUE_ONE = "Issue one for {service}{issueServer}";

	/** How both versions of the PROXY protocol begin, in hexadecimal digits. */
	private static final Pattern PROXY_HEADER = Pattern.compile(": (50524f5859|0d0a0d0a000d0a515549540a)");

	private final Target target;

	private final ServiceAddress address;

	private final String host;

	private final Words words;

	private final ClientSettings settings;

	private final Clock clock;

	/**
	 * Explains the failures of one service.
	 * @param target the service, whose address is known
	 * @param words how people know us
	 * @param settings the limits that calls have
	 * @param clock the time that certificates are judged by
	 */
	FailureExplainer(Target target, Words words, ClientSettings settings, Clock clock) {
		this.target = target;
		this.address = Objects.requireNonNull(target.address());
		this.host = CertificateText.escape(this.address.host());
		this.words = words;
		this.settings = settings;
		this.clock = clock;
	}

	/**
	 * Puts the names into a text: those in braces, and what is given for each {@code %}.
	 */
	private String say(String text, @Nullable Object... more) {
		return text.replace("{url}", literal(this.address.toString()))
			.replace("{host}", literal(this.host))
			.replace("{service}", literal(this.target.name()))
			.replace("{setting}", literal(this.target.setting()))
			.replace("{us}", literal(this.words.us()))
			.replace("{certificate}", literal(this.words.certificate()))
			.replace("{trust}", literal(this.words.trust()))
			.replace("{issueClient}", literal(this.words.tool().how("client --cn NAME")))
			.replace("{issueServer}", literal(this.words.tool().how("server --host " + this.host)))
			.formatted(more);
	}

	private static String literal(String name) {
		return name.replace("%", "%%");
	}

	private CallFailure failure(Reason reason, String detail, boolean sent, @Nullable Throwable cause) {
		return new CallFailure(reason, reason.title(this.target.name(), this.words.us()), detail, sent, cause);
	}

	private record Explanation(Reason reason, String detail) {
	}

	private Explanation because(Reason reason, String text, @Nullable Object... more) {
		return new Explanation(reason, say(text, more));
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
		return failure(explanation.reason(), explanation.detail(), trace.sent() && !isBeforeSend(error), error);
	}

	CallFailure tooLarge() {
		return failure(Reason.RESPONSE_TOO_LARGE,
				say("The answer of {url} has more than %d KiB. Ask for less at once, or raise "
						+ "mtls.client.max-response-size.", this.settings.maxResponseSize().toKilobytes()),
				true, null);
	}

	CallFailure redirected(int status, @Nullable URI location) {
		return failure(Reason.REDIRECTED,
				say("{url} answered %d and sends us to %s. We go nowhere else than to {setting}; if that is where the "
						+ "service is now, change the setting.", status,
						(location != null) ? CertificateText.escape(place(location)) : "nowhere"),
				true, null);
	}

	/** The rest of a URL may be a password or a token. */
	private static String place(URI location) {
		return UriComponentsBuilder.fromUri(location).userInfo(null).replaceQuery(null).fragment(null).toUriString();
	}

	CallFailure tookTooLong() {
		return failure(Reason.RESPONSE_TIMEOUT, say(
				"The call to {url} was given up after %s, all attempts together. What the service did with it is not "
						+ "known: look whether it was done before you send it again.",
				seconds(this.settings.callTimeout())), true, null);
	}

	/** Repeats an error that the service answered with, and what it said about it. */
	CallFailure answered(int status, @Nullable ProblemDetail problem) {
		return failure(Reason.ERROR_RESPONSE,
				say("{url} answered %d%s", status, (problem != null) ? said(problem) : ""), true, null);
	}

	private static String said(ProblemDetail problem) {
		Object reason = (problem.getProperties() != null) ? problem.getProperties().get("reason") : null;
		return ((reason != null) ? " (" + CertificateText.escape(reason.toString()) + ")" : "") + ": "
				+ CertificateText.escape(Stream.of(problem.getTitle(), problem.getDetail())
					.filter(Objects::nonNull)
					.collect(Collectors.joining(". ")), LONGEST_ANSWER);
	}

	/** What went wrong only when an answer was read. */
	CallFailure unreadable(Throwable error) {
		CodecException codec = find(error, CodecException.class);
		if (codec != null && !(codec instanceof DecodingException)) {
			return failure(Reason.INTERNAL_ERROR, say(
					"{service} answered, but {us} has no type to put its answer into. That is a fault of {us}, and its "
							+ "log says which."),
					true, error);
		}
		return failure(Reason.INVALID_RESPONSE,
				say("The answer is not the one that the API of {service} promises. Check {setting}."), true, error);
	}

	/** Whether a request was not written for another reason than the network. */
	static boolean isOfTheRequest(Throwable error) {
		return error instanceof NestedRuntimeException || error instanceof IllegalArgumentException;
	}

	CallFailure unwritten(Throwable error) {
		return failure(Reason.INTERNAL_ERROR,
				say("The request to {url} could not be written: its body or a header has a form that cannot be sent. "
						+ "That is a fault of {us}, and its log says which."),
				false, error);
	}

	private @Nullable Explanation ofTls(Throwable error, CallTrace trace) {
		CertificateRefusedException refusal = find(error, CertificateRefusedException.class);
		if (refusal != null) {
			return serverRefused(refusal);
		}
		CertificateException jdkRefusal = find(error, CertificateException.class);
		if (jdkRefusal != null) {
			return because(Reason.SERVER_CERTIFICATE_REFUSED,
					"The JDK does not accept the certificate of {url}: %s. Issue one afresh{issueServer}",
					CertificateText.escape(String.valueOf(jdkRefusal.getMessage())));
		}
		NotSslRecordException notTls = find(error, NotSslRecordException.class);
		if (notTls != null) {
			return PROXY_HEADER.matcher(String.valueOf(notTls.getMessage())).find()
					? because(Reason.NOT_TLS,
							"{url} answered, but with the PROXY protocol before TLS. " + PROXY_PROTOCOL)
					: because(Reason.NOT_TLS,
							"{url} answered, but not with TLS: it is the port of a plain protocol. Correct host and port "
									+ "in {setting}: it must be the port where {service} serves TLS, and not the one of "
									+ "its probes.");
		}
		if (find(error, SslHandshakeTimeoutException.class) != null) {
			return because(Reason.HANDSHAKE_TIMEOUT,
					"{url} accepted the connection, but did not finish the TLS handshake within %s. It is overloaded, "
							+ "or something else than {service} listens there. Look into its log, and check host and "
							+ "port in {setting}.",
					seconds(this.settings.handshakeTimeout()));
		}
		SSLException ssl = find(error, SSLException.class);
		if (ssl != null && !(ssl instanceof SSLPeerUnverifiedException)) {
			String message = String.valueOf(ssl.getMessage());
			int alert = message.indexOf(RECEIVED_ALERT);
			if (alert >= 0) {
				return alert(message.substring(alert + RECEIVED_ALERT.length()), trace);
			}
			return because(Reason.HANDSHAKE_FAILED, "TLS with {url} failed: %s. " + IN_COMMON,
					CertificateText.escape(message));
		}
		return null;
	}

	private Explanation serverRefused(CertificateRefusedException refusal) {
		String refused = "We refused the certificate of {url}: %s. It has %s. ";
		String why = String.valueOf(refusal.getMessage());
		String which = CertificateText.describe(refusal.certificate());
		return switch (refusal.reason()) {
			case EXPIRED -> because(Reason.SERVER_CERTIFICATE_EXPIRED, refused
					+ "Issue a new one for {service}{issueServer}. If it should be valid, one of the two clocks is "
					+ "wrong.", why, which);
			case NOT_YET_VALID -> because(Reason.SERVER_CERTIFICATE_NOT_YET_VALID,
					refused + "Set the clocks of both machines, or wait, or issue a new one{issueServer}", why, which);
			case UNTRUSTED -> because(Reason.SERVER_CERTIFICATE_UNTRUSTED, refused
					+ "If the service is the right one, {trust} of {us} must hold the CA that issued it, and the "
					+ "service must present its intermediate certificates too. Or issue one from the CA we "
					+ "trust{issueServer}", why, which);
			case OTHER_HOST -> because(Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST,
					refused + "Set {setting} to a host it is for, or issue one for this host{issueServer}", why, which);
			case NO_HOST -> because(Reason.SERVER_CERTIFICATE_WITHOUT_HOST, refused + ISSUE_ONE, why, which);
			case IS_A_CA -> because(Reason.SERVER_CERTIFICATE_IS_A_CA, refused + ISSUE_ONE, why, which);
			case WRONG_PURPOSE -> because(Reason.SERVER_CERTIFICATE_WRONG_PURPOSE, refused + ISSUE_ONE, why, which);
			case WEAK_KEY -> because(Reason.SERVER_CERTIFICATE_WEAK_KEY, refused + ISSUE_ONE, why, which);
			case WEAK_SIGNATURE -> because(Reason.SERVER_CERTIFICATE_WEAK_SIGNATURE, refused + ISSUE_ONE, why, which);
		};
	}

	/** The alerts of RFC 8446 section 6.2. */
	private Explanation alert(String alert, CallTrace trace) {
		String about = switch (alert) {
			case "bad_certificate", "certificate_unknown" -> usualReasons(trace.ours());
			case "certificate_expired" ->
				"That means: expired, or not valid yet. If the dates above say otherwise, one of the two clocks is wrong. "
						+ "Issue a new one{issueClient}";
			case "certificate_revoked" ->
				"That means: revoked. If that was a mistake or the key is safe again, issue a new one{issueClient}";
			case "unknown_ca" ->
				"That means: {service} does not trust the CA that issued it. {trust} of {service} must "
						+ "hold that CA's certificate, or we need one from the CA it trusts.";
			case "unsupported_certificate" ->
				"That means: it may not be used by a client. Issue one that may{issueClient}";
			case "certificate_required" -> "That means: none arrived, although we have one. Something between us and "
					+ "{service} may end TLS; the two must be connected directly.";
			case "access_denied" -> "That means: it is valid, but its name may not call. See MTLS_CALLERS_0_NAME and "
					+ "following of {service}.";
			default -> null;
		};
		if (about == null) {
			String cure = switch (alert) {
				case "handshake_failure", "protocol_version", "insufficient_security" -> IN_COMMON;
				default -> "It met something that it did not expect. " + PROXY_PROTOCOL;
			};
			return because(Reason.HANDSHAKE_FAILED,
					"{url} broke off the TLS handshake with the alert \"%s\". " + cure
							+ " A server other than ours may also mean our certificate with %s. The log of the service "
							+ "says more.",
					CertificateText.escape(alert), CertificateText.describe(trace.ours()));
		}
		return because(Reason.CLIENT_CERTIFICATE_REFUSED,
				"{url} refused our certificate with the TLS alert \"%s\". We presented the one of {certificate} with %s. "
						+ about,
				alert, CertificateText.describe(trace.ours()));
	}

	/** Java servers send one and the same alert whatever they find wrong. */
	private String usualReasons(X509Certificate ours) {
		Instant now = this.clock.instant().truncatedTo(ChronoUnit.SECONDS);
		if (now.isAfter(ours.getNotAfter().toInstant())) {
			return "It has expired. Issue a new one{issueClient}. If it should be valid, our clock is wrong: it says "
					+ now + ".";
		}
		String issuer = CertificateText.escape(ours.getIssuerX500Principal().getName());
		return "Usually it does not know the CA \"" + literal(issuer) + "\": {trust} of {service} must hold its "
				+ "certificate, and our {certificate} those of intermediate CAs. Or one of the two clocks is wrong: ours "
				+ "says " + now + ". The log of {service} says which it is.";
	}

	private @Nullable Explanation ofConnection(Throwable error) {
		UnknownHostException unknown = find(error, UnknownHostException.class);
		if (unknown != null && unknown.getCause() != null && !isNoSuchHost(unknown)) {
			return because(Reason.UNREACHABLE,
					"The name server did not say where the host \"{host}\" is: %s. Whether there is such a host is not "
							+ "known. Check the network of this machine and the name servers in its /etc/resolv.conf; in "
							+ "Kubernetes, the DNS of the cluster, and whether a NetworkPolicy lets port 53 through.",
					nameServerSaid(unknown));
		}
		if (unknown != null) {
			return because(Reason.UNKNOWN_HOST,
					"No name server knows the host \"{host}\". Correct {setting} ({url}). In Compose and Choreo it is the "
							+ "name of the service, which is known only inside the same project.");
		}
		if (find(error, ConnectTimeoutException.class) != null) {
			return because(Reason.CONNECT_TIMEOUT,
					"{url} did not accept a connection within %s. The machine is down or overloaded, or a firewall drops "
							+ "the packets. Check that host and port in {setting} are right.",
					seconds(this.target.connectTimeout()));
		}
		if (find(error, ConnectException.class) != null) {
			return because(Reason.CONNECTION_REFUSED,
					"Nobody listens on port %d of \"{host}\". Start {service}, or correct {setting} ({url}).",
					this.address.port());
		}
		if (find(error, ConnectionAttempt.Failure.class) != null || isWithoutSocket(error)) {
			return because(Reason.UNREACHABLE,
					"No connection to {url} came about: this machine says \"%s\". Check its network and routes, and "
							+ "whether a firewall or a NetworkPolicy rejects the connection; and {setting}.",
					rootMessage(error));
		}
		if (find(error, PoolAcquireTimeoutException.class) != null
				|| find(error, PoolAcquirePendingLimitException.class) != null) {
			return because(Reason.TOO_MANY_CALLS,
					"All %d connections to {service} are in use and none became free within %s. Try again later; if it "
							+ "lasts, the service is too slow or mtls.client.pool.max-connections too small.",
					this.settings.pool().maxConnections(), seconds(this.settings.pool().waitTimeout()));
		}
		return null;
	}

	private static boolean isNoSuchHost(UnknownHostException unknown) {
		DnsErrorCauseException answer = find(unknown, DnsErrorCauseException.class);
		return answer != null && answer.getCode().equals(DnsResponseCode.NXDOMAIN);
	}

	private String nameServerSaid(UnknownHostException unknown) {
		return (find(unknown, DnsNameResolverTimeoutException.class) != null)
				? "it did not answer within " + seconds(this.target.connectTimeout()) : rootMessage(unknown);
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

	private Explanation ofExchange(Throwable error, CallTrace trace) {
		if (find(error, ReadTimeoutException.class) != null) {
			return because(Reason.RESPONSE_TIMEOUT,
					"{url} took the request, but did not answer in time: nothing came for %s. What it did with the request "
							+ "is not known: look whether it was done before you send it again.",
					seconds(this.target.responseTimeout()));
		}
		if (isCut(error)) {
			return cut(trace);
		}
		if (find(error, CodecException.class) != null || find(error, DecoderException.class) != null
				|| find(error, IllegalArgumentException.class) != null) {
			return because(Reason.INVALID_RESPONSE,
					"{url} answered with something that is not the API of {service}. Check {setting}.");
		}
		return because(Reason.INTERNAL_ERROR,
				"The call to {url} failed in {us} itself, and not in the service or the network: %s. Its log says more.",
				rootMessage(error));
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
		String ours = CertificateText.describe(trace.ours());
		if (!trace.sent()) {
			return because(Reason.HANDSHAKE_FAILED,
					"{url} closed the connection during the TLS handshake without saying why. Something else than "
							+ "{service} may listen there. " + PROXY_PROTOCOL
							+ " The log of the service may say more. We would have presented the certificate of "
							+ "{certificate} with %s.",
					ours);
		}
		if (trace.firstOnConnection()) {
			return because(Reason.CLIENT_CERTIFICATE_PROBABLY_REFUSED,
					"{url} closed the new connection right after the TLS handshake, before any answer. In TLS 1.3 that is "
							+ "how a refused certificate looks when the alert is lost. We presented the one of "
							+ "{certificate} with %s. The log of {service} says what it refused.",
					ours);
		}
		return because(Reason.CONNECTION_LOST,
				"{url} closed the connection before its answer was complete; it may be restarting. What it did with the "
						+ "request is not known: look whether it was done before you send it again.");
	}

	private static String seconds(@Nullable Duration duration) {
		if (duration == null) {
			return "a while";
		}
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
