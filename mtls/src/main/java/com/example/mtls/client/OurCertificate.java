package com.example.mtls.client;

import java.net.Socket;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;

import javax.net.ssl.X509KeyManager;

import org.jspecify.annotations.Nullable;

/**
 * Presents our certificate to any server we trust, even if that server's list of CAs (RFC
 * 8446 section 4.2.4) does not have ours. The JDK would present nothing then, and neither
 * side could say which certificate was wrong.
 */
final class OurCertificate implements X509KeyManager {

	private final X509KeyManager jdk;

	OurCertificate(X509KeyManager jdk) {
		this.jdk = jdk;
	}

	@Override
	public @Nullable String chooseClientAlias(String[] keyTypes, Principal @Nullable [] issuers, Socket socket) {
		return this.jdk.chooseClientAlias(keyTypes, null, socket);
	}

	@Override
	public String[] getClientAliases(String keyType, Principal @Nullable [] issuers) {
		return this.jdk.getClientAliases(keyType, null);
	}

	@Override
	public X509Certificate[] getCertificateChain(String alias) {
		return this.jdk.getCertificateChain(alias);
	}

	@Override
	public PrivateKey getPrivateKey(String alias) {
		return this.jdk.getPrivateKey(alias);
	}

	@Override
	public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
		return null;
	}

	@Override
	public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
		return null;
	}

}
