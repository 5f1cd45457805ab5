package com.example.mtls.client;

import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

import com.example.mtls.Handshake;
import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.TrustedPath;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import io.netty.util.concurrent.GlobalEventExecutor;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.channel.AbortedException;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;
import reactor.netty.http.client.HttpClientInfos;
import reactor.netty.resources.ConnectionProvider;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ReactorClientHttpConnector;

/**
 * The connections to all services: one pool, which outlives each certificate. A rotation
 * changes what new connections are opened with ({@link CurrentTls}). One that is open is
 * left with its call, and is not used for another: so a call that waits gets a new one,
 * and nothing of what was replaced is left but what is in use.
 */
final class Connections implements DisposableBean {

	/**
	 * Replicas come and go, and some name servers, as that of Docker, would have us keep
	 * their addresses for ten minutes.
	 */
	private static final Duration ADDRESSES_KNOWN = Duration.ofSeconds(5);

	/** How long a connection that must not be used any more may stay open without use. */
	private static final Duration SWEPT_AFTER = Duration.ofSeconds(2);

	private static final ConnectionAttempt ATTEMPT = new ConnectionAttempt();

	private static final AttributeKey<Long> OPENED = AttributeKey.valueOf(Connections.class, "opened");

	private static final AttributeKey<Peer> PEER = AttributeKey.valueOf(Connections.class, "peer");

	private static final AttributeKey<Boolean> ANSWERED = AttributeKey.valueOf(Connections.class, "answered");

	private final ClientSettings settings;

	private final Clock clock;

	private final CurrentTls tls;

	private final ConnectionProvider provider;

	/** One for each way to ask name servers, because a resolver is never given back. */
	private final Map<Resolving, HttpClient> clients = new ConcurrentHashMap<>();

	/** Those that are open; one that is closed leaves by itself. */
	private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);

	private volatile boolean closed;

	private record Resolving(Duration timeout, boolean absolute) {
	}

	/** The other side of a connection, as it was judged when this was first used. */
	private record Peer(TrustedPath path, String host, Handshake handshake) {
	}

	/**
	 * Prepares a pool; connections are opened as calls need them.
	 * @param bundles where the bundle is, and who tells of its change
	 * @param settings limits and time-outs
	 * @param clock the time to judge validity by
	 */
	Connections(SslBundles bundles, ClientSettings settings, Clock clock) {
		this.settings = settings;
		this.clock = clock;
		this.tls = new CurrentTls(() -> bundles.getBundle(CurrentMaterial.BUNDLE), clock);
		this.provider = pool();
		bundles.addBundleUpdateHandler(CurrentMaterial.BUNDLE, this::rotate);
	}

	private void rotate(SslBundle bundle) {
		long old = this.tls.current().number();
		this.tls.use(bundle);
		Mono.delay(this.settings.pool().retireTimeout())
			.subscribe((tick) -> this.channels.close((channel) -> isOf(channel, old)));
	}

	private static boolean isOf(Channel channel, long newest) {
		CurrentTls.Material material = CurrentTls.of(channel);
		return material != null && material.number() <= newest;
	}

	/** What new connections are opened with. */
	CurrentTls.Material current() {
		return this.tls.current();
	}

	/** How many connections are open, in use or not. */
	int open() {
		return this.channels.size();
	}

	boolean isClosed() {
		return this.closed;
	}

	@Override
	public void destroy() {
		this.closed = true;
		this.provider.dispose();
	}

	private ConnectionProvider pool() {
		ClientSettings.Pool pool = this.settings.pool();
		Duration sweep = (pool.maxIdleTime().compareTo(SWEPT_AFTER) < 0) ? pool.maxIdleTime() : SWEPT_AFTER;
		return ConnectionProvider.builder("mtls")
			.maxConnections(pool.maxConnections())
			.pendingAcquireMaxCount(pool.maxWaiting())
			.pendingAcquireTimeout(pool.waitTimeout())
			.maxLifeTime(pool.maxLifeTime())
			.evictionPredicate((connection, use) -> !connection.channel().isActive() || !connection.isPersistent()
					|| use.idleTime() >= pool.maxIdleTime().toMillis() || !mayBeUsed(connection))
			.evictInBackground(sweep)
			.build();
	}

	/**
	 * A kept connection must outlive neither our certificate nor that of the other side,
	 * nor must the session that the next one would resume.
	 */
	private boolean mayBeUsed(Connection connection) {
		Channel channel = connection.channel();
		if (CurrentTls.of(channel) != this.tls.current()) {
			return false;
		}
		Peer peer = channel.attr(PEER).get();
		try {
			if (peer != null) {
				this.tls.current().trust().checkValidity(peer.path(), peer.host());
			}
			return true;
		}
		catch (CertificateRefusedException ex) {
			session(channel).invalidate();
			return false;
		}
	}

	/**
	 * What a client connects with.
	 * @param connectTimeout the longest wait for a TCP connection, and for a name server
	 * @param responseTimeout the longest silence while an answer or its rest is awaited,
	 * {@code null}: any
	 * @param absolute whether the host is not looked for inside search domains
	 */
	ClientHttpConnector connector(Duration connectTimeout, @Nullable Duration responseTimeout, boolean absolute) {
		HttpClient client = this.clients.computeIfAbsent(new Resolving(connectTimeout, absolute), this::client);
		return new ReactorClientHttpConnector(
				(responseTimeout != null) ? client.responseTimeout(responseTimeout) : client);
	}

	private HttpClient client(Resolving resolving) {
		return HttpClient.create(this.provider)
			.protocol(HttpProtocol.HTTP11)
			// Given as a consumer, the specification keeps Netty's host name check.
			.secure((ssl) -> ssl.sslContext(this.tls).handshakeTimeout(this.settings.handshakeTimeout()))
			.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int) resolving.timeout().toMillis())
			// Several addresses of one name are replicas: spread the connections.
			.resolver((dns) -> {
				dns.roundRobinSelection(true).queryTimeout(resolving.timeout()).cacheMaxTimeToLive(ADDRESSES_KNOWN);
				if (resolving.absolute()) {
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
				Optional<CallTrace> trace = trace(request);
				trace.ifPresent((each) -> each.markSent(channel.attr(ANSWERED).get() == null));
				checkServer(channel, trace);
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
	private void checkServer(Channel channel, Optional<CallTrace> trace) {
		CurrentTls.Material material = CurrentTls.of(channel);
		SSLSession session = session(channel);
		Peer peer = channel.attr(PEER).get();
		try {
			trace.ifPresent((each) -> each.setOurs(material.ours()));
			if (peer == null) {
				peer = judged(channel, session, material.trust());
				channel.attr(PEER).set(peer);
			}
			Handshake handshake = peer.handshake();
			trace.ifPresent((each) -> each.setHandshake(handshake));
			material.trust().checkValidity(peer.path(), peer.host());
		}
		catch (CertificateRefusedException | SSLPeerUnverifiedException ex) {
			session.invalidate();
			throw new IllegalStateException(ex);
		}
	}

	private Peer judged(Channel channel, SSLSession session, ServerTrust trust)
			throws CertificateRefusedException, SSLPeerUnverifiedException {
		X509Certificate[] chain = Arrays.stream(session.getPeerCertificates())
			.map(X509Certificate.class::cast)
			.toArray(X509Certificate[]::new);
		String host = session.getPeerHost();
		TrustedPath path = trust.check(chain, host);
		// A resumed session is as old as the handshake that it resumes.
		boolean resumed = session.getCreationTime() < channel.attr(OPENED).get();
		return new Peer(path, host, new Handshake(this.clock.instant(), session.getProtocol(), session.getCipherSuite(),
				resumed, path.certificates()));
	}

	static SSLSession session(Channel channel) {
		SslHandler tls = channel.pipeline().get(SslHandler.class);
		if (tls == null) {
			// A channel that has just been closed has no handlers any more.
			throw AbortedException.beforeSend();
		}
		return tls.engine().getSession();
	}

}
