package com.example.mtls.client;

import java.io.IOException;

/**
 * There is no connection, and nothing was sent. The cause is what the system said.
 */
public final class NotConnectedException extends IOException {

	NotConnectedException(Throwable cause) {
		super(cause);
	}

}
