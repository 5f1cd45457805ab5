package com.example.mtls.client;

import io.netty.channel.embedded.EmbeddedChannel;
import org.junit.jupiter.api.Test;
import reactor.netty.channel.AbortedException;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ConnectionsTests {

	@Test
	void sessionWhenConnectionHasJustBeenClosedThenNothingWasSent() {
		EmbeddedChannel closed = new EmbeddedChannel();
		closed.close();
		assertThatExceptionOfType(AbortedException.class).isThrownBy(() -> Connections.session(closed))
			.withMessage(AbortedException.beforeSend().getMessage());
	}

}
