package com.example.mtls;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v1CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v2CRLBuilder;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * Issues certificates for tests: good ones in one line, and any odd one by setting what
 * is odd about it.
 */
public final class TestCa {

	/** A certificate chain, leaf first, and the key of the leaf. */
	public record Issued(List<X509Certificate> chain, PrivateKey key, KeyPair keyPair) {

		public X509Certificate certificate() {
			return this.chain.get(0);
		}

		/** The same leaf and key with other certificates behind it. */
		public Issued withChain(X509Certificate... above) {
			List<X509Certificate> chain = new ArrayList<>(List.of(certificate()));
			chain.addAll(Arrays.asList(above));
			return new Issued(List.copyOf(chain), this.key, this.keyPair);
		}

		/** The chain as PEM. */
		public String certificatePem() {
			return pem(this.chain.toArray());
		}

		/** The key as PKCS#8 PEM. */
		public String keyPem() {
			try {
				return pem(new JcaPKCS8Generator(this.key, null).generate());
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}

		/** This certificate as an authority. */
		public TestCa asCa() {
			return new TestCa(certificate(), this.keyPair);
		}

	}

	private final X509Certificate certificate;

	private final KeyPair keyPair;

	private TestCa(X509Certificate certificate, KeyPair keyPair) {
		this.certificate = certificate;
		this.keyPair = keyPair;
	}

	/** A root CA that is good for years. */
	public static TestCa create(String commonName) {
		return root(commonName).asCa();
	}

	/** A root CA about which something can be made odd. */
	public static Builder root(String commonName) {
		return new Builder(null).commonName(commonName).ca(null);
	}

	public X509Certificate certificate() {
		return this.certificate;
	}

	public String certificatePem() {
		return pem(this.certificate);
	}

	public String keyPem() {
		return new Issued(List.of(this.certificate), this.keyPair.getPrivate(), this.keyPair).keyPem();
	}

	/** A certificate for a server at localhost. */
	public Issued server() {
		return leaf().commonName("localhost")
			.purposes(KeyPurposeId.id_kp_serverAuth)
			.names(new GeneralName(GeneralName.dNSName, "localhost"),
					new GeneralName(GeneralName.iPAddress, "127.0.0.1"))
			.issue();
	}

	/** A certificate for a caller of this name. */
	public Issued client(String commonName) {
		return leaf().commonName(commonName).purposes(KeyPurposeId.id_kp_clientAuth).issue();
	}

	/** A certificate of this CA about which anything can be made odd. */
	public Builder leaf() {
		return new Builder(this);
	}

	/** A revocation list of this CA. */
	public X509CRL revoke(Instant thisUpdate, Instant nextUpdate, X509Certificate... revoked) {
		try {
			JcaX509v2CRLBuilder builder = new JcaX509v2CRLBuilder(this.certificate.getSubjectX500Principal(),
					Date.from(thisUpdate));
			if (nextUpdate != null) {
				builder.setNextUpdate(Date.from(nextUpdate));
			}
			for (X509Certificate each : revoked) {
				builder.addCRLEntry(each.getSerialNumber(), Date.from(thisUpdate), CRLReason.keyCompromise);
			}
			return new JcaX509CRLConverter()
				.getCRL(builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(this.keyPair.getPrivate())));
		}
		catch (GeneralSecurityException | OperatorCreationException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A revocation list that is good for a day, as PEM. */
	public String revoke(X509Certificate... revoked) {
		Instant now = Instant.now();
		return pem(revoke(now.minusSeconds(60), now.plus(Duration.ofDays(1)), revoked));
	}

	/** Any objects as PEM. */
	public static String pem(Object... objects) {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			for (Object each : objects) {
				writer.writeObject(each);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return text.toString();
	}

	/** Writes text to a file and says where. */
	public static Path write(Path file, String text) {
		try {
			return Files.writeString(file, text);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A new EC key pair on this curve. */
	public static KeyPair ec(String curve) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
			generator.initialize(new ECGenParameterSpec(curve));
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** A new RSA key pair of this many bits. */
	public static KeyPair rsa(int bits) {
		try {
			KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
			generator.initialize(bits);
			return generator.generateKeyPair();
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What is said about a certificate before it is issued. */
	public static final class Builder {

		private final TestCa issuer;

		private X500Name subject = new X500Name(new org.bouncycastle.asn1.x500.RDN[0]);

		private KeyPair keyPair;

		private String signature;

		private Instant notBefore = Instant.now().minus(Duration.ofHours(1));

		private Instant notAfter = Instant.now().plus(Duration.ofDays(30));

		private BasicConstraints basicConstraints;

		private Integer keyUsage = KeyUsage.digitalSignature;

		private KeyPurposeId[] purposes = {};

		private GeneralName[] names = {};

		private boolean v1;

		private final List<Extension> extensions = new ArrayList<>();

		private Builder(TestCa issuer) {
			this.issuer = issuer;
		}

		public Builder commonName(String commonName) {
			return subject(new X500NameBuilder().addRDN(BCStyle.CN, commonName).build());
		}

		public Builder subject(X500Name subject) {
			this.subject = subject;
			return this;
		}

		/**
		 * A subject of one relative distinguished name for each pair of type and value.
		 */
		public Builder subject(Object... typesAndValues) {
			X500NameBuilder builder = new X500NameBuilder();
			for (int i = 0; i < typesAndValues.length; i += 2) {
				builder.addRDN((ASN1ObjectIdentifier) typesAndValues[i], (ASN1Encodable) typesAndValues[i + 1]);
			}
			return subject(builder.build());
		}

		public Builder keyPair(KeyPair keyPair) {
			this.keyPair = keyPair;
			return this;
		}

		/** The JCA name of the algorithm the issuer signs with. */
		public Builder signature(String signature) {
			this.signature = signature;
			return this;
		}

		public Builder validity(Instant notBefore, Instant notAfter) {
			this.notBefore = notBefore;
			this.notAfter = notAfter;
			return this;
		}

		public Builder expired() {
			return validity(Instant.now().minus(Duration.ofDays(2)), Instant.now().minus(Duration.ofDays(1)));
		}

		/** Makes it a CA certificate, with a path length or without. */
		public Builder ca(Integer pathLength) {
			this.basicConstraints = (pathLength != null) ? new BasicConstraints(pathLength)
					: new BasicConstraints(true);
			return keyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign);
		}

		public Builder keyUsage(Integer keyUsage) {
			this.keyUsage = keyUsage;
			return this;
		}

		public Builder purposes(KeyPurposeId... purposes) {
			this.purposes = purposes;
			return this;
		}

		public Builder names(GeneralName... names) {
			this.names = names;
			return this;
		}

		public Builder extension(ASN1ObjectIdentifier type, boolean critical, byte[] value) {
			this.extensions.add(new Extension(type, critical, value));
			return this;
		}

		/** An X.509 v1 certificate, as the script of the Go sample makes them. */
		public Builder v1() {
			this.v1 = true;
			return this;
		}

		public TestCa asCa() {
			return issue().asCa();
		}

		public Issued issue() {
			KeyPair own = (this.keyPair != null) ? this.keyPair : ec("secp256r1");
			PrivateKey signer = (this.issuer != null) ? this.issuer.keyPair.getPrivate() : own.getPrivate();
			X500Name issuerName = (this.issuer != null)
					? X500Name.getInstance(this.issuer.certificate.getSubjectX500Principal().getEncoded())
					: this.subject;
			String algorithm = (this.signature != null) ? this.signature
					: signer.getAlgorithm().equals("RSA") ? "SHA256withRSA" : "SHA256withECDSA";
			BigInteger serial = new BigInteger(127, new SecureRandom());
			try {
				var content = new JcaContentSignerBuilder(algorithm).build(signer);
				X509Certificate certificate = new JcaX509CertificateConverter().getCertificate(this.v1
						? new JcaX509v1CertificateBuilder(issuerName, serial, Date.from(this.notBefore),
								Date.from(this.notAfter), this.subject, own.getPublic())
							.build(content)
						: v3(issuerName, serial, own).build(content));
				return new Issued(List.of(certificate), own.getPrivate(), own);
			}
			catch (GeneralSecurityException | OperatorCreationException | IOException ex) {
				throw new IllegalStateException(ex);
			}
		}

		private JcaX509v3CertificateBuilder v3(X500Name issuerName, BigInteger serial, KeyPair own) throws IOException {
			JcaX509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(issuerName, serial,
					Date.from(this.notBefore), Date.from(this.notAfter), this.subject, own.getPublic());
			if (this.basicConstraints != null) {
				builder.addExtension(Extension.basicConstraints, true, this.basicConstraints);
			}
			if (this.keyUsage != null) {
				builder.addExtension(Extension.keyUsage, true, new KeyUsage(this.keyUsage));
			}
			if (this.purposes.length > 0) {
				builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(this.purposes));
			}
			if (this.names.length > 0) {
				builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(this.names));
			}
			for (Extension each : this.extensions) {
				builder.addExtension(each);
			}
			return builder;
		}

	}

}
