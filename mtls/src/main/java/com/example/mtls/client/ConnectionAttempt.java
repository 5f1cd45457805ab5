package com.example.mtls.client;

import java.io.IOException;
import java.net.SocketAddress;

import io.netty.channel.ChannelHandler.Sharable;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;

/**
 * Marks what fails before there is a connection as {@link Failure}. By itself a network
 * that cannot be reached, or a policy that rejects, looks like the reset of a connection
 * that is open: both are a {@link java.net.SocketException}.
 */
@Sharable
final class ConnectionAttempt extends ChannelOutboundHandlerAdapter {

	/** Nothing was sent. The cause is what the system said. */
	static final class Failure extends IOException {

		private Failure(Throwable cause) {
			super(cause);
		}

	}

	@Override
	public void connect(ChannelHandlerContext context, SocketAddress remote, SocketAddress local,
			ChannelPromise promise) {
		ChannelPromise attempt = context.newPromise();
		attempt.addListener((done) -> {
			if (done.isSuccess()) {
				promise.trySuccess();
			}
			else {
				promise.tryFailure(new Failure(done.cause()));
			}
		});
		context.connect(remote, local, attempt);
	}

}
