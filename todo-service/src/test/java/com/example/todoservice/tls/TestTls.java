package com.example.todoservice.tls;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

import org.springframework.boot.ssl.DefaultSslBundleRegistry;

/**
 * The TLS material in a folder, without a service around it.
 */
public final class TestTls {

	private TestTls() {
	}

	/** Where {@code TestService} also keeps its files. */
	public static TlsSettings settings(Path folder) {
		return new TlsSettings(Purpose.SERVER, folder.resolve("server.crt").toString(),
				folder.resolve("server.key").toString(), null, folder.resolve("ca.crt").toString(),
				Duration.ofSeconds(1));
	}

	/** Loads it. It changes only when a test says so. */
	public static CurrentTls load(Path folder, Clock clock) {
		CurrentTls tls = new CurrentTls(settings(folder), clock);
		tls.registerBundles(new DefaultSslBundleRegistry());
		return tls;
	}

	/** Looks twice, as it takes to take a change. */
	public static void look(CurrentTls tls) {
		tls.look();
		tls.look();
	}

}
