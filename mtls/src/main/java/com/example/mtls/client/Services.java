package com.example.mtls.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

import com.example.mtls.CallFailure;
import com.example.mtls.CalledService;
import com.example.mtls.Handshake;
import com.example.mtls.MtlsClients;
import com.example.mtls.SettingException;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.PropertyOrigin;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.core.env.Environment;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The services that we call, as Boot's properties name them.
 */
final class Services implements MtlsClients {

	/** Where Boot has the HTTP service groups, and what holds for all clients. */
	private static final String GROUPS = "spring.http.serviceclient";

	private static final String ALL = "spring.http.clients";

	private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);

	private final Environment environment;

	private final Connections connections;

	private final ClientSettings settings;

	private final Words words;

	private final Clock clock;

	private final Map<String, Group> groups;

	private final Group all;

	private final Map<String, Service> services = new ConcurrentHashMap<>();

	private final Calls any;

	/** What concerns us of Boot's settings of a client. */
	record Group(@Nullable String baseUrl, @Nullable Duration connectTimeout, @Nullable Duration readTimeout,
			@Nullable Ssl ssl) {

		record Ssl(@Nullable String bundle) {
		}

		@Nullable String bundle() {
			return (this.ssl != null) ? this.ssl.bundle() : null;
		}

	}

	Services(Environment environment, Connections connections, ClientSettings settings, Words words, Clock clock) {
		this.environment = environment;
		this.connections = connections;
		this.settings = settings;
		this.words = words;
		this.clock = clock;
		Binder binder = Binder.get(environment);
		this.groups = binder.bind(GROUPS, Bindable.mapOf(String.class, Group.class)).orElse(Map.of());
		this.all = binder.bind(ALL, Group.class).orElse(new Group(null, null, null, null));
		this.any = calls(new Target("", null, "the URL of the call", timeout(ALL, "connect", this.all.connectTimeout()),
				this.all.readTimeout()));
		// What cannot be called is said at the start, not at the first call.
		this.groups.keySet().stream().filter(this::isOurs).forEach(this::service);
		if (!this.services.isEmpty()) {
			connections.current();
		}
	}

	/** Whether a group is called over our bundle. */
	boolean isOurs(String group) {
		Group own = this.groups.get(group);
		String bundle = (own != null && own.bundle() != null) ? own.bundle() : this.all.bundle();
		return CurrentMaterial.BUNDLE.equals(bundle);
	}

	@Override
	public CalledService service(String group) {
		if (!isOurs(group)) {
			String setting = prefix(group) + ".ssl.bundle";
			throw new SettingException(PropertyOrigin.describe(this.environment, setting),
					"is not " + CurrentMaterial.BUNDLE + ", the name of the bundle that calls are made with",
					"Set " + setting + " to it.");
		}
		return this.services.computeIfAbsent(group, (name) -> new Service(calls(target(name))));
	}

	private Target target(String name) {
		Group group = this.groups.getOrDefault(name, this.all);
		String prefix = prefix(name);
		String setting = PropertyOrigin.describe(this.environment, prefix + ".base-url");
		ServiceAddress address = (group.baseUrl() != null) ? ServiceAddress.of(group.baseUrl(), setting, name) : null;
		Duration read = (group.readTimeout() != null) ? group.readTimeout() : this.all.readTimeout();
		if (read != null) {
			ClientSettings.checkTime(prefix + ".read-timeout", read);
		}
		return new Target(name, address, setting, timeout(prefix, "connect",
				(group.connectTimeout() != null) ? group.connectTimeout() : this.all.connectTimeout()), read);
	}

	private static String prefix(String group) {
		return GROUPS + (ConfigurationPropertyName.isValid(group) ? "." + group : "[" + group + "]");
	}

	private static Duration timeout(String prefix, String name, @Nullable Duration value) {
		Duration timeout = (value != null) ? value : CONNECT_TIMEOUT;
		ClientSettings.checkTime(prefix + "." + name + "-timeout", timeout);
		return timeout;
	}

	private Calls calls(Target target) {
		return new Calls(this.connections, target, this.words, this.settings, this.clock);
	}

	@Override
	public Consumer<WebClient.Builder> webClient() {
		return new ReactiveCalls(this.any, null, this.settings.maxResponseSize());
	}

	@Override
	public Consumer<RestClient.Builder> restClient() {
		return (builder) -> builder.requestFactory(new BlockingCalls(this.any));
	}

	/** One of them. */
	private final class Service implements CalledService {

		private final Calls calls;

		Service(Calls calls) {
			this.calls = calls;
		}

		@Override
		public String name() {
			return this.calls.target().name();
		}

		@Override
		public @Nullable URI url() {
			ServiceAddress address = this.calls.target().address();
			return (address != null) ? address.url() : null;
		}

		@Override
		public @Nullable Handshake latestHandshake() {
			return this.calls.latestHandshake();
		}

		@Override
		public CallFailure explain(Throwable error) {
			return this.calls.explain(error);
		}

		@Override
		public Consumer<WebClient.Builder> webClient() {
			return new ReactiveCalls(this.calls, url(), Services.this.settings.maxResponseSize());
		}

		@Override
		public Consumer<RestClient.Builder> restClient() {
			return (builder) -> {
				builder.requestFactory(new BlockingCalls(this.calls));
				if (url() != null) {
					builder.baseUrl(url());
				}
			};
		}

	}

}
