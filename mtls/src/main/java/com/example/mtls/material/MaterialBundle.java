package com.example.mtls.material;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Provider;
import java.util.function.Supplier;

import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.KeyManagerFactorySpi;
import javax.net.ssl.ManagerFactoryParameters;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;

import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleKey;
import org.springframework.boot.ssl.SslManagerBundle;
import org.springframework.boot.ssl.SslOptions;
import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.util.function.SingletonSupplier;
import org.springframework.util.function.ThrowingSupplier;

/**
 * One state of the material as Boot hands it to servers, which take the stores, and to
 * clients, which take the managers. Nothing is read before one of them is asked for.
 */
final class MaterialBundle implements SslBundle {

	static final String NO_PASSWORD = "";

	private final SslOptions options;

	private final Supplier<SslStoreBundle> stores;

	private final Supplier<SslManagerBundle> managers;

	/**
	 * Reads nothing yet.
	 * @param material asked once
	 * @param options protocol versions and cipher suites
	 * @param trust makes of the JDK's trust manager the one of the bundle
	 */
	MaterialBundle(Supplier<Material> material, SslOptions options, PeerTrust.Factory trust) {
		this.options = options;
		this.stores = SingletonSupplier.of(() -> material.get().stores());
		this.managers = SingletonSupplier.of(ThrowingSupplier.of(() -> managers(getStores(), trust)));
	}

	@Override
	public SslStoreBundle getStores() {
		return this.stores.get();
	}

	@Override
	public SslManagerBundle getManagers() {
		return this.managers.get();
	}

	@Override
	public SslBundleKey getKey() {
		return SslBundleKey.of(NO_PASSWORD);
	}

	@Override
	public SslOptions getOptions() {
		return this.options;
	}

	@Override
	public String getProtocol() {
		return DEFAULT_PROTOCOL;
	}

	private static SslManagerBundle managers(SslStoreBundle stores, PeerTrust.Factory trust)
			throws GeneralSecurityException {
		KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keys.init(stores.getKeyStore(), NO_PASSWORD.toCharArray());
		TrustManagerFactory peers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		peers.init(stores.getTrustStore());
		return SslManagerBundle.of(
				new OneKeyManager(new OurCertificate((X509ExtendedKeyManager) keys.getKeyManagers()[0]),
						keys.getProvider()),
				SslManagerBundle.from(trust.around((X509ExtendedTrustManager) peers.getTrustManagers()[0]))
					.getTrustManagerFactory());
	}

	/** Boot's clients want a factory. This one has its manager from the beginning. */
	private static final class OneKeyManager extends KeyManagerFactory {

		OneKeyManager(KeyManager manager, Provider provider) {
			super(new KeyManagerFactorySpi() {

				@Override
				protected void engineInit(KeyStore store, char[] password) {
				}

				@Override
				protected void engineInit(ManagerFactoryParameters parameters) {
				}

				@Override
				protected KeyManager[] engineGetKeyManagers() {
					return new KeyManager[] { manager };
				}

			}, provider, CurrentMaterial.BUNDLE);
		}

	}

	/** Never what is in it. */
	@Override
	public String toString() {
		return "MaterialBundle[" + CurrentMaterial.BUNDLE + "]";
	}

}
