package com.example.mtls.server.tomcat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.concurrent.TimeUnit;

import javax.net.ssl.SSLException;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.buf.ByteBufferUtils;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.apache.tomcat.util.net.TLSClientHelloExtractor;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own connector, which also tells {@link HandshakeRefusals} of each handshake
 * that fails. Tomcat itself logs these at debug only and without the certificate, or at
 * any level and without limit; here, where the handshake happens, its exception and the
 * peer's address are both at hand.
 * <p>
 * Public because Tomcat makes it by name.
 */
public final class AuditedHttpsProtocol extends Http11NioProtocol {

	/** Made by Tomcat; {@link #tell} has to be called before it starts. */
	public AuditedHttpsProtocol() {
		super(new Endpoint());
		setSslImplementationName(ClientTrust.Implementation.class.getName());
	}

	void tell(HandshakeRefusals refusals) {
		((Endpoint) getEndpoint()).refusals = refusals;
	}

	@Override
	public void addSslHostConfig(SSLHostConfig config, boolean replace) {
		// All our cipher suites are good; the first in our list is the cheapest for us.
		config.setHonorCipherOrder(true);
		super.addSslHostConfig(config, replace);
	}

	private static final class Endpoint extends NioEndpoint {

		private @Nullable HandshakeRefusals refusals;

		@Override
		protected NioChannel createChannel(SocketBufferHandler buffer) {
			return isSSLEnabled() ? new Channel(buffer, this) : super.createChannel(buffer);
		}

	}

	private static final class Channel extends SecureNioChannel {

		/** The length of a record's header (RFC 8446 section 5.1). */
		private static final int HEADER = 5;

		private final Endpoint endpoint;

		private boolean settled = true;

		/** No time-out of Tomcat's is 0 or less. */
		private long timeoutMillis;

		private long started;

		Channel(SocketBufferHandler buffer, Endpoint endpoint) {
			super(buffer, endpoint);
			this.endpoint = endpoint;
		}

		/** Tomcat uses a channel again for another connection. */
		@Override
		public void reset(@Nullable SocketChannel channel, @Nullable NioSocketWrapper wrapper) throws IOException {
			super.reset(channel, wrapper);
			this.settled = (channel == null);
			this.timeoutMillis = this.endpoint.getConnectionTimeout();
			this.started = System.nanoTime();
		}

		@Override
		public int handshake(boolean read, boolean write) throws IOException {
			if (this.timeoutMillis > 0
					&& System.nanoTime() - this.started > TimeUnit.MILLISECONDS.toNanos(this.timeoutMillis)) {
				// Tomcat looks for time-outs once a second, and overlooks a peer whose
				// byte it is just reading.
				throw new IOException("The handshake takes too long");
			}
			try {
				int result = super.handshake(read, write);
				this.settled = result <= 0;
				return result;
			}
			catch (IOException ex) {
				throw refused(ex);
			}
			catch (RuntimeException ex) {
				// Tomcat would log it with its stack trace for whoever provokes it.
				throw refused(new SSLException(ex.toString(), ex));
			}
		}

		private IOException refused(IOException ex) {
			this.settled = true;
			this.endpoint.refusals.failed(this.socketWrapper.getRemoteAddr(), ex);
			return ex;
		}

		/**
		 * Prepares the handshake. In place of Tomcat's own look into the ClientHello,
		 * which fails where that comes in several records (RFC 8446 section 5.1), and
		 * logs what it finds odd. It seeks a host name and cipher suites to choose a
		 * certificate by, and there is one only.
		 */
		@Override
		protected int processSNI() throws IOException {
			if (this.sc.read(this.netInBuffer) == -1) {
				return -1;
			}
			if (this.netInBuffer.position() < HEADER) {
				return SelectionKey.OP_READ;
			}
			byte[] header = new byte[HEADER];
			this.netInBuffer.get(0, header);
			NotTlsException other = NotTlsException.of(header);
			if (other != null) {
				if (other.isHttp()) {
					this.netOutBuffer.clear().put(TLSClientHelloExtractor.USE_TLS_RESPONSE).flip();
					flushOutbound();
				}
				throw other;
			}
			createSSLEngine(null, List.of(), List.of(), List.of(), List.of(), List.of());
			if (this.endpoint.hasNegotiableProtocols()) {
				this.sslEngine
					.setHandshakeApplicationProtocolSelector((engine, offered) -> offered.contains("h2") ? "h2" : "");
			}
			getBufHandler().expand(this.sslEngine.getSession().getApplicationBufferSize());
			int packet = this.sslEngine.getSession().getPacketBufferSize();
			this.netInBuffer = ByteBufferUtils.expand(this.netInBuffer, packet);
			this.netOutBuffer = ByteBufferUtils.expand(this.netOutBuffer, packet).position(0).limit(0);
			this.sslEngine.beginHandshake();
			this.handshakeStatus = this.sslEngine.getHandshakeStatus();
			return 0;
		}

		/**
		 * Where nothing has arrived, lets the other requests go on and looks once more: a
		 * busy caller has sent its next request by then. The way through Tomcat's poller
		 * and back costs a sixth of a request.
		 */
		@Override
		public int read(ByteBuffer into) throws IOException {
			int read = super.read(into);
			if (read == 0) {
				Thread.yield();
				read = super.read(into);
			}
			return read;
		}

		@Override
		public void close(boolean force) throws IOException {
			if (!this.settled && this.endpoint.isRunning()) {
				this.settled = true;
				this.endpoint.refusals.timedOut(this.socketWrapper.getRemoteAddr());
			}
			super.close(force);
		}

	}

}
