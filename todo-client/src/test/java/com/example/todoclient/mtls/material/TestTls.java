package com.example.todoclient.mtls.material;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

import com.example.todoclient.TestCa;
import com.example.todoclient.TestCa.Issued;

import org.springframework.boot.ssl.SslBundleRegistry;

/**
 * The TLS material in a folder, without a service around it.
 */
public final class TestTls {

	private TestTls() {
	}

	/** Named as certs names them: server.crt or client.crt, its key, and ca.crt. */
	public static TlsSettings settings(Purpose purpose, Path folder) {
		String name = purpose.name().toLowerCase(Locale.ROOT);
		return new TlsSettings(purpose, folder.resolve(name + ".crt").toString(),
				folder.resolve(name + ".key").toString(), null, folder.resolve("ca.crt").toString(),
				Duration.ofSeconds(1));
	}

	/** The files that {@link #settings} names, by name. */
	public static Map<String, String> files(Purpose purpose, Issued issued, TestCa... trusted) {
		String name = purpose.name().toLowerCase(Locale.ROOT);
		Object[] certificates = Arrays.stream(trusted).map(TestCa::certificate).toArray();
		return Map.of(name + ".crt", issued.certificatePem(), name + ".key", issued.keyPem(), "ca.crt",
				TestCa.pem(certificates));
	}

	/** Loads it. It changes only when a test says so. */
	public static CurrentMaterial load(TlsSettings settings, Clock clock, SslBundleRegistry registry) {
		CurrentMaterial tls = new CurrentMaterial(settings, clock);
		tls.registerBundles(registry);
		return tls;
	}

	/** Looks twice, as it takes to take a change. */
	public static void look(CurrentMaterial tls) {
		tls.look();
		tls.look();
	}

}
