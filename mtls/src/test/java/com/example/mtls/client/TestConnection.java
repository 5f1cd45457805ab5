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

import com.example.mtls.CallFailure;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.IssuingTool;
import com.example.mtls.material.Material;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.TestTls;
import io.netty.channel.ChannelHandler;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.autoconfigure.ssl.PemSslBundleProperties;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.util.unit.DataSize;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The client's side of the connection without the rest of the application.
 */
public final class TestConnection implements AutoCloseable {

	static final ClientSettings SETTINGS = new ClientSettings(
			Duration.ofSeconds(5), Duration.ofSeconds(20), DataSize.ofKilobytes(64), new ClientSettings.Pool(10, 10,
					Duration.ofSeconds(2), Duration.ofHours(1), Duration.ofHours(1), Duration.ofHours(1)),
			new ClientSettings.Retry(0, Duration.ofMillis(10), 10));

	static final Words WORDS = new Words("todo-client", "CERT_FILE_PATH", "CA_CERT_FILE_PATH",
			new IssuingTool("java -jar certs/target/certs.jar"));

	private final DefaultSslBundleRegistry bundles = new DefaultSslBundleRegistry();

	private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

	private final @Nullable CurrentMaterial tls;

	private final Connections connections;

	private final Calls calls;

	private final WebClient client;

	private final RestClient blocking;

	public TestConnection(String url, TestCa trusted, Issued certificate) {
		this(url, material(certificate, trusted), UnaryOperator.identity());
	}

	public TestConnection(String url, TestCa trusted, Issued certificate, UnaryOperator<ClientSettings> change) {
		this(url, material(certificate, trusted), change);
	}

	/** Goes by files, and looks at them when the test says so. */
	public TestConnection(String url, PemSslBundleProperties files) {
		this(url, (bundles) -> TestTls.load(files, Purpose.CLIENT, Clock.systemUTC(), bundles),
				UnaryOperator.identity());
	}

	private TestConnection(String url, Material material, UnaryOperator<ClientSettings> change) {
		this(url, (bundles) -> registered(bundles, material), change);
	}

	private TestConnection(String url, Function<DefaultSslBundleRegistry, @Nullable CurrentMaterial> material,
			UnaryOperator<ClientSettings> change) {
		this(url, material, change, Duration.ofSeconds(2), Duration.ofSeconds(10));
	}

	private TestConnection(String url, Function<DefaultSslBundleRegistry, @Nullable CurrentMaterial> material,
			UnaryOperator<ClientSettings> change, Duration connectTimeout, Duration responseTimeout) {
		Clock clock = new MovedClock();
		ClientSettings settings = change.apply(SETTINGS);
		this.tls = material.apply(this.bundles);
		this.connections = new Connections(this.bundles, settings, clock);
		Target target = target(url, connectTimeout, responseTimeout);
		this.calls = new Calls(this.connections, target, WORDS, settings, clock);
		WebClient.Builder builder = WebClient.builder();
		new ReactiveCalls(this.calls, target.address().url(), settings.maxResponseSize()).accept(builder);
		this.client = builder.build();
		this.blocking = RestClient.builder()
			.requestFactory(new BlockingCalls(this.calls))
			.baseUrl(target.address().url())
			.build();
	}

	/** With time-outs as Boot has them for a group. */
	static TestConnection withTimeouts(String url, TestCa trusted, Issued certificate, Duration connect,
			Duration response) {
		return new TestConnection(url, material(certificate, trusted), UnaryOperator.identity(), connect, response);
	}

	private TestConnection(String url, Material material, UnaryOperator<ClientSettings> change, Duration connect,
			Duration response) {
		this(url, (bundles) -> registered(bundles, material), change, connect, response);
	}

	private static @Nullable CurrentMaterial registered(DefaultSslBundleRegistry bundles, Material material) {
		bundles.registerBundle(CurrentMaterial.BUNDLE, TestTls.bundle(material));
		return null;
	}

	/** What is called todo-service, at this URL. */
	static Target target(String url, Duration connectTimeout, Duration responseTimeout) {
		return new Target("todo-service", ServiceAddress.of(url, "TODO_SERVICE_URL", "todo-service"),
				"TODO_SERVICE_URL", connectTimeout, responseTimeout);
	}

	/**
	 * One connection, so that a second call waits for the first to give it back instead
	 * of opening another.
	 */
	static ClientSettings oneConnection(ClientSettings settings) {
		return withPool(settings, 1, 100, Duration.ofSeconds(30));
	}

	static ClientSettings withPool(ClientSettings settings, int connections, int waiting, Duration wait) {
		ClientSettings.Pool pool = settings.pool();
		return new ClientSettings(settings.handshakeTimeout(), settings.callTimeout(), settings.maxResponseSize(),
				new ClientSettings.Pool(connections, waiting, wait, pool.maxIdleTime(), pool.maxLifeTime(),
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

	RestClient blocking() {
		return this.blocking;
	}

	Connections connections() {
		return this.connections;
	}

	Calls calls() {
		return this.calls;
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
		this.bundles.updateBundle(CurrentMaterial.BUNDLE, TestTls.bundle(material(certificate, trusted)));
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
		this.connections.destroy();
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
