package com.example.mtls.material;

import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.RSAKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateRefusedException.Reason;

import org.springframework.boot.ssl.SslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStore;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;

/**
 * What one end of a mutual TLS connection needs: its certificate chain and key, and whom
 * it trusts. An instance is complete and checked.
 *
 * @param chain our certificate chain, leaf first
 * @param key the private key of the leaf
 * @param authorities the CAs that we trust on the other side, at least one
 * @param leftOut CA certificates that admit nobody and so are not among the
 * {@code authorities}, each with the reason
 */
public record Material(List<X509Certificate> chain, PrivateKey key, List<X509Certificate> authorities,
		List<CertificateRefusedException> leftOut) {

	/** Any RSA key can sign so. */
	private static final PSSParameterSpec PSS = new PSSParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, 32,
			PSSParameterSpec.TRAILER_FIELD_BC);

	private static final int KEY_CERT_SIGN = 5;

	/** As many as our own services take, the leaf among them (TlsDefaults). */
	private static final int LONGEST_CHAIN = 6;

	/**
	 * Bytes. The JDK takes 32 KiB in one message of a handshake. One of the messages is a
	 * session ticket with the chains of both sides, so some are left for the other one.
	 */
	private static final int LARGEST_CHAIN = 31 << 10;

	private static final String NAME_CONSTRAINTS = "2.5.29.30";

	/**
	 * Reads and checks everything, or says in a {@link SettingException} what is wrong.
	 * @param purposes the ends of connections that we are, one or both
	 */
	static Material load(MaterialSettings settings, Set<Purpose> purposes, Instant now) {
		PemSetting certificate = settings.certificate();
		List<X509Certificate> chain = PemReader.certificates(certificate);
		PemSetting keySetting = settings.key();
		PrivateKey key = PemReader.privateKey(keySetting, settings.password());
		PemSetting trustSetting = settings.trust();
		List<X509Certificate> all = PemReader.certificates(trustSetting);
		all.forEach((ca) -> checkTrusted(trustSetting, ca));
		List<CertificateRefusedException> leftOut = new ArrayList<>();
		List<X509Certificate> trusted = all.stream().filter((ca) -> isUsable(ca, purposes, now, leftOut)).toList();
		checkOneIsValid(trustSetting, trusted, leftOut, now);
		Material material = new Material(chain, key, trusted, List.copyOf(leftOut));
		purposes.forEach((purpose) -> material.checkChain(certificate, purpose, now));
		material.checkPair(certificate, keySetting);
		return material;
	}

	/** The certificate that we present. */
	public X509Certificate leaf() {
		return this.chain.get(0);
	}

	/**
	 * The same material the way Boot hands it on; the key is named as the bundle. The
	 * stores are JKS: they never leave this memory, which has the key anyway, and PKCS
	 * #12 would derive keys from an empty password, ten thousand rounds for each look at
	 * it.
	 */
	SslStoreBundle stores() {
		PemSslStore keyStore = PemSslStore.of("JKS", CurrentMaterial.BUNDLE, MaterialBundle.NO_PASSWORD, this.chain,
				this.key);
		return new PemSslStoreBundle(keyStore, PemSslStore.of("JKS", this.authorities, null));
	}

	/**
	 * The CA that the other side has to trust, where it is not one that we trust too. A
	 * pair may have two: a public CA for the server, say, and a private one for clients.
	 * @return the issuer at the end of our chain, in words
	 */
	Optional<String> foreignIssuer() {
		if (this.chain.stream().anyMatch(this::isOfTrusted)) {
			return Optional.empty();
		}
		X509Certificate last = PathValidation.lastOf(this.chain, this.authorities);
		boolean sameName = PathValidation.isNamedIssuer(last, this.authorities);
		return Optional.of("\"" + CertificateText.issuer(last) + "\"" + (sameName
				? " (we trust another CA of that name with another key or key identifier, or our certificate is damaged)"
				: ""));
	}

	private boolean isOfTrusted(X509Certificate certificate) {
		return this.authorities.contains(certificate) || this.authorities.stream()
			.anyMatch((ca) -> KeyIdentifiers.fit(certificate, ca) && PathValidation.isSignedBy(certificate, ca));
	}

	/**
	 * A leaf here would be taken by the JDK even when expired; RFC 5280 calls it no CA.
	 */
	private static void checkTrusted(PemSetting setting, X509Certificate ca) {
		if (ca.getVersion() < 3) {
			throw setting.problem(
					"holds a certificate of X.509 version %d, which cannot say whether it is a CA's: %s"
						.formatted(ca.getVersion(), CertificateText.describe(ca)),
					"Put only CA certificates of version 3 there. An old root can get one with its key and name, and what it "
							+ "has issued usually stays good: openssl req -x509 -key ca.key -subj SUBJECT -days 3650 "
							+ "-addext keyUsage=critical,keyCertSign,cRLSign -out ca.crt");
		}
		if (ca.getBasicConstraints() == -1) {
			throw setting.problem("holds a certificate that is not a CA's: " + CertificateText.describe(ca),
					"Put only CA certificates there (ca.crt), never the certificate of a service or a client.");
		}
		boolean[] keyUsage = ca.getKeyUsage();
		if (keyUsage != null && !keyUsage[KEY_CERT_SIGN]) {
			throw setting.problem(
					"holds a CA certificate whose KeyUsage does not allow keyCertSign: " + CertificateText.describe(ca),
					"Take it out, or issue the CA again.");
		}
		if (!PathValidation.isSignedBy(ca, ca) && ca.getExtensionValue(NAME_CONSTRAINTS) != null) {
			throw setting.problem(
					"holds an intermediate CA certificate with name constraints, which would not be enforced there: "
							+ CertificateText.describe(ca),
					"Trust the root CA instead and present the intermediate in the chain.");
		}
	}

	/**
	 * Whether it can admit anybody, at one of our ends at least. One that is not valid
	 * yet stays, and admits nobody until it is.
	 */
	private static boolean isUsable(X509Certificate ca, Set<Purpose> purposes, Instant now,
			List<CertificateRefusedException> leftOut) {
		CertificateRefusedException refusal = null;
		for (Purpose purpose : purposes) {
			try {
				if (now.isAfter(ca.getNotAfter().toInstant())) {
					throw new CertificateRefusedException(Reason.EXPIRED, ca, "it has expired");
				}
				CertificateRules.checkAuthority(ca, purpose.other());
				return true;
			}
			catch (CertificateRefusedException ex) {
				refusal = ex;
			}
		}
		leftOut.add(refusal);
		return false;
	}

	private static void checkOneIsValid(PemSetting setting, List<X509Certificate> trusted,
			List<CertificateRefusedException> leftOut, Instant now) {
		if (trusted.stream().allMatch((ca) -> now.isBefore(ca.getNotBefore().toInstant()))) {
			String one = leftOut.isEmpty() ? CertificateText.describe(trusted.get(0))
					: CertificateText.describe(leftOut.get(0).certificate()) + ", and " + leftOut.get(0).getMessage();
			throw setting.problem("holds no CA certificate that is valid now and strong enough. One of them has " + one,
					"Put the certificate of the CA there that issues for the other side now, with an RSA key of 2048 bits or "
							+ "more or an EC key. If this one should be valid, the clock of this machine is wrong.");
		}
	}

	private void checkPair(PemSetting certificate, PemSetting keySetting) {
		if (!belongTogether(leaf().getPublicKey(), this.key)) {
			EllipticCurve.unknownIn(leaf().getPublicKey().getEncoded()).ifPresent((curve) -> {
				throw certificate.problem("has an EC key on " + curve, EllipticCurve.cure(certificate.tool()));
			});
			throw keySetting.problem(
					"does not belong to the certificate in " + certificate + ", or is damaged: "
							+ CertificateText.describe(leaf()),
					"Give the key and the certificate that were issued together."
							+ certificate.tool().advice(" To issue both afresh", "dev"));
		}
	}

	/** What one has signed the other has to verify: a damaged key does not. */
	private static boolean belongTogether(PublicKey publicKey, PrivateKey privateKey) {
		try {
			Signature signature = signature(publicKey, privateKey);
			signature.initSign(privateKey);
			signature.update((byte) 1);
			byte[] signed = signature.sign();
			signature.initVerify(publicKey);
			signature.update((byte) 1);
			return signature.verify(signed);
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	private static Signature signature(PublicKey publicKey, PrivateKey privateKey) throws GeneralSecurityException {
		if (publicKey instanceof RSAKey rsa) {
			Signature signature = Signature.getInstance("RSASSA-PSS");
			signature.setParameter((rsa.getParams() != null) ? rsa.getParams() : PSS);
			return signature;
		}
		String algorithm = privateKey.getAlgorithm();
		return Signature.getInstance(algorithm.equals("EC") ? "SHA256withECDSA" : algorithm);
	}

	/**
	 * Whether another CA is trusted only the other side knows; the rest can be told here.
	 */
	private void checkChain(PemSetting setting, Purpose purpose, Instant now) {
		checkSize(setting);
		for (int i = 1; i < this.chain.size(); i++) {
			checkOrder(setting, this.chain.subList(0, i), this.chain.get(i));
		}
		try {
			if (foreignIssuer().isEmpty()) {
				CertificateRules.check(this.chain, this.authorities, purpose, now);
			}
			else {
				CertificateRules.checkUntrusted(this.chain, purpose, now);
			}
		}
		catch (CertificateRefusedException ex) {
			throw setting.problem(
					"cannot be used: " + ex.getMessage() + ". It has " + CertificateText.describe(ex.certificate()),
					cure(ex.reason(), setting.tool().how(purpose.command())));
		}
		if (purpose == Purpose.SERVER && CertificateText.hosts(leaf()).isEmpty()) {
			throw setting.problem(
					"names no host: it has no SAN with a DNS name or an IP address, and clients do not look "
							+ "at the CN (RFC 9525 section 2). It has " + CertificateText.describe(leaf()),
					"Issue one with the names clients call" + setting.tool().how(purpose.command()));
		}
	}

	/** What is larger the other side refuses, without a word that we could pass on. */
	private void checkSize(PemSetting setting) {
		if (this.chain.size() > LONGEST_CHAIN) {
			throw setting.problem(
					"holds a chain of %d certificates, and %d are the most that are taken".formatted(this.chain.size(),
							LONGEST_CHAIN),
					"Leave out the root, and the others that the other side trusts or does not need. If that is not enough, "
							+ "have the leaf issued by a CA that is nearer to the root.");
		}
		// As in a handshake: lengths and extensions around each (RFC 8446 section 4.4.2).
		int size = 4 + this.chain.stream().mapToInt((each) -> 5 + CertificateText.encoded(each).length).sum();
		if (size > LARGEST_CHAIN) {
			throw setting.problem(
					"is too large for a handshake: its certificates take %d bytes, and %d are the most that are taken"
						.formatted(size, LARGEST_CHAIN),
					"Issue a certificate with fewer names (SAN), or several certificates; a wildcard stands for many names.");
		}
	}

	/** A cross-signed CA may stand in the chain twice, so any before it will do. */
	private static void checkOrder(PemSetting setting, List<X509Certificate> before, X509Certificate certificate) {
		if (before.stream().noneMatch((below) -> PathValidation.isSignedBy(below, certificate))) {
			throw setting.problem(
					"holds a chain in the wrong order: certificate %d (subject \"%s\") did not issue the one before it "
						.formatted(before.size() + 1, CertificateText.subject(certificate)) + "(subject \""
							+ CertificateText.subject(before.get(before.size() - 1)) + "\")",
					"Order it leaf first, then the certificate that issued it, and so on (RFC 8446 section 4.4.2): "
							+ "cat leaf.crt intermediate.crt > chain.crt");
		}
	}

	private static String cure(Reason reason, String how) {
		return switch (reason) {
			case EXPIRED ->
				"Issue a new one" + how + ". If it should still be valid, the clock of this machine is wrong.";
			case NOT_YET_VALID -> "Set the clock of this machine, or wait, or issue one that is valid now.";
			case IS_A_CA -> "Give the leaf certificate, not the CA's" + how;
			case WRONG_PURPOSE -> "Issue one for this end" + how;
			case UNTRUSTED -> "Give the whole chain as the CA hands it out, or issue a new one" + how;
			default -> "Issue a new one with EC P-256 or RSA 3072 and SHA-256" + how;
		};
	}

	/** What is safe to print: never the key. */
	@Override
	public String toString() {
		return "Material[%s, %d trusted]".formatted(CertificateText.describe(leaf()), this.authorities.size());
	}

}
