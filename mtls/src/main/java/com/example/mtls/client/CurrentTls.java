package com.example.mtls.client;

import java.security.KeyStoreException;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSessionContext;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;

import com.example.mtls.material.CurrentMaterial;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ApplicationProtocolNegotiator;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.SslBundle;

/**
 * The one TLS context that the pool of connections knows. For each connection it asks the
 * context of the material of the moment, which never changes: so certificate, key, trust
 * and the sessions that may be resumed always belong together, and none outlives a
 * rotation. Managers that change would have to be kept together by hand, between the
 * questions of one handshake and in the cache of sessions.
 */
final class CurrentTls extends SslContext {

	private final Clock clock;

	private final Supplier<SslBundle> first;

	private volatile @Nullable Material current;

	/**
	 * One certificate with its key, and whom we trust with it.
	 *
	 * @param number how many there were before
	 * @param ours our certificate
	 * @param trust judges that of the other side
	 * @param context makes connections
	 */
	record Material(long number, X509Certificate ours, ServerTrust trust, SslContext context) {
	}

	/** Knows what a connection was opened with. */
	private static final class Handler extends SslHandler {

		private final Material material;

		Handler(Material material, SSLEngine engine, boolean startTls) {
			super(engine, startTls);
			this.material = material;
		}

	}

	/**
	 * Reads nothing yet: an application may call nobody.
	 * @param first where the bundle is
	 * @param clock the time to judge validity by
	 */
	CurrentTls(Supplier<SslBundle> first, Clock clock) {
		this.first = first;
		this.clock = clock;
	}

	/** What new connections are opened with. */
	Material current() {
		Material known = this.current;
		return (known != null) ? known : begin();
	}

	private synchronized Material begin() {
		if (this.current == null) {
			this.current = material(0, this.first.get());
		}
		return this.current;
	}

	/** From now on new connections are opened with this. */
	synchronized void use(SslBundle bundle) {
		this.current = material(current().number() + 1, bundle);
	}

	/**
	 * What a connection was opened with.
	 * @return {@code null} if it has been closed
	 */
	static @Nullable Material of(Channel channel) {
		Handler handler = channel.pipeline().get(Handler.class);
		return (handler != null) ? handler.material : null;
	}

	private Material material(long number, SslBundle bundle) {
		X509ExtendedTrustManager jdk = (X509ExtendedTrustManager) bundle.getManagers().getTrustManagers()[0];
		ServerTrust trust = new ServerTrust(jdk, this.clock);
		String[] ciphers = bundle.getOptions().getCiphers();
		try {
			X509Certificate ours = (X509Certificate) bundle.getStores()
				.getKeyStore()
				.getCertificate(CurrentMaterial.BUNDLE);
			SslContext context = SslContextBuilder.forClient()
				.sslProvider(SslProvider.JDK)
				.keyManager((X509KeyManager) bundle.getManagers().getKeyManagers()[0])
				.trustManager(trust)
				.protocols(bundle.getOptions().getEnabledProtocols())
				.ciphers((ciphers != null) ? List.of(ciphers) : null)
				.build();
			return new Material(number, ours, trust, context);
		}
		catch (SSLException | KeyStoreException ex) {
			throw new IllegalStateException("TLS cannot be set up: " + ex.getMessage(), ex);
		}
	}

	@Override
	protected SslHandler newHandler(ByteBufAllocator allocator, String host, int port, boolean startTls) {
		Material material = current();
		return new Handler(material, material.context().newEngine(allocator, host, port), startTls);
	}

	@Override
	public SSLEngine newEngine(ByteBufAllocator allocator) {
		return current().context().newEngine(allocator);
	}

	@Override
	public SSLEngine newEngine(ByteBufAllocator allocator, String host, int port) {
		return current().context().newEngine(allocator, host, port);
	}

	@Override
	public boolean isClient() {
		return true;
	}

	@Override
	public List<String> cipherSuites() {
		return current().context().cipherSuites();
	}

	@Override
	public ApplicationProtocolNegotiator applicationProtocolNegotiator() {
		return current().context().applicationProtocolNegotiator();
	}

	@Override
	public SSLSessionContext sessionContext() {
		return current().context().sessionContext();
	}

}
