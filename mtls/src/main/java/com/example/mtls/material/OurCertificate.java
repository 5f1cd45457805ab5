package com.example.mtls.material;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Presents our certificate to any server we trust, even if that server's list of CAs (RFC
 * 8446 section 4.2.4) does not have ours. The JDK would present nothing then, and neither
 * side could say which certificate was wrong. An extended one, because the JDK's engines
 * ask no other.
 */
final class OurCertificate extends X509ExtendedKeyManager {

	private final X509ExtendedKeyManager jdk;

	OurCertificate(X509ExtendedKeyManager jdk) {
		this.jdk = jdk;
	}

	@Override
	public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
		return this.jdk.chooseClientAlias(keyTypes, null, socket);
	}

	@Override
	public @Nullable String chooseEngineClientAlias(String[] keyTypes, Principal @Nullable [] issuers,
			SSLEngine engine) {
		return this.jdk.chooseEngineClientAlias(keyTypes, null, engine);
	}

	@Override
	public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
		return this.jdk.getClientAliases(keyType, null);
	}

	@Override
	public @Nullable String chooseServerAlias(String keyType, Principal @Nullable [] issuers, Socket socket) {
		return this.jdk.chooseServerAlias(keyType, issuers, socket);
	}

	@Override
	public @Nullable String chooseEngineServerAlias(String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
		return this.jdk.chooseEngineServerAlias(keyType, issuers, engine);
	}

	@Override
	public String @Nullable [] getServerAliases(String keyType, Principal @Nullable [] issuers) {
		return this.jdk.getServerAliases(keyType, issuers);
	}

	@Override
	public X509Certificate @Nullable [] getCertificateChain(String alias) {
		return this.jdk.getCertificateChain(alias);
	}

	@Override
	public @Nullable PrivateKey getPrivateKey(String alias) {
		return this.jdk.getPrivateKey(alias);
	}

}
