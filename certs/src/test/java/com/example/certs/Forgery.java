package com.example.certs;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.X509v1CertificateBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Makes the certificates that the tool itself would never issue: those that come from
 * elsewhere, and those that must be refused.
 */
final class Forgery {

	private static final Instant NOW = Instant.now();

	private static final KeyPair SHARED_EC = KeyType.EC.newKeyPair();

	private X500Name subject = new X500Name("CN=forged");

	private KeyPair keys = SHARED_EC;

	private Instant notBefore = NOW.minus(Duration.ofDays(1));

	private Instant notAfter = NOW.plus(Duration.ofDays(60));

	private BasicConstraints constraints;

	private KeyUsage usage;

	private ExtendedKeyUsage purposes;

	private GeneralNames names;

	private String algorithm = "SHA256withECDSA";

	static Forgery leaf(String subject) {
		return new Forgery().subject(new X500Name(subject));
	}

	static Forgery clientLeaf(String subject) {
		return leaf(subject).purposes(KeyPurposeId.id_kp_clientAuth);
	}

	static Forgery authority(String subject) {
		Forgery forgery = leaf(subject).keys(KeyType.EC.newKeyPair());
		forgery.constraints = new BasicConstraints(true);
		forgery.usage = new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
		return forgery;
	}

	Forgery subject(X500Name subject) {
		this.subject = subject;
		return this;
	}

	Forgery keys(KeyPair keys) {
		this.keys = keys;
		return this;
	}

	Forgery rsa(int bits) throws Exception {
		KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
		generator.initialize(bits);
		return keys(generator.generateKeyPair());
	}

	Forgery valid(Duration from, Duration to) {
		this.notBefore = NOW.plus(from);
		this.notAfter = NOW.plus(to);
		return this;
	}

	Forgery constraints(BasicConstraints constraints) {
		this.constraints = constraints;
		return this;
	}

	Forgery usage(int usage) {
		this.usage = new KeyUsage(usage);
		return this;
	}

	Forgery purposes(KeyPurposeId... purposes) {
		this.purposes = new ExtendedKeyUsage(purposes);
		return this;
	}

	Forgery hosts(String... hosts) {
		this.names = new GeneralNames(
				Stream.of(hosts).map((host) -> Host.parse(host).toGeneralName()).toArray(GeneralName[]::new));
		return this;
	}

	Forgery signedWith(String algorithm) {
		this.algorithm = algorithm;
		return this;
	}

	KeyAndCertificate selfSigned() throws Exception {
		return certificate(this.subject, this.keys.getPrivate());
	}

	KeyAndCertificate by(KeyAndCertificate issuer) throws Exception {
		return certificate(CommonName.subject(issuer.certificate()), issuer.key());
	}

	/** As {@code openssl x509 -req} does without an extension file. */
	KeyAndCertificate version1By(KeyAndCertificate issuer) throws Exception {
		X509v1CertificateBuilder builder = new X509v1CertificateBuilder(CommonName.subject(issuer.certificate()),
				BigInteger.TWO, Date.from(this.notBefore), Date.from(this.notAfter), this.subject, publicKey());
		return converted(builder.build(signer(issuer.key())));
	}

	private KeyAndCertificate certificate(X500Name issuer, PrivateKey key) throws Exception {
		X509v3CertificateBuilder builder = new X509v3CertificateBuilder(issuer, BigInteger.valueOf(System.nanoTime()),
				Date.from(this.notBefore), Date.from(this.notAfter), this.subject, publicKey());
		if (this.constraints != null) {
			builder.addExtension(Extension.basicConstraints, true, this.constraints);
		}
		if (this.usage != null) {
			builder.addExtension(Extension.keyUsage, true, this.usage);
		}
		if (this.purposes != null) {
			builder.addExtension(Extension.extendedKeyUsage, false, this.purposes);
		}
		if (this.names != null) {
			builder.addExtension(Extension.subjectAlternativeName, this.subject.getRDNs().length == 0, this.names);
		}
		return converted(builder.build(signer(key)));
	}

	private SubjectPublicKeyInfo publicKey() {
		return SubjectPublicKeyInfo.getInstance(this.keys.getPublic().getEncoded());
	}

	private ContentSigner signer(PrivateKey key) throws Exception {
		String fitting = key.getAlgorithm().equals("RSA") ? this.algorithm.replace("ECDSA", "RSA") : this.algorithm;
		return new JcaContentSignerBuilder(fitting).build(key);
	}

	private KeyAndCertificate converted(X509CertificateHolder holder) throws Exception {
		return new KeyAndCertificate(this.keys.getPrivate(), new JcaX509CertificateConverter().getCertificate(holder));
	}

	static String pem(KeyAndCertificate... chain) throws Exception {
		return Stream.of(chain).map((member) -> pem(member.certificate())).collect(Collectors.joining());
	}

	private static String pem(X509Certificate certificate) {
		try {
			return pem("CERTIFICATE", certificate.getEncoded());
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	static String pem(String label, byte[] content) {
		return "-----BEGIN %1$s-----%n%2$s%n-----END %1$s-----%n".formatted(label,
				Base64.getMimeEncoder().encodeToString(content));
	}

	/** Writes {@code NAME.crt} and {@code NAME.key}, the leaf first. */
	static void write(Path dir, String name, KeyAndCertificate leaf, KeyAndCertificate... issuers) throws Exception {
		Files.writeString(dir.resolve(name + ".crt"), pem(leaf) + pem(issuers));
		Path key = dir.resolve(name + ".key");
		Files.deleteIfExists(key);
		Files.writeString(key, pem("PRIVATE KEY", leaf.key().getEncoded()));
		key.toFile().setReadable(false, false);
		key.toFile().setReadable(true, true);
	}

	static KeyAndCertificate read(Path dir, String name) {
		List<X509Certificate> chain = PemFile.read(dir.resolve(name + ".crt")).certificates();
		return new KeyAndCertificate(PemFile.read(dir.resolve(name + ".key")).privateKey(null), chain.get(0));
	}

}
