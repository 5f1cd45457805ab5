package com.example.mtls.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateText;
import io.netty.channel.ChannelException;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioDatagramChannel;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.SingletonDnsServerAddressStreamProvider;
import mockwebserver3.MockResponse;
import mockwebserver3.SocketEffect;
import okio.Buffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.channel.AbortedException;

import org.springframework.http.MediaType;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.api.Assertions.assertTimeout;

/**
 * What we say when a call fails, each time it really does.
 */
class CallFailureTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final Issued OURS = CA.client("todo-client");

	private final List<AutoCloseable> open = new ArrayList<>();

	@AfterEach
	void close() throws Exception {
		for (AutoCloseable each : this.open) {
			each.close();
		}
	}

	@Test
	void clientCertificateOfAnotherCa() {
		Issued stranger = TestCa.create("other-ca").client("todo-client");
		FakeService service = keep(FakeService.start(CA.server(), CA.certificate()));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, stranger)));
		assertThat(failure.reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_REFUSED);
		assertThat(failure.detail()).contains("refused our certificate with the TLS alert")
			.contains("CERT_FILE_PATH with " + CertificateText.describe(stranger.certificate()));
	}

	@ParameterizedTest
	@EnumSource(TlsVersion.class)
	void clientCertificateIsPresentedThoughTheServerListsOtherCas(TlsVersion version) throws IOException {
		Issued stranger = TestCa.create("other-ca").client("todo-client");
		List<X509Certificate> seen = new ArrayList<>();
		int port = serve(version, (chain) -> {
			seen.add(chain[0]);
			throw new CertificateException("no");
		}, (socket) -> {
		});
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, stranger)));
		assertThat(failure.reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_REFUSED);
		assertThat(seen).containsOnly(stranger.certificate());
	}

	enum TlsVersion {

		TLS12("TLSv1.2"), TLS13("TLSv1.3");

		private final String name;

		TlsVersion(String name) {
			this.name = name;
		}

	}

	@ParameterizedTest(name = "{1}")
	@CsvSource({ "42, bad_certificate, The log of todo-service says which it is",
			"43, unsupported_certificate, it may not be used by a client",
			"44, certificate_revoked, That means: revoked", "45, certificate_expired, one of the two clocks is wrong",
			"46, certificate_unknown, The log of todo-service says which it is",
			"48, unknown_ca, CA_CERT_FILE_PATH of todo-service must hold that CA's certificate",
			"49, access_denied, MTLS_CALLERS_0_NAME", "116, certificate_required, the two must be connected directly" })
	void alertAboutOurCertificate(byte code, String alert, String text) {
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + alerting(code), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_REFUSED);
		assertThat(failure.detail()).contains("refused our certificate with the TLS alert \"" + alert + "\"")
			.contains(CertificateText.describe(OURS.certificate()))
			.contains(text);
	}

	@ParameterizedTest(name = "{1}")
	@CsvSource({ "40, handshake_failure", "70, protocol_version", "71, insufficient_security", "80, internal_error",
			"112, unrecognized_name" })
	void alertAboutTls(byte code, String alert) {
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + alerting(code), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_FAILED);
		assertThat(failure.detail()).contains("broke off the TLS handshake with the alert \"" + alert + "\"");
	}

	/** A server that answers the first flight with a fatal alert (RFC 8446 section 6). */
	private int alerting(byte code) {
		return listen((socket) -> {
			socket.getInputStream().read(new byte[16 * 1024]);
			socket.getOutputStream().write(new byte[] { 21, 3, 3, 0, 2, 2, code });
			socket.getInputStream().read();
		});
	}

	@Test
	void resetRightAfterTheHandshakeIsNotTriedAgain() throws IOException {
		AtomicInteger connections = new AtomicInteger();
		int port = serve(TlsVersion.TLS13, (chain) -> {
		}, (socket) -> {
			connections.incrementAndGet();
			socket.startHandshake();
			socket.getInputStream().read();
			socket.setSoLinger(true, 0);
		});
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.CLIENT_CERTIFICATE_PROBABLY_REFUSED);
		assertThat(failure.detail()).contains("right after the TLS handshake")
			.contains(CertificateText.describe(OURS.certificate()));
		assertThat(connections).hasValue(1);
		assertThat(failure.isTlsRefusal()).isTrue();
	}

	@Test
	void connectionClosedDuringTheHandshake() {
		int port = listen((socket) -> socket.getInputStream().read());
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_FAILED);
		assertThat(failure.detail()).contains("closed the connection during the TLS handshake without saying why");
	}

	@Test
	void noCommonTlsVersion() throws IOException {
		SSLServerSocket socket = serverSocket((chain) -> {
		});
		socket.setEnabledCipherSuites(new String[] { "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256" });
		socket.setEnabledProtocols(new String[] { "TLSv1.2" });
		int port = accept(socket, (accepted) -> ((SSLSocket) accepted).startHandshake());
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_FAILED);
		assertThat(failure.detail()).contains("the alert \"handshake_failure\"").contains("TLS 1.2 with ECDHE");
	}

	@Test
	void plainHttpOnThePort() {
		int port = listen((socket) -> {
			socket.getInputStream().read();
			socket.getOutputStream().write("HTTP/1.1 400 \r\n\r\n".getBytes(StandardCharsets.US_ASCII));
		});
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.NOT_TLS);
		assertThat(failure.detail()).contains("the port where todo-service serves TLS");
		assertThat(failure.isTlsRefusal()).isFalse();
	}

	@Test
	void nobodyListening() throws IOException {
		int port;
		try (ServerSocket socket = new ServerSocket(0)) {
			port = socket.getLocalPort();
		}
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_REFUSED);
		assertThat(failure.detail()).startsWith("Nobody listens on port " + port + " of \"localhost\".");
	}

	@Test
	void unknownHost() {
		CallFailure failure = failure(keep(new TestConnection("https://no-such-host.invalid:8443", CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.UNKNOWN_HOST);
		assertThat(failure.detail()).startsWith("No name server knows the host \"no-such-host.invalid\".");
	}

	/** The kernel has no route to these, whatever its network. */
	@ParameterizedTest
	@CsvSource({ "255.255.255.255", "224.0.0.1" })
	void noRoute(String host) {
		CallFailure failure = failure(keep(new TestConnection("https://" + host + ":8443", CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
		assertThat(failure.isTlsRefusal()).isFalse();
		assertThat(failure.isSent()).isFalse();
		assertThat(failure.detail()).startsWith("No connection to https://" + host + ":8443 came about")
			.contains("Network is unreachable", "NetworkPolicy");
	}

	/** Whatever the system says, EPERM and EACCES among others. */
	@ParameterizedTest
	@CsvSource({ "Operation not permitted", "Permission denied", "Invalid argument",
			"Cannot assign requested address" })
	void connectionThatTheSystemRejects(String text) {
		EmbeddedChannel channel = new EmbeddedChannel(new ChannelOutboundHandlerAdapter() {

			@Override
			public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
					ChannelPromise promise) {
				promise.setFailure(new SocketException(text));
			}

		}, TestConnection.attempt());
		Throwable error = channel.connect(new InetSocketAddress("127.0.0.1", 1)).cause();
		CallFailure failure = explainer().explain(error, trace());
		assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
		assertThat(failure.detail()).contains("this machine says \"" + text + "\"");
	}

	@Test
	void noSocketLeft() {
		Throwable error = new ChannelException("Failed to open a socket.", new SocketException("Too many open files"));
		CallFailure failure = explainer().explain(error, trace());
		assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
		assertThat(failure.detail()).contains("this machine says \"Too many open files\"");
	}

	private static FailureExplainer explainer() {
		return new FailureExplainer(
				TestConnection.target("https://todo-service:8443", Duration.ofSeconds(2), Duration.ofSeconds(10)),
				TestConnection.WORDS, TestConnection.SETTINGS, Clock.systemUTC());
	}

	private static CallTrace trace() {
		return new CallTrace(OURS.certificate(), (handshake) -> {
		});
	}

	/** What a real resolver makes of a name server that answers so, or not at all. */
	@ParameterizedTest
	@CsvSource({ "-1, UNREACHABLE, it did not answer within 2 s", "2, UNREACHABLE, Query failed with SERVFAIL",
			"3, UNKNOWN_HOST, No name server knows the host", "0, UNKNOWN_HOST, No name server knows the host" })
	void nameServer(int answer, Reason reason, String text) throws Exception {
		DatagramSocket server = keep(new DatagramSocket(0, InetAddress.getLoopbackAddress()));
		Thread thread = new Thread(() -> answer(server, answer));
		thread.setDaemon(true);
		thread.start();
		EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
		keep(() -> group.shutdownGracefully(0, 0, TimeUnit.SECONDS).await());
		DnsNameResolver resolver = new DnsNameResolverBuilder(group.next())
			.datagramChannelType(NioDatagramChannel.class)
			.nameServerProvider(new SingletonDnsServerAddressStreamProvider(
					new InetSocketAddress(server.getLocalAddress(), server.getLocalPort())))
			.queryTimeoutMillis(200)
			.searchDomains(List.of("svc.example", "example"))
			.build();
		Throwable error = resolver.resolve("todo-service").await().cause();
		CallFailure failure = explainer().explain(error, trace());
		assertThat(failure.reason()).isEqualTo(reason);
		assertThat(failure.detail()).contains("\"todo-service\"", text);
	}

	private static void answer(DatagramSocket server, int code) {
		DatagramPacket packet = new DatagramPacket(new byte[512], 512);
		try {
			while (true) {
				server.receive(packet);
				byte[] data = packet.getData();
				int end = 12;
				while (data[end] != 0) {
					end += data[end] + 1;
				}
				data[2] = (byte) 0x81;
				data[3] = (byte) (0x80 | code);
				data[11] = 0;
				if (code >= 0) {
					server.send(new DatagramPacket(data, end + 5, packet.getSocketAddress()));
				}
			}
		}
		catch (IOException ex) {
			// The test is over.
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "50524f58592054435034203132372e302e302e31203132372e302e302e31203120320d0a",
			"0d0a0d0a000d0a515549540a2111000c7f0000017f00000100010002", "50524f585920554e4b4e4f574e0d0a" })
	void proxyProtocolBeforeTls(String header) {
		byte[] bytes = HexFormat.of().parseHex(header);
		int port = listen((socket) -> {
			socket.getInputStream().read();
			socket.getOutputStream().write(bytes);
			socket.getInputStream().readAllBytes();
		});
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.NOT_TLS);
		assertThat(failure.detail()).contains("the PROXY protocol before TLS", "send-proxy");
	}

	@ParameterizedTest
	@CsvSource({ "10", "20", "22", "47", "50", "51", "80" })
	void alertOfSomethingUnexpectedMayBeTheProxyProtocol(byte code) {
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + alerting(code), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_FAILED);
		assertThat(failure.detail()).contains("PROXY protocol", "send-proxy", "accept-proxy")
			.doesNotContain("Both sides must offer");
	}

	/** Something that has no form in JSON, that cannot be read, or that is no header. */
	@ParameterizedTest
	@EnumSource(Unsendable.class)
	void requestThatCannotBeWrittenIsOurFault(Unsendable unsendable) {
		FakeService service = service();
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS));
		CallFailure failure = catchThrowableOfType(CallFailure.class,
				() -> unsendable.change.apply(connection.client().post().uri("/todos"))
					.retrieve()
					.bodyToMono(String.class)
					.block());
		assertThat(failure.reason()).isEqualTo(Reason.INTERNAL_ERROR);
		assertThat(failure.reason().status().value()).isEqualTo(500);
		assertThat(failure.detail()).contains("could not be written", "a fault of todo-client");
		assertThat(service.server().getRequestCount()).isZero();
	}

	enum Unsendable {

		ENDLESS((request) -> request.contentType(MediaType.APPLICATION_JSON).bodyValue(endless())),
		FAILING_GETTER((request) -> request.contentType(MediaType.APPLICATION_JSON).bodyValue(new Failing())),
		NO_WRITER((request) -> request.contentType(MediaType.valueOf("text/css")).bodyValue(new Failing())),
		LINE_BREAK_IN_HEADER((request) -> request.header("If-Match", "a\r\nb: c").bodyValue("x"));

		private final Function<WebClient.RequestBodySpec, WebClient.RequestHeadersSpec<?>> change;

		Unsendable(Function<WebClient.RequestBodySpec, WebClient.RequestHeadersSpec<?>> change) {
			this.change = change;
		}

		private static List<Object> endless() {
			List<Object> list = new ArrayList<>();
			list.add(list);
			return list;
		}

		/** Its only property cannot be read. */
		public static final class Failing {

			public String getTitle() throws IOException {
				throw new IOException("no title");
			}

		}

	}

	@Test
	void nobodyAcceptsTheConnection() throws IOException {
		ServerSocket socket = keep(new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1")));
		fillBacklog(socket);
		TestConnection connection = keep(TestConnection.withTimeouts("https://127.0.0.1:" + socket.getLocalPort(), CA,
				OURS, Duration.ofMillis(300), Duration.ofSeconds(10)));
		CallFailure failure = failure(connection);
		assertThat(failure.reason()).isEqualTo(Reason.CONNECT_TIMEOUT);
		assertThat(failure.reason().status().value()).isEqualTo(504);
		assertThat(failure.detail()).contains("did not accept a connection within 0.3 s");
	}

	/** A kernel that has no room for a connection does not answer at all. */
	private void fillBacklog(ServerSocket socket) throws IOException {
		for (int i = 0; i < 5; i++) {
			Socket each = keep(new Socket());
			try {
				each.connect(new InetSocketAddress("127.0.0.1", socket.getLocalPort()), 200);
			}
			catch (java.net.SocketTimeoutException ex) {
				return;
			}
		}
		throw new IllegalStateException("The kernel takes any number of connections");
	}

	@Test
	void silenceDuringTheHandshake() {
		int port = listen((socket) -> TimeUnit.SECONDS.sleep(60));
		TestConnection connection = keep(new TestConnection("https://localhost:" + port, CA, OURS,
				(settings) -> timeouts(settings, Duration.ofMillis(300), null)));
		CallFailure failure = failure(connection);
		assertThat(failure.reason()).isEqualTo(Reason.HANDSHAKE_TIMEOUT);
		assertThat(failure.reason().status().value()).isEqualTo(504);
		assertThat(failure.detail()).contains("did not finish the TLS handshake within 0.3 s");
	}

	@Test
	void silenceInPlaceOfAnAnswer() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE));
		CallFailure failure = failure(keep(
				TestConnection.withTimeouts(service.url(), CA, OURS, Duration.ofSeconds(2), Duration.ofMillis(300))));
		assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
		assertThat(failure.reason().status().value()).isEqualTo(504);
		assertThat(failure.detail()).contains("nothing came for 0.3 s");
	}

	@Test
	void answerThatDripsWithoutEnd() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().body("x".repeat(1000)).throttleBody(1, 50, TimeUnit.MILLISECONDS));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS,
				(settings) -> timeouts(settings, null, Duration.ofMillis(700)))));
		assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
		assertThat(failure.detail()).contains("given up after 0.7 s");
	}

	/**
	 * Half of the time is over when the answer begins; the other half is for its body.
	 */
	@Test
	void answerThatBeginsLateAndDripsWithoutEnd() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().headersDelay(5, TimeUnit.SECONDS)
			.body("x".repeat(10_000))
			.throttleBody(1, 50, TimeUnit.MILLISECONDS));
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS,
				(settings) -> timeouts(settings, null, Duration.ofSeconds(6))));
		CallFailure failure = assertTimeout(Duration.ofSeconds(10), () -> failure(connection));
		assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TIMEOUT);
		assertThat(failure.detail()).contains("given up after 6 s");
	}

	@Test
	void connectionLostWhenItWasUsedBefore() throws IOException {
		int port = serve(TlsVersion.TLS13, (chain) -> {
		}, (socket) -> {
			byte[] request = new byte[4096];
			socket.getInputStream().read(request);
			socket.getOutputStream()
				.write("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n1".getBytes(StandardCharsets.US_ASCII));
			socket.getInputStream().read(request);
		});
		TestConnection connection = keep(
				new TestConnection("https://localhost:" + port, CA, OURS, TestConnection::oneConnection));
		assertThat(connection.get("/")).isEqualTo("1");
		CallFailure failure = failure(connection);
		assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_LOST);
		assertThat(failure.isTlsRefusal()).isFalse();
	}

	/**
	 * A race that no test can win at will: so this one has the exception, not the
	 * network.
	 */
	@Test
	void connectionFoundClosedBeforeTheRequestIsNotSent() {
		FailureExplainer explainer = explainer();
		CallTrace trace = trace();
		trace.markSent(false);
		CallFailure before = explainer.explain(AbortedException.beforeSend(), trace);
		assertThat(before.reason()).isEqualTo(Reason.CONNECTION_LOST);
		assertThat(before.isSent()).isFalse();
		CallFailure after = explainer.explain(new IOException("Connection reset by peer"), trace);
		assertThat(after.reason()).isEqualTo(Reason.CONNECTION_LOST);
		assertThat(after.isSent()).isTrue();
	}

	@Test
	void connectionLostInTheMiddleOfTheAnswer() {
		FakeService service = service();
		service
			.answer(new MockResponse.Builder().body("x".repeat(10_000)).onResponseBody(new SocketEffect.CloseSocket()));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_LOST);
	}

	@Test
	void answerTooLarge() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().body(new Buffer().write(new byte[64 * 1024 + 1])));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TOO_LARGE);
		assertThat(failure.detail()).contains("more than 64 KiB");
	}

	@Test
	void answerTooLargeWithoutContentLength() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().chunkedBody(new Buffer().write(new byte[1024 * 1024]), 1000));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.RESPONSE_TOO_LARGE);
	}

	@Test
	void headersTooLarge() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().setHeader("X", "x".repeat(100_000)));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.INVALID_RESPONSE);
	}

	@ParameterizedTest
	@CsvSource({ "301", "302", "303", "307", "308" })
	void redirectToPlainHttpIsNotFollowed(int status) {
		FakeService elsewhere = keep(FakeService.plain()).json(200, "stolen");
		String location = "http://localhost:" + elsewhere.server().getPort() + "/todos";
		FakeService service = service();
		service.answer(new MockResponse.Builder().code(status).setHeader("Location", location));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.REDIRECTED);
		assertThat(failure.detail()).contains("answered " + status + " and sends us to " + location);
		assertThat(elsewhere.server().getRequestCount()).isZero();
		assertThat(service.server().getRequestCount()).isOne();
	}

	/** A body without end would be read until the call is given up. */
	@Test
	void redirectIsToldBeforeItsBodyHasArrived() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().code(302)
			.setHeader("Location", "https://localhost/")
			.body("x".repeat(1000))
			.throttleBody(1, 1, TimeUnit.SECONDS));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.REDIRECTED);
	}

	@Test
	void redirectIsToldWithoutWhatMayBeASecret() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().code(302)
			.setHeader("Location", "https://me:secret@idp.example:444/login?token=secret#secret"));
		CallFailure failure = failure(keep(new TestConnection(service.url(), CA, OURS)));
		assertThat(failure.detail()).contains("sends us to https://idp.example:444/login. We").doesNotContain("secret");
	}

	@Test
	void errorOfTheServiceIsRepeatedWholeAndHarmless() {
		String detail = "y".repeat(700) + "\\u001b[31m. Do this.";
		FakeService service = service().json(403, "{\"title\":\"Refused\",\"detail\":\"" + detail + "\"}");
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS));
		CallFailure failure = connection.calls()
			.explain(catchThrowableOfType(WebClientResponseException.class,
					() -> connection.client().get().uri("/").retrieve().bodyToMono(String.class).block()));
		assertThat(failure.reason()).isEqualTo(Reason.ERROR_RESPONSE);
		assertThat(failure.title()).isEqualTo("todo-service answered with an error");
		assertThat(failure.detail()).startsWith(service.url() + " answered 403: Refused. yyy")
			.endsWith("\\u001b[31m. Do this.");
	}

	@ParameterizedTest
	@CsvSource({ "''", "<html>", "[]", "{" })
	void errorOfTheServiceWithoutAProblemDocument(String body) {
		FakeService service = service().json(500, body);
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS));
		CallFailure failure = connection.calls()
			.explain(catchThrowableOfType(WebClientResponseException.class,
					() -> connection.client().get().uri("/").retrieve().bodyToMono(String.class).block()));
		assertThat(failure.detail()).isEqualTo(service.url() + " answered 500");
	}

	@Test
	void answerThatIsNotHttp() throws IOException {
		int port = serve(TlsVersion.TLS13, (chain) -> {
		}, (socket) -> {
			socket.startHandshake();
			socket.getInputStream().read(new byte[4096]);
			socket.getOutputStream().write("220 mail ready\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
			socket.getInputStream().read();
		});
		CallFailure failure = failure(keep(new TestConnection("https://localhost:" + port, CA, OURS)));
		assertThat(failure.reason()).isEqualTo(Reason.INVALID_RESPONSE);
	}

	@Test
	void moreCallsThanConnections() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE));
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS,
				(settings) -> TestConnection.withPool(settings, 1, 1, Duration.ofMillis(300))));
		var first = connection.client().get().uri("/").exchangeToMono((response) -> Mono.just("")).toFuture();
		service.taken();
		CallFailure failure = failure(connection);
		assertThat(failure.reason()).isEqualTo(Reason.TOO_MANY_CALLS);
		assertThat(failure.reason().status().value()).isEqualTo(503);
		assertThat(failure.detail()).contains("All 1 connections to todo-service are in use");
		first.cancel(true);
	}

	@Test
	void moreCallsThanMayWait() {
		FakeService service = service();
		service.answer(new MockResponse.Builder().onResponseStart(SocketEffect.Stall.INSTANCE));
		TestConnection connection = keep(new TestConnection(service.url(), CA, OURS,
				(settings) -> TestConnection.withPool(settings, 1, 1, Duration.ofSeconds(30))));
		var first = connection.client().get().uri("/").exchangeToMono((response) -> Mono.just("")).toFuture();
		service.taken();
		var second = connection.client().get().uri("/").exchangeToMono((response) -> Mono.just("")).toFuture();
		CallFailure failure = failure(connection);
		assertThat(failure.reason()).isEqualTo(Reason.TOO_MANY_CALLS);
		first.cancel(true);
		second.cancel(true);
	}

	private FakeService service() {
		return keep(FakeService.start(CA.server(), CA.certificate()));
	}

	private static CallFailure failure(TestConnection connection) {
		return catchThrowableOfType(CallFailure.class, () -> connection.get("/todos"));
	}

	private <T extends AutoCloseable> T keep(T closeable) {
		this.open.add(0, closeable);
		return closeable;
	}

	private static ClientSettings timeouts(ClientSettings settings, Duration handshake, Duration call) {
		return new ClientSettings((handshake != null) ? handshake : settings.handshakeTimeout(),
				(call != null) ? call : settings.callTimeout(), settings.maxResponseSize(), settings.pool(),
				settings.retry());
	}

	private interface ClientCheck {

		void check(X509Certificate[] chain) throws CertificateException;

	}

	private interface Conversation<S extends Socket> {

		void with(S socket) throws Exception;

	}

	/** A TLS server that judges our certificate as the test says. */
	private int serve(TlsVersion version, ClientCheck check, Conversation<SSLSocket> conversation) throws IOException {
		SSLServerSocket socket = serverSocket(check);
		socket.setEnabledProtocols(new String[] { version.name });
		return accept(socket, (accepted) -> {
			conversation.with((SSLSocket) accepted);
			((SSLSocket) accepted).startHandshake();
		});
	}

	private static SSLServerSocket serverSocket(ClientCheck check) throws IOException {
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(new KeyManager[] { FakeService.tls(CA.server()).keyManager() },
					new TrustManager[] { new X509TrustManager() {

						@Override
						public void checkClientTrusted(X509Certificate[] chain, String authType)
								throws CertificateException {
							check.check(chain);
						}

						@Override
						public void checkServerTrusted(X509Certificate[] chain, String authType) {
						}

						@Override
						public X509Certificate[] getAcceptedIssuers() {
							return new X509Certificate[] { CA.certificate() };
						}

					} }, null);
			SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
				.createServerSocket(0, 50, InetAddress.getByName("localhost"));
			socket.setNeedClientAuth(true);
			return socket;
		}
		catch (java.security.GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private int listen(Conversation<Socket> conversation) {
		try {
			return accept(new ServerSocket(0, 50, InetAddress.getByName("localhost")), conversation);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private int accept(ServerSocket server, Conversation<Socket> conversation) {
		keep(server);
		Thread thread = new Thread(() -> {
			while (!server.isClosed()) {
				try (Socket socket = server.accept()) {
					keep(socket);
					conversation.with(socket);
				}
				catch (Exception ex) {
					// The connection ends, as it should here.
				}
			}
		});
		thread.setDaemon(true);
		thread.start();
		keep(thread::interrupt);
		return server.getLocalPort();
	}

}
