package com.example.mtls.client;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.UnaryOperator;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.Material;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.TestTls;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The client's side of the connection without the rest of the application.
 */
public final class TestConnection implements AutoCloseable {

	public static final ServiceSettings SETTINGS = new ServiceSettings(null, Duration.ofSeconds(2),
			Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofSeconds(20), DataSize.ofKilobytes(64),
			new ServiceSettings.Pool(10, 10, Duration.ofSeconds(2), Duration.ofHours(1), Duration.ofHours(1),
					Duration.ofHours(1)),
			new ServiceSettings.Retry(0, Duration.ofMillis(10), 10));

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

	private final @Nullable CurrentMaterial tls;

	private final RotatingConnector connector;

	private final WebClient client;

	public TestConnection(String url, TestCa trusted, Issued certificate) {
		this(url, material(certificate, trusted), UnaryOperator.identity());
	}

	public TestConnection(String url, TestCa trusted, Issued certificate, UnaryOperator<ServiceSettings> change) {
		this(url, material(certificate, trusted), change);
	}

	/** Goes by files, and looks at them when the test says so. */
	public TestConnection(String url, PemSslBundleProperties files) {
		this(url, (bundles) -> TestTls.load(files, Purpose.CLIENT, Clock.systemUTC(), bundles),
				UnaryOperator.identity());
	}

	private TestConnection(String url, Material material, UnaryOperator<ServiceSettings> change) {
		this(url, (bundles) -> {
			bundles.registerBundle(CurrentMaterial.BUNDLE, material.toBundle(TestTls.OPTIONS));
			return null;
		}, change);
	}

	private TestConnection(String url, Function<DefaultSslBundleRegistry, @Nullable CurrentMaterial> material,
			UnaryOperator<ServiceSettings> change) {
		Clock clock = new MovedClock();
		ServiceSettings settings = change.apply(SETTINGS);
		ServiceAddress address = ServiceAddress.of(url);
		this.tls = material.apply(this.bundles);
		this.connector = new RotatingConnector(this.bundles, settings, address, clock);
		WebClient.Builder builder = WebClient.builder();
		new ServiceClientConfiguration().serviceCalls(this.connector, address, settings, clock).accept(builder);
		this.client = builder.build();
	}

	/**
	 * One connection, so that a second call waits for the first to give it back instead
	 * of opening another.
	 */
	public static ServiceSettings oneConnection(ServiceSettings settings) {
		return withPool(settings, 1, 100, Duration.ofSeconds(30));
	}

	public static ServiceSettings withPool(ServiceSettings settings, int connections, int waiting, Duration wait) {
		ServiceSettings.Pool pool = settings.pool();
		return new ServiceSettings(settings.url(), settings.connectTimeout(), settings.handshakeTimeout(),
				settings.responseTimeout(), settings.callTimeout(), settings.maxResponseSize(),
				new ServiceSettings.Pool(connections, waiting, wait, pool.maxIdleTime(), pool.maxLifeTime(),
						pool.retireTimeout()),
				settings.retry());
	}

	public static Material material(Issued certificate, TestCa... trusted) {
		return new Material(certificate.chain(), certificate.key(),
				java.util.Arrays.stream(trusted).map(TestCa::certificate).toList(), List.of());
	}

	public WebClient client() {
		return this.client;
	}

	/** What is taken of the files. */
	public CurrentMaterial tls() {
		return this.tls;
	}

	public RotatingConnector connector() {
		return this.connector;
	}

	/** Calls and returns the body, or throws the {@link CallFailure}. */
	public String get(String path) {
		return this.client.get()
			.uri(path)
			.exchangeToMono((response) -> response.bodyToMono(String.class).defaultIfEmpty(""))
			.block(Duration.ofSeconds(60));
	}

	/** Replaces certificate, key and trusted CAs. */
	public void rotate(Issued certificate, TestCa... trusted) {
		this.bundles.updateBundle(CurrentMaterial.BUNDLE, material(certificate, trusted).toBundle(TestTls.OPTIONS));
	}

	/** What marks the failures of a channel that does not connect. */
	public static ChannelHandler attempt() {
		return new ConnectionAttempt();
	}

	/** Lets time pass. */
	public void pass(Duration time) {
		this.ahead.updateAndGet((before) -> before.plus(time));
	}

	@Override
	public void close() {
		this.connector.destroy();
	}

	private final class MovedClock extends Clock {

		@Override
		public ZoneId getZone() {
			return ZoneOffset.UTC;
		}

		@Override
		public Clock withZone(ZoneId zone) {
			return this;
		}

		@Override
		public Instant instant() {
			return Instant.now().plus(TestConnection.this.ahead.get());
		}

	}

}
