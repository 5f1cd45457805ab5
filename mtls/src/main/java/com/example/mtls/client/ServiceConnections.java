package com.example.mtls.client;

import java.net.URI;
import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;

import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.TrustedPath;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientInfos;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * The connections that present one certificate: a pool, and the TLS client that fills it.
 */
final class ServiceConnections {

	/**
	 * Replicas come and go, and some name servers, as that of Docker, would have us keep
	 * their addresses for ten minutes.
	 */
	private static final Duration ADDRESSES_KNOWN = Duration.ofSeconds(5);

	private static final ConnectionAttempt ATTEMPT = new ConnectionAttempt();

	private static final AttributeKey<Long> OPENED = AttributeKey.valueOf(ServiceConnections.class, "opened");

	private static final AttributeKey<Handshake> HANDSHAKE = AttributeKey.valueOf(ServiceConnections.class,
			"handshake");

	private static final AttributeKey<Boolean> ANSWERED = AttributeKey.valueOf(ServiceConnections.class, "answered");

	private final ServiceSettings settings;

	private final ServiceAddress address;

	private final Clock clock;

	private final Consumer<Handshake> onHandshake;

	private final X509Certificate ours;

	private final ServerTrust trust;

	private final ConnectionProvider provider;

	private final ClientHttpConnector connector;

	/** Calls that have not got their connection, or their answer, yet. */
	private int unanswered;

	private boolean retired;

	/** Those that are open; one that is closed leaves by itself. */
	private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	/**
	 * Prepares a pool; connections are opened as calls need them.
	 * @param bundle what to present and whom to trust
	 * @param settings limits and time-outs
	 * @param address where the service is
	 * @param clock the time to judge validity by
	 * @param onHandshake told of each new connection when it is first used
	 */
	ServiceConnections(SslBundle bundle, ServiceSettings settings, ServiceAddress address, Clock clock,
			Consumer<Handshake> onHandshake) {
		this.settings = settings;
		this.address = address;
		this.clock = clock;
		this.onHandshake = onHandshake;
		this.ours = ourCertificate(bundle);
		this.trust = new ServerTrust((X509ExtendedTrustManager) bundle.getManagers().getTrustManagers()[0], address,
				clock);
		this.provider = pool();
		this.connector = new ReactorClientHttpConnector(client(sslContext(bundle)));
	}

	/**
	 * Announces a call. Its end is noticed by {@link #connect}.
	 * @return {@code false} if these connections are retired and another set must be used
	 */
	synchronized boolean enter() {
		if (this.retired) {
			return false;
		}
		this.unanswered++;
		return true;
	}

	Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		return Mono.deferContextual((context) -> {
			context.<CallTrace>getOrEmpty(CallTrace.class).ifPresent((trace) -> trace.setOurs(this.ours));
			return this.connector.connect(method, uri, requestCallback);
		}).doFinally((signal) -> leave());
	}

	private synchronized void leave() {
		this.unanswered--;
		disposeWhenDone();
	}

	/**
	 * Takes no more calls, closes idle connections, and each other one when its call is
	 * done, at the latest after the time set for that.
	 */
	synchronized void retire() {
		this.retired = true;
		disposeWhenDone();
		Mono.delay(this.settings.pool().retireTimeout()).subscribe((tick) -> this.channels.close());
	}

	/** How many connections are open, in use or not. */
	int open() {
		return this.channels.size();
	}

	/** A disposed pool refuses calls that want a connection, so they come first. */
	private void disposeWhenDone() {
		if (this.retired && this.unanswered == 0) {
			this.provider.dispose();
		}
	}

	private ConnectionProvider pool() {
		ServiceSettings.Pool pool = this.settings.pool();
		return ConnectionProvider.builder("todo-service")
			.maxConnections(pool.maxConnections())
			.pendingAcquireMaxCount(pool.maxWaiting())
			.pendingAcquireTimeout(pool.waitTimeout())
			.maxLifeTime(pool.maxLifeTime())
			.evictionPredicate((connection, use) -> !connection.channel().isActive() || !connection.isPersistent()
					|| use.idleTime() >= pool.maxIdleTime().toMillis() || !isStillTrusted(connection))
			.evictInBackground(pool.maxIdleTime())
			.build();
	}

	/**
	 * A kept connection must not outlive the certificate it was opened to, nor must the
	 * session that the next one would resume.
	 */
	private boolean isStillTrusted(Connection connection) {
		Handshake handshake = connection.channel().attr(HANDSHAKE).get();
		try {
			if (handshake != null) {
				this.trust.checkValidity(handshake.server());
			}
			return true;
		}
		catch (CertificateRefusedException ex) {
			session(connection.channel()).invalidate();
			return false;
		}
	}

	private HttpClient client(SslContext sslContext) {
		return HttpClient.create(this.provider)
			.protocol(HttpProtocol.HTTP11)
			// Given as a consumer, the specification keeps Netty's host name check.
			.secure((ssl) -> ssl.sslContext(sslContext).handshakeTimeout(this.settings.handshakeTimeout()))
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) this.settings.connectTimeout().toMillis())
			.responseTimeout(this.settings.responseTimeout())
			// Several addresses of one name are replicas: spread the connections.
			.resolver((dns) -> {
				dns.roundRobinSelection(true)
					.queryTimeout(this.settings.connectTimeout())
					.cacheMaxTimeToLive(ADDRESSES_KNOWN);
				if (this.address.isAbsolute()) {
					dns.searchDomains(List.of());
				}
			})
			// Retries are ours to decide: a reset on a new connection may be a refusal.
			.disableRetry(true)
			.followRedirect(false)
			.doOnChannelInit((observer, channel, remote) -> {
				channel.attr(OPENED).set(System.currentTimeMillis());
				this.channels.add(channel);
				channel.pipeline().addLast(ATTEMPT);
			})
			.doOnRequest((request, connection) -> {
				Channel channel = connection.channel();
				trace(request).ifPresent((trace) -> trace.markSent(channel.attr(ANSWERED).get() == null));
				checkServer(channel);
			})
			.doOnResponse((response, connection) -> {
				connection.channel().attr(ANSWERED).set(Boolean.TRUE);
				trace(response).ifPresent(CallTrace::markAnswered);
			});
	}

	private static Optional<CallTrace> trace(HttpClientInfos call) {
		return call.currentContextView().getOrEmpty(CallTrace.class);
	}

	/**
	 * A resumed session brings no certificate to check, and an open connection none that
	 * is new: so the one they began with is judged before each call.
	 */
	private void checkServer(Channel channel) {
		Handshake handshake = channel.attr(HANDSHAKE).get();
		try {
			if (handshake == null) {
				handshake = inspect(channel);
				channel.attr(HANDSHAKE).set(handshake);
				this.onHandshake.accept(handshake);
			}
			this.trust.checkValidity(handshake.server());
		}
		catch (CertificateRefusedException | SSLPeerUnverifiedException ex) {
			session(channel).invalidate();
			throw new IllegalStateException(ex);
		}
	}

	static SSLSession session(Channel channel) {
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		if (tls == null) {
			// A channel that has just been closed has no handlers any more.
			throw AbortedException.beforeSend();
		}
		return tls.engine().getSession();
	}

	private Handshake inspect(Channel channel) throws CertificateRefusedException, SSLPeerUnverifiedException {
		SSLSession session = session(channel);
		TrustedPath path = this.trust.check(Arrays.stream(session.getPeerCertificates())
			.map(X509Certificate.class::cast)
			.toArray(X509Certificate[]::new));
		// A resumed session is as old as the handshake that it resumes.
		boolean resumed = session.getCreationTime() < channel.attr(OPENED).get();
		Instant now = this.clock.instant();
		return new Handshake(now, session.getProtocol(), session.getCipherSuite(), resumed, path);
	}

	private SslContext sslContext(SslBundle bundle) {
		X509KeyManager keys = (X509KeyManager) bundle.getManagers().getKeyManagers()[0];
		try {
			return SslContextBuilder.forClient()
				.sslProvider(SslProvider.JDK)
				.keyManager(new OurCertificate(keys))
				.trustManager(this.trust)
				.protocols(bundle.getOptions().getEnabledProtocols())
				.ciphers(List.of(bundle.getOptions().getCiphers()))
				.build();
		}
		catch (SSLException ex) {
			throw new IllegalStateException("TLS cannot be set up: " + ex.getMessage(), ex);
		}
	}

	private static X509Certificate ourCertificate(SslBundle bundle) {
		try {
			return (X509Certificate) bundle.getStores().getKeyStore().getCertificate(CurrentMaterial.BUNDLE);
		}
		catch (KeyStoreException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
