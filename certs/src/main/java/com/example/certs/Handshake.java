package com.example.certs;

import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * One real TLS handshake as the client, to learn what the server presents and whether it
 * accepts us. Nothing is trusted here and nothing secret is sent: the server's chain is
 * taken as it comes, to be judged afterwards by rules that explain themselves.
 * <p>
 * In TLS 1.3 the client's handshake is complete before the server has judged the client's
 * certificate (RFC 8446, section 4.4.2.4 and appendix E.1), so success means little until
 * something was read.
 */
final class Handshake {

	private static final int TIMEOUT = 5_000;

	/** Long enough for a refusal to arrive before a request crosses it on its way. */
	private static final int REFUSAL_TIMEOUT = 300;

	private static final int MAX_STATUS_LINE = 100;

	private static final int MAX_ANSWER = 8_192;

	private static final Pattern DETAIL = Pattern.compile("\"detail\":\"((?:[^\"\\\\]|\\\\.)*)\"");

	private static final Pattern ALERT = Pattern.compile("fatal alert: (\\w+)");

	private final Host host;

	private final int port;

	private final Identity identity;

	private final Witness witness = new Witness();

	private Stage stage = Stage.CONNECT;

	private String connection = "";

	private Optional<String> answer = Optional.empty();

	private String explanation = "";

	private IOException failure;

	private Handshake(Host host, int port, PrivateKey key, List<X509Certificate> chain) {
		this.host = host;
		this.port = port;
		this.identity = new Identity(key, chain);
	}

	/**
	 * Tries it.
	 * @param host where to
	 * @param port its port
	 * @param name the server's name, when it differs from the host connected to
	 * @param key our private key, or null to present nothing
	 * @param chain our certificates, leaf first
	 * @return how it went
	 */
	static Handshake with(Host host, int port, Host name, PrivateKey key, List<X509Certificate> chain) {
		Handshake handshake = new Handshake(host, port, key, chain);
		try {
			handshake.run(name);
		}
		catch (IOException ex) {
			handshake.failure = ex;
		}
		return handshake;
	}

	private void run(Host name) throws IOException {
		try (Socket plain = new Socket()) {
			plain.connect(new InetSocketAddress(this.host.value(), this.port), TIMEOUT);
			plain.setSoTimeout(TIMEOUT);
			this.stage = Stage.HANDSHAKE;
			try (SSLSocket socket = (SSLSocket) context().getSocketFactory()
				.createSocket(plain, name.value(), this.port, true)) {
				if (!name.address()) {
					SSLParameters parameters = socket.getSSLParameters();
					parameters.setServerNames(List.of(new SNIHostName(name.value())));
					socket.setSSLParameters(parameters);
				}
				socket.startHandshake();
				SSLSession session = socket.getSession();
				this.connection = session.getProtocol() + ", " + session.getCipherSuite();
				this.stage = Stage.ANSWER;
				listen(socket, name);
			}
		}
	}

	private void listen(SSLSocket socket, Host name) throws IOException {
		socket.setSoTimeout(REFUSAL_TIMEOUT);
		InputStream in = socket.getInputStream();
		StringBuilder line = new StringBuilder();
		try {
			readLine(in, line);
		}
		catch (SocketTimeoutException ex) {
			socket.setSoTimeout(TIMEOUT);
			socket.getOutputStream()
				.write("GET / HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n".formatted(bracketed(name))
					.getBytes(StandardCharsets.US_ASCII));
			readLine(in, line);
		}
		this.answer = Optional.of(line.toString().strip());
		if (isRefusal(line.toString())) {
			this.explanation = explanation(in);
		}
	}

	private static boolean isRefusal(String statusLine) {
		return statusLine.contains(" 403") || statusLine.contains(" 503");
	}

	/** The detail of a problem document (RFC 9457), as far as it has arrived. */
	private static String explanation(InputStream in) {
		StringBuilder text = new StringBuilder();
		try {
			for (int next = in.read(); next >= 0 && text.length() < MAX_ANSWER; next = in.read()) {
				text.append((char) next);
			}
		}
		catch (IOException ex) {
			// What has arrived will do: the status line is what counts.
		}
		Matcher detail = DETAIL.matcher(text);
		return detail.find() ? detail.group(1).replace("\\\"", "\"") : "";
	}

	private static void readLine(InputStream in, StringBuilder line) throws IOException {
		int next = in.read();
		if (next < 0) {
			throw new IOException("the connection was closed");
		}
		while (next >= 0 && next != '\r' && next != '\n' && line.length() < MAX_STATUS_LINE) {
			line.append((char) next);
			next = in.read();
		}
	}

	private SSLContext context() {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(new KeyManager[] { this.identity }, new TrustManager[] { this.witness }, null);
			return context;
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * The server's chain.
	 * @return the certificates it presented, leaf first; empty when it came to none
	 */
	List<X509Certificate> serverChain() {
		return this.witness.chain;
	}

	/**
	 * Notes how far the connection came, and why not further.
	 * @param checklist where to
	 */
	void report(Checklist checklist) {
		if (this.stage == Stage.CONNECT) {
			reportUnreachable(checklist);
			return;
		}
		checklist.ok("connect", "something listens on %s".formatted(address()));
		if (this.stage == Stage.ANSWER) {
			checklist.ok("handshake", this.connection);
		}
		reportRequest(checklist);
		if (this.failure == null || this.failure instanceof SocketTimeoutException && this.stage == Stage.ANSWER) {
			reportAccepted(checklist);
		}
		else {
			reportRefused(checklist);
		}
	}

	private void reportUnreachable(Checklist checklist) {
		if (this.failure instanceof UnknownHostException) {
			checklist.fail("connect", "the name %s is not known here".formatted(this.host),
					"Check the name; inside containers, the names are those of the network they share");
		}
		else if (this.failure instanceof SocketTimeoutException) {
			checklist.fail("connect", "%s does not answer within %d s".formatted(address(), TIMEOUT / 1000),
					"Check address and port, and the firewall in between");
		}
		else if (this.failure instanceof ConnectException) {
			checklist.fail("connect", "nothing listens on %s".formatted(address()),
					"Start the service, or correct host and port; the service's TLS port is 8443");
		}
		else {
			checklist.fail("connect", "%s cannot be reached: %s".formatted(address(), this.failure.getMessage()),
					"Check address and network");
		}
	}

	private void reportRequest(Checklist checklist) {
		if (this.identity.asked) {
			List<String> issuers = this.identity.acceptedIssuers.stream().map(Principal::getName).toList();
			String accepted = issuers.isEmpty() ? "of any issuer" : "issued by " + String.join("; ", issuers);
			if (this.identity.key == null) {
				checklist.warn("request",
						"the server asks for a client certificate %s; we have none to present".formatted(accepted),
						"Give --cert and --key, or --dir with client.crt and client.key");
			}
			else if (this.identity.fitsRequest()) {
				checklist.ok("request",
						"the server asks for a client certificate %s; ours is presented".formatted(accepted));
			}
			else {
				checklist.fail("request",
						"the server asks for a client certificate %s; ours is issued by %s".formatted(accepted,
								this.identity.issuer()),
						"Issue ours with the CA that the server trusts, or add our CA to the server's trust file");
			}
		}
		else if (this.stage == Stage.ANSWER) {
			checklist.warn("request", "the server does not ask for a client certificate: this is not mutual TLS",
					"Check the port; on the service, client-auth has to be 'need'");
		}
	}

	private void reportAccepted(Checklist checklist) {
		String finding = this.answer.map((line) -> "the server answers: " + line)
			.orElse("the server has not refused us within %d s, but does not answer HTTP".formatted(TIMEOUT / 1000));
		if (!this.explanation.isEmpty()) {
			checklist.fail("accepted", finding, "TLS is fine; the service says: " + this.explanation);
		}
		else if (finding.contains(" 403")) {
			checklist.warn("accepted", finding,
					"TLS is fine; the service does not admit this caller. Add its name to TODO_CALLERS_n_NAME");
		}
		else {
			checklist.ok("accepted", finding);
		}
	}

	private void reportRefused(Checklist checklist) {
		String message = String.valueOf(this.failure.getMessage());
		Matcher alert = ALERT.matcher(message);
		if (message.contains("Unsupported or unrecognized SSL message")) {
			checklist.fail("handshake", "%s does not speak TLS".formatted(address()),
					"Check the port: 8443 is the service's TLS port, 8081 its plain one for probes");
		}
		else if (this.failure instanceof SocketTimeoutException) {
			checklist.fail("handshake",
					"the server does not answer the handshake within %d s".formatted(TIMEOUT / 1000),
					"Check that the port speaks TLS and that the service is not overloaded");
		}
		else if (alert.find()) {
			reportRefused(checklist, alert.group(1), "alert " + alert.group(1));
		}
		else if (this.failure instanceof SSLException && this.stage == Stage.HANDSHAKE
				&& !(this.failure.getCause() instanceof IOException)) {
			checklist.fail("handshake", "the handshake failed on our side: " + message,
					"Check protocol versions and key types of the server");
		}
		else if (this.identity.asked) {
			// An alert on its way is lost when the connection is reset under it.
			reportRefused(checklist, "", "it closed the connection without a reason: " + message);
		}
		else {
			checklist.fail("handshake", "the server closed the connection (%s)".formatted(message),
					"Look into the server's log");
		}
	}

	private void reportRefused(Checklist checklist, String alert, String why) {
		if (!this.identity.asked) {
			checklist.fail("handshake", "the server refused the handshake (%s)".formatted(why),
					alert.equals("unrecognized_name") ? "Use a name the server knows, with --host"
							: "Check that it allows TLS 1.2 or 1.3 with ECDHE; its log says more");
		}
		else if (!this.identity.presented) {
			checklist.fail("accepted", "the server refused us: it wants a client certificate (%s)".formatted(why),
					(this.identity.key == null) ? "Give --cert and --key" : "Use a key type that the server accepts");
		}
		else {
			checklist.fail("accepted", "the server refused our certificate%s (%s)".formatted(meaning(alert), why),
					"Check ours with 'certs verify --as client'; the server has to trust %s; its log says more"
						.formatted(this.identity.issuer()));
		}
	}

	private static String meaning(String alert) {
		return switch (alert) {
			case "unknown_ca" -> ": it does not trust its issuer";
			case "certificate_expired" -> ": it is expired, or one of the two clocks is wrong";
			case "certificate_revoked" -> ": it is revoked";
			case "unsupported_certificate" -> ": its purpose or key type does not fit";
			case "decrypt_error" -> ": its key does not belong to it";
			default -> "";
		};
	}

	private String address() {
		return bracketed(this.host) + ":" + this.port;
	}

	private static String bracketed(Host host) {
		return host.value().contains(":") ? "[" + host + "]" : host.value();
	}

	/** How far a connection came. */
	private enum Stage {

		CONNECT, HANDSHAKE, ANSWER

	}

	/**
	 * Presents our certificate whenever the server asks for one, even where the issuers
	 * it names do not fit: silence would hide the reason of the refusal.
	 */
	private static final class Identity extends X509ExtendedKeyManager {

		private static final String ALIAS = "certs";

		private final PrivateKey key;

		private final List<X509Certificate> chain;

		private List<Principal> acceptedIssuers = List.of();

		private boolean asked;

		private boolean presented;

		private Identity(PrivateKey key, List<X509Certificate> chain) {
			this.key = key;
			this.chain = chain;
		}

		@Override
		public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
			this.asked = true;
			this.acceptedIssuers = (issuers != null) ? List.of(issuers) : List.of();
			if (this.key != null && List.of(keyTypes).contains(this.key.getAlgorithm())) {
				this.presented = true;
				return ALIAS;
			}
			return null;
		}

		private boolean fitsRequest() {
			return this.acceptedIssuers.isEmpty() || this.chain.stream()
				.anyMatch((certificate) -> this.acceptedIssuers.contains(certificate.getIssuerX500Principal()));
		}

		private String issuer() {
			return this.chain.get(this.chain.size() - 1).getIssuerX500Principal().getName();
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.chain.toArray(X509Certificate[]::new);
		}

		@Override
		public PrivateKey getPrivateKey(String alias) {
			return this.key;
		}

		@Override
		public String[] getClientAliases(String keyType, Principal[] issuers) {
			return new String[] { ALIAS };
		}

		@Override
		public String[] getServerAliases(String keyType, Principal[] issuers) {
			return null;
		}

		@Override
		public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
			return null;
		}

	}

	/** Takes note of the server's chain. */
	private static final class Witness extends X509ExtendedTrustManager {

		private List<X509Certificate> chain = List.of();

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {
			this.chain = List.of(chain);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
			this.chain = List.of(chain);
		}

		@Override
		public void checkServerTrusted(X509Certificate[] chain, String authType) {
			this.chain = List.of(chain);
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {
			throw new UnsupportedOperationException();
		}

		@Override
		public void checkClientTrusted(X509Certificate[] chain, String authType) {
			throw new UnsupportedOperationException();
		}

		@Override
		public X509Certificate[] getAcceptedIssuers() {
			return new X509Certificate[0];
		}

	}

}
