package com.example.todoclient.pair;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

import com.example.mtls.TestCa.Issued;

/**
 * TLS for callers of the pair that are not todo-client.
 */
final class TestTls {

	private TestTls() {
	}

	/** Presents a certificate, or none where it is {@code null}, and trusts these CAs. */
	static SSLContext context(Issued certificate, X509Certificate... trusted) {
		try {
			KeyStore keys = KeyStore.getInstance("PKCS12");
			keys.load(null, null);
			if (certificate != null) {
				keys.setKeyEntry("own", certificate.key(), new char[0],
						certificate.chain().toArray(X509Certificate[]::new));
			}
			KeyStore trust = KeyStore.getInstance("PKCS12");
			trust.load(null, null);
			for (X509Certificate each : trusted) {
				trust.setCertificateEntry("ca " + each.getSerialNumber(), each);
			}
			KeyManagerFactory keyManagers = KeyManagerFactory.getInstance("PKIX");
			keyManagers.init(keys, new char[0]);
			TrustManagerFactory trustManagers = TrustManagerFactory.getInstance("PKIX");
			trustManagers.init(trust);
			SSLContext context = SSLContext.getInstance("TLS");
			context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
			return context;
		}
		catch (GeneralSecurityException | IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
