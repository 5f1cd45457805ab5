package com.example.todoservice.mtls.connector;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.concurrent.TimeUnit;

import org.apache.coyote.http11.Http11NioProtocol;
import org.apache.tomcat.util.net.NioChannel;
import org.apache.tomcat.util.net.NioEndpoint;
import org.apache.tomcat.util.net.NioEndpoint.NioSocketWrapper;
import org.apache.tomcat.util.net.SSLHostConfig;
import org.apache.tomcat.util.net.SecureNioChannel;
import org.apache.tomcat.util.net.SocketBufferHandler;
import org.jspecify.annotations.Nullable;

/**
 * Tomcat's own connector, which also tells {@link HandshakeRefusals} of each handshake
 * that fails. Tomcat itself logs these at debug only and without the certificate; here,
 * where the handshake happens, its exception and the peer's address are both at hand.
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

		private final Endpoint endpoint;

		private boolean settled = true;

		/** The handshake has to be over by then, in the terms of the JVM's clock. */
		private long deadline;

		Channel(SocketBufferHandler buffer, Endpoint endpoint) {
			super(buffer, endpoint);
			this.endpoint = endpoint;
		}

		/** Tomcat uses a channel again for another connection. */
		@Override
		public void reset(@Nullable SocketChannel channel, @Nullable NioSocketWrapper wrapper) throws IOException {
			super.reset(channel, wrapper);
			this.settled = (channel == null);
			this.deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(this.endpoint.getConnectionTimeout());
		}

		@Override
		public int handshake(boolean read, boolean write) throws IOException {
			if (System.nanoTime() - this.deadline > 0) {
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
				this.settled = true;
				if (getSslEngine() == null) {
					this.endpoint.refusals.notTls(this.socketWrapper.getRemoteAddr());
				}
				else {
					this.endpoint.refusals.failed(this.socketWrapper.getRemoteAddr(), ex);
				}
				throw ex;
			}
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
