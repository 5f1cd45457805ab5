package com.example.mtls;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManagerFactory;

import com.example.mtls.TestCa.Issued;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The JDK's HTTP client with one certificate. It keeps its connections open, like any
 * caller would.
 */
public final class TestClient {

	private static final JsonMapper JSON = JsonMapper.builder().build();

	private final String url;

	private final HttpClient client;

	/** An answer with its body as JSON, or {@code null} where it is something else. */
	public record Answer(int status, HttpResponse<String> response, JsonNode body) {

		public String header(String name) {
			return this.response.headers().firstValue(name).orElse(null);
		}

	}

	/** Trusts one CA, and presents the certificate unless it is {@code null}. */
	public TestClient(String url, Issued certificate, X509Certificate trusted, String... protocols) {
		this.url = url;
		SSLParameters parameters = new SSLParameters();
		if (protocols.length > 0) {
			parameters.setProtocols(protocols);
		}
		this.client = HttpClient.newBuilder()
			.sslContext(sslContext(certificate, trusted))
			.sslParameters(parameters)
			.version(HttpClient.Version.HTTP_1_1)
			.connectTimeout(Duration.ofSeconds(20))
			.build();
	}

	/** A context that presents this certificate, whatever the server asks for. */
	public static SSLContext sslContext(Issued certificate, X509Certificate trusted) {
		try {
			KeyStore trust = KeyStore.getInstance("PKCS12");
			trust.load(null, null);
			trust.setCertificateEntry("ca", trusted);
			TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
			trustManagers.init(trust);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init((certificate != null) ? new javax.net.ssl.KeyManager[] { new OneKey(certificate) }
					: new javax.net.ssl.KeyManager[0], trustManagers.getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

	public Answer get(String path) {
		return send(request(path).GET());
	}

	public Answer post(String path, String json) {
		return send(request(path).header("Content-Type", "application/json").POST(BodyPublishers.ofString(json)));
	}

	public Answer put(String path, String json, String... headers) {
		HttpRequest.Builder request = request(path).header("Content-Type", "application/json")
			.PUT(BodyPublishers.ofString(json));
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	public Answer delete(String path, String... headers) {
		HttpRequest.Builder request = request(path).DELETE();
		return send((headers.length > 0) ? request.headers(headers) : request);
	}

	public HttpRequest.Builder request(String path) {
		return HttpRequest.newBuilder(URI.create(this.url + path)).timeout(Duration.ofSeconds(60));
	}

	/** Sends a request; problems of the connection come as unchecked exceptions. */
	public Answer send(HttpRequest.Builder request) {
		try {
			HttpResponse<String> response = this.client.send(request.build(), BodyHandlers.ofString());
			return new Answer(response.statusCode(), response,
					response.headers().firstValue("Content-Type").orElse("").contains("json")
							? JSON.readTree(response.body()) : null);
		}
		catch (IOException ex) {
			throw new java.io.UncheckedIOException(ex);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			throw new IllegalStateException(ex);
		}
	}

	/** Presents its chain without asking whether the server would like it. */
	private static final class OneKey extends javax.net.ssl.X509ExtendedKeyManager {

		private final Issued issued;

		OneKey(Issued issued) {
			this.issued = issued;
		}

		@Override
		public String chooseEngineClientAlias(String[] keyType, java.security.Principal[] issuers,
				javax.net.ssl.SSLEngine engine) {
			return java.util.Arrays.asList(keyType).contains(this.issued.key().getAlgorithm()) ? "one" : null;
		}

		@Override
		public String chooseClientAlias(String[] keyType, java.security.Principal[] issuers, java.net.Socket socket) {
			return chooseEngineClientAlias(keyType, issuers, null);
		}

		@Override
		public X509Certificate[] getCertificateChain(String alias) {
			return this.issued.chain().toArray(X509Certificate[]::new);
		}

		@Override
		public java.security.PrivateKey getPrivateKey(String alias) {
			return this.issued.key();
		}

		@Override
		public String[] getClientAliases(String keyType, java.security.Principal[] issuers) {
			return new String[] { "one" };
		}

		@Override
		public String[] getServerAliases(String keyType, java.security.Principal[] issuers) {
			return new String[0];
		}

		@Override
		public String chooseServerAlias(String keyType, java.security.Principal[] issuers, java.net.Socket socket) {
			return null;
		}

	}

}
