package com.example.mtls.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;

import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;

import com.example.mtls.TestCa.Issued;
import mockwebserver3.Dispatcher;
import mockwebserver3.MockResponse;
import mockwebserver3.MockWebServer;
import mockwebserver3.RecordedRequest;
import okhttp3.Protocol;
import okhttp3.tls.HandshakeCertificates;
import okhttp3.tls.HeldCertificate;

/**
 * Stands in for todo-service: real mutual TLS on a free port of localhost, and answers
 * that the test gives it.
 */
public final class FakeService implements AutoCloseable {

	private final MockWebServer server = new MockWebServer();

	private FakeService() {
		this.server.setProtocols(Collections.singletonList(Protocol.HTTP_1_1));
	}

	/**
	 * Starts on TLS and takes only clients of this CA.
	 */
	public static FakeService start(Issued certificate, X509Certificate... trusted) {
		return start(() -> certificate, trusted);
	}

	/** The same, and asks for its certificate before each full handshake. */
	public static FakeService start(Supplier<Issued> certificate, X509Certificate... trusted) {
		FakeService service = new FakeService();
		try {
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(new KeyManager[] { new CurrentKey(certificate) },
					new TrustManager[] { tls(certificate.get(), trusted).trustManager() }, null);
			service.server.useHttps(context.getSocketFactory());
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
		service.server.requireClientAuth();
		return service.started();
	}

	private static final class CurrentKey extends X509ExtendedKeyManager {

		private final Supplier<Issued> certificate;

		private CurrentKey(Supplier<Issued> certificate) {
			this.certificate = certificate;
		}

		@Override
		public String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
			return this.certificate.get().key().getAlgorithm().equals(keyType) ? "own" : null;
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.certificate.get().chain().toArray(X509Certificate[]::new);
		}

		@Override
		public PrivateKey getPrivateKey(String alias) {
			return this.certificate.get().key();
		}

		@Override
		public String[] getServerAliases(String keyType, Principal[] issuers) {
			return new String[] { "own" };
		}

		@Override
		public String[] getClientAliases(String keyType, Principal[] issuers) {
			return null;
		}

		@Override
		public String chooseClientAlias(String[] keyTypes, Principal[] issuers, Socket socket) {
			return null;
		}

	}

	/** Starts on plain HTTP. */
	public static FakeService plain() {
		return new FakeService().started();
	}

	/** What a server or client of this certificate needs. */
	public static HandshakeCertificates tls(Issued certificate, X509Certificate... trusted) {
		List<X509Certificate> chain = certificate.chain();
		HandshakeCertificates.Builder builder = new HandshakeCertificates.Builder().heldCertificate(
				new HeldCertificate(certificate.keyPair(), certificate.certificate()),
				chain.subList(1, chain.size()).toArray(X509Certificate[]::new));
		for (X509Certificate each : trusted) {
			builder.addTrustedCertificate(each);
		}
		return builder.build();
	}

	private FakeService started() {
		try {
			this.server.start(InetAddress.getByName("localhost"), 0);
			return this;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	public MockWebServer server() {
		return this.server;
	}

	public String url() {
		return "https://localhost:" + this.server.getPort();
	}

	/** Answers one request. */
	public FakeService answer(MockResponse.Builder response) {
		this.server.enqueue(response.build());
		return this;
	}

	/** Answers one request with JSON. */
	public FakeService json(int status, String body) {
		return answer(new MockResponse.Builder().code(status)
			.setHeader("Content-Type", (status < 400) ? "application/json" : "application/problem+json")
			.body(body));
	}

	/** Answers every request from now on. */
	public FakeService always(Function<RecordedRequest, MockResponse> answer) {
		this.server.setDispatcher(new Dispatcher() {

			@Override
			public MockResponse dispatch(RecordedRequest request) {
				return answer.apply(request);
			}

		});
		return this;
	}

	/** Answers one call of {@code /session}. */
	public FakeService session() {
		return json(200, SESSION);
	}

	public static final String SESSION = """
			{"greeting":"Hello, todo-client!","name":"todo-client","roles":["read","write"],"protocol":"TLSv1.3",
			"cipherSuite":"TLS_AES_128_GCM_SHA256","certificate":{"subject":"CN=todo-client","issuer":"CN=test-ca",
			"serialNumber":"01","notBefore":"2026-01-01T00:00:00Z","notAfter":"2036-01-01T00:00:00Z","sha256":"00"}}""";

	/** The next request that arrived. */
	public RecordedRequest taken() {
		try {
			RecordedRequest request = this.server.takeRequest(10, java.util.concurrent.TimeUnit.SECONDS);
			if (request == null) {
				throw new AssertionError("No request arrived");
			}
			return request;
		}
		catch (InterruptedException ex) {
			throw new IllegalStateException(ex);
		}
	}

	@Override
	public void close() {
		this.server.close();
	}

}
