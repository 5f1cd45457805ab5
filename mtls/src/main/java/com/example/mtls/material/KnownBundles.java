package com.example.mtls.material;

import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.ssl.SslStoreBundle;

/**
 * The bundles as whoever only looks at them sees them: ours is empty until somebody has
 * needed it.
 */
final class KnownBundles implements SslBundles {

	private static final SslBundle EMPTY = SslBundle.of(SslStoreBundle.NONE);

	private final SslBundles all;

	private final CurrentMaterial material;

	KnownBundles(SslBundles all, CurrentMaterial material) {
		this.all = all;
		this.material = material;
	}

	@Override
	public SslBundle getBundle(String name) {
		boolean unknown = name.equals(CurrentMaterial.BUNDLE) && this.material.known().isEmpty();
		return unknown ? EMPTY : this.all.getBundle(name);
	}

	@Override
	public void addBundleUpdateHandler(String name, Consumer<SslBundle> handler) {
		this.all.addBundleUpdateHandler(name, handler);
	}

	@Override
	public void addBundleRegisterHandler(BiConsumer<String, SslBundle> handler) {
		this.all.addBundleRegisterHandler(handler);
	}

	@Override
	public List<String> getBundleNames() {
		return this.all.getBundleNames();
	}

}
