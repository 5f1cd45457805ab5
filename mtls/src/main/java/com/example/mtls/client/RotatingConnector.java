package com.example.mtls.client;

import java.net.URI;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;

import com.example.mtls.material.CurrentMaterial;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;

/**
 * Connects to the service with the TLS material of the moment. WebClient keeps the
 * connector it was built with, and Boot's own is built once; so this one hands each call
 * to the {@link ServiceConnections} of the current bundle and replaces them when the
 * bundle changes.
 */
public class RotatingConnector implements ClientHttpConnector, DisposableBean {

	private final ServiceAddress address;

	private final Function<SslBundle, ServiceConnections> factory;

	private final AtomicReference<@Nullable Handshake> latestHandshake = new AtomicReference<>();

	private volatile ServiceConnections current;

	RotatingConnector(SslBundles bundles, ServiceSettings settings, ServiceAddress address, Clock clock) {
		this.address = address;
		this.factory = (bundle) -> new ServiceConnections(bundle, settings, address, clock, this.latestHandshake::set);
		this.current = this.factory.apply(bundles.getBundle(CurrentMaterial.BUNDLE));
		bundles.addBundleUpdateHandler(CurrentMaterial.BUNDLE, this::rotate);
	}

	private void rotate(SslBundle bundle) {
		ServiceConnections old = this.current;
		this.current = this.factory.apply(bundle);
		old.retire();
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		if (!this.address.isOriginOf(uri)) {
			return Mono.error(new IllegalStateException("We call nobody but " + this.address));
		}
		return Mono.defer(() -> {
			ServiceConnections connections = this.current;
			while (!connections.enter()) {
				// Retired ones were replaced before, except at the end of all.
				if (connections == this.current) {
					return Mono.error(new IllegalStateException("todo-client is shutting down"));
				}
				connections = this.current;
			}
			return connections.connect(method, uri, requestCallback);
		});
	}

	/** The latest handshake whose connection was used, {@code null} before the first. */
	public @Nullable Handshake latestHandshake() {
		return this.latestHandshake.get();
	}

	ServiceConnections current() {
		return this.current;
	}

	@Override
	public void destroy() {
		this.current.retire();
	}

}
