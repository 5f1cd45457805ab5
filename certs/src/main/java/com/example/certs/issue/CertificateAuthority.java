package com.example.certs.issue;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.CRLReason;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.PKIXReason;
import java.security.cert.TrustAnchor;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.security.interfaces.RSAKey;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Set;

import com.example.certs.problem.CertsException;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v2CRLBuilder;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CRLConverter;
import org.bouncycastle.cert.jcajce.JcaX509CRLHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * A root CA: it issues leaf certificates directly and signs their revocation list, in the
 * profile of RFC 5280. It needs its private key and nothing else; where files lie is
 * {@code PemFolder}'s matter.
 */
public final class CertificateAuthority {

	private static final SecureRandom RANDOM = new SecureRandom();

	/** Above the 64 bits that the CA/Browser Forum asks for, and within 20 octets. */
	private static final int SERIAL_BITS = 128;

	/**
	 * What TLS adds to it fits into the 32 KiB that the JDK allows a handshake message
	 * ({@code jdk.tls.maxHandshakeMessageSize}).
	 */
	private static final int MAX_SIZE = 32_700;

	private static final int CRL_SIGN = 6;

	private static final int SHORTEST_RSA_KEY = 2048;

	private final PrivateKey key;

	private final X509Certificate certificate;

	public CertificateAuthority(PrivateKey key, X509Certificate certificate) {
		this.key = key;
		this.certificate = certificate;
	}

	/**
	 * Creates a root: self-signed, with a key of its own. Nothing but leaves can be
	 * issued below it ({@code pathlen:0}).
	 */
	public static KeyAndCertificate create(CommonName name, KeyType keyType, Validity validity) {
		KeyPair keyPair = keyType.newKeyPair();
		X500Name subject = name.toSubject();
		try {
			return signed(
					builder(subject, subject, keyPair.getPublic(), validity)
						.addExtension(Extension.authorityKeyIdentifier, false,
								new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(keyPair.getPublic()))
						.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
						.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign)),
					keyPair.getPrivate(), keyPair);
		}
		catch (CertIOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * Issues a leaf certificate with a new key. It never outlives the CA.
	 * @param requested how long it is to be valid; shortened to the end of the CA
	 */
	public KeyAndCertificate issue(Leaf leaf, Validity requested) {
		KeyPair keyPair = leaf.keyType().newKeyPair();
		try {
			// Signing is all that a key does in TLS 1.3 and in the forward-secret suites
			// of TLS 1.2, so even an RSA server needs no keyEncipherment.
			X509v3CertificateBuilder builder = builder(CommonName.subject(this.certificate), leaf.subject(),
					keyPair.getPublic(), withinOwn(requested))
				.addExtension(Extension.authorityKeyIdentifier, false, authorityKeyIdentifier())
				.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
				.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
				.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(leaf.purpose().keyPurpose()));
			if (!leaf.names().isEmpty()) {
				boolean onlyName = leaf.subject().getRDNs().length == 0;
				builder.addExtension(Extension.subjectAlternativeName, onlyName,
						new GeneralNames(leaf.names().toArray(GeneralName[]::new)));
			}
			KeyAndCertificate issued = signed(builder, keyPair.getPrivate(),
					new KeyPair(this.certificate.getPublicKey(), this.key));
			refuseWhatNobodyTakes(issued.certificate());
			return issued;
		}
		catch (CertIOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/**
	 * A CA from elsewhere may be limited to certain names, or be too weak. The other side
	 * would say so, to somebody who cannot change it.
	 */
	private void refuseWhatNobodyTakes(X509Certificate leaf) throws GeneralSecurityException {
		if (this.certificate.getPublicKey() instanceof RSAKey rsa && rsa.getModulus().bitLength() < SHORTEST_RSA_KEY) {
			throw notTaken("its RSA key has %d bits, %d are the least".formatted(rsa.getModulus().bitLength(),
					SHORTEST_RSA_KEY));
		}
		// In the path as well as at its end: the JDK asks nothing of a trusted CA itself.
		PKIXParameters parameters = new PKIXParameters(Set
			.of(new TrustAnchor(this.certificate.getIssuerX500Principal(), this.certificate.getPublicKey(), null)));
		parameters.setRevocationEnabled(false);
		parameters.setDate(
				(leaf.getNotBefore().after(this.certificate.getNotBefore()) ? leaf : this.certificate).getNotBefore());
		try {
			CertPathValidator.getInstance("PKIX")
				.validate(CertificateFactory.getInstance("X.509").generateCertPath(List.of(leaf, this.certificate)),
						parameters);
		}
		catch (CertPathValidatorException ex) {
			if (ex.getReason() == PKIXReason.INVALID_NAME) {
				throw notTaken("its name constraints do not allow these names");
			}
		}
	}

	private static CertsException notTaken(String why) {
		return new CertsException("No service takes what this CA issues here: " + why,
				"Use another CA; certs init --dir DIR makes one");
	}

	private Validity withinOwn(Validity requested) {
		Instant end = this.certificate.getNotAfter().toInstant();
		if (!requested.notAfter().isAfter(end)) {
			return requested;
		}
		if (end.isBefore(Instant.now()) || !requested.notBefore().isBefore(end)) {
			throw expired(", before the new certificate could be used");
		}
		return new Validity(requested.notBefore(), end);
	}

	/**
	 * Signs a revocation list (RFC 5280, section 5), version 2, with the next number. It
	 * is never dated before the previous one, however far each is dated back and whatever
	 * the clock says: an older list is refused, and with it what it revokes.
	 * @param previous the list so far, whose entries stay; null for a first one
	 * @param added the serial numbers to add; none to sign the same entries again
	 * @param reason why they are revoked
	 * @param requested from this update to the next one; later, and as long, where the
	 * previous list was dated later
	 */
	public X509CRL signRevocationList(X509CRL previous, List<BigInteger> added, CRLReason reason, Validity requested) {
		refuseWhenExpired();
		boolean[] usage = this.certificate.getKeyUsage();
		if (usage != null && !usage[CRL_SIGN]) {
			throw new CertsException("The CA may not sign revocation lists: its key usage has no cRLSign",
					"Use a CA that may, or take the caller off the allow-list of todo-service");
		}
		Validity validity = (previous != null) ? successor(requested, previous) : requested;
		try {
			X509v2CRLBuilder builder = new X509v2CRLBuilder(CommonName.subject(this.certificate),
					Date.from(validity.notBefore()));
			builder.setNextUpdate(Date.from(validity.notAfter()));
			BigInteger number = BigInteger.ONE;
			if (previous != null) {
				builder.addCRL(new JcaX509CRLHolder(previous));
				number = RevocationList.number(previous).add(BigInteger.ONE);
			}
			for (BigInteger serial : added) {
				// Not "now": an entry must not be younger than the list it stands in,
				// which is dated back a little for slow clocks.
				builder.addCRLEntry(serial, Date.from(validity.notBefore()), reason.ordinal());
			}
			builder.addExtension(Extension.cRLNumber, false, new ASN1Integer(number));
			builder.addExtension(Extension.authorityKeyIdentifier, false, authorityKeyIdentifier());
			return new JcaX509CRLConverter().getCRL(builder.build(signer(this.key)));
		}
		catch (IOException | GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** What no service takes must not follow a list that may be in use. */
	private static Validity successor(Validity requested, X509CRL previous) {
		Instant now = Instant.now();
		if (requested.notBefore().isAfter(now) || requested.notAfter().isBefore(now)) {
			throw new CertsException(
					"No service takes a list from %s to %s now, and none that follows it could be older"
						.formatted(requested.notBefore(), requested.notAfter()),
					"Leave out --days and --not-before; for a test, make such a list in a folder that has none");
		}
		return requested.notEarlierThan(RevocationList.validity(previous).notBefore());
	}

	/** Nobody trusts what an expired CA signs, not even its revocation list. */
	public void refuseWhenExpired() {
		if (this.certificate.getNotAfter().before(new Date())) {
			throw expired(", so nobody trusts what it signs");
		}
	}

	private CertsException expired(String consequence) {
		return new CertsException(
				"The CA expired on %s%s".formatted(this.certificate.getNotAfter().toInstant(), consequence),
				"Create a new CA in another folder: certs init --dir DIR");
	}

	/** Whether issuer name and signature of a certificate are those of this CA. */
	public boolean hasIssued(X509Certificate leaf) {
		return isIssuedBy(leaf, this.certificate);
	}

	/** The same for the certificate of any CA, whose key need not be here. */
	public static boolean isIssuedBy(X509Certificate leaf, X509Certificate authority) {
		return leaf.getIssuerX500Principal().equals(authority.getSubjectX500Principal())
				&& isSignedBy(leaf, authority.getPublicKey());
	}

	public X509Certificate certificate() {
		return this.certificate;
	}

	private AuthorityKeyIdentifier authorityKeyIdentifier() throws GeneralSecurityException {
		// A CA made elsewhere may derive its identifier differently, or have none.
		return new AuthorityKeyIdentifier(
				new JcaX509ExtensionUtils().createAuthorityKeyIdentifier(this.certificate).getKeyIdentifierOctets());
	}

	private static X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, PublicKey key, Validity validity)
			throws CertIOException, GeneralSecurityException {
		return new X509v3CertificateBuilder(issuer, newSerial(), Date.from(validity.notBefore()),
				Date.from(validity.notAfter()), subject, SubjectPublicKeyInfo.getInstance(key.getEncoded()))
			.addExtension(Extension.subjectKeyIdentifier, false,
					new JcaX509ExtensionUtils().createSubjectKeyIdentifier(key));
	}

	private static BigInteger newSerial() {
		BigInteger serial = new BigInteger(SERIAL_BITS, RANDOM);
		return (serial.signum() > 0) ? serial : newSerial();
	}

	private static KeyAndCertificate signed(X509v3CertificateBuilder builder, PrivateKey own, KeyPair issuer)
			throws GeneralSecurityException {
		X509Certificate certificate = new JcaX509CertificateConverter()
			.getCertificate(builder.build(signer(issuer.getPrivate())));
		if (!isSignedBy(certificate, issuer.getPublic())) {
			throw cannotSign("it allows other signatures only than we make");
		}
		int size = certificate.getEncoded().length;
		if (size > MAX_SIZE) {
			throw new CertsException(
					"The certificate would have %d bytes, and Java takes %d in a handshake".formatted(size, MAX_SIZE),
					"Give fewer hosts: a wildcard such as *.example.com, or a certificate for each service");
		}
		return new KeyAndCertificate(own, certificate);
	}

	private static boolean isSignedBy(X509Certificate certificate, PublicKey issuer) {
		try {
			certificate.verify(issuer);
			return true;
		}
		catch (GeneralSecurityException ex) {
			return false;
		}
	}

	private static CertsException cannotSign(String why) {
		return new CertsException("The CA's key cannot sign: " + why,
				"Use a CA with an EC (P-256, P-384, P-521), RSA or Ed25519 key");
	}

	private static ContentSigner signer(PrivateKey key) {
		try {
			JcaContentSignerBuilder builder = new JcaContentSignerBuilder(signatureAlgorithm(key));
			// The JDK has RSASSA-PSS under a name that Bouncy Castle does not ask for.
			return (key.getAlgorithm().equals("RSASSA-PSS") ? builder.setProvider(new BouncyCastleProvider()) : builder)
				.build(key);
		}
		catch (OperatorCreationException ex) {
			throw cannotSign(ex.getMessage());
		}
	}

	private static String signatureAlgorithm(PrivateKey key) {
		if (key instanceof ECKey ec) {
			return (ec.getParams().getCurve().getField().getFieldSize() > 256) ? "SHA384withECDSA" : "SHA256withECDSA";
		}
		return switch (key.getAlgorithm()) {
			case "RSA" -> "SHA256withRSA";
			case "RSASSA-PSS" -> "SHA256withRSAandMGF1";
			default -> "Ed25519";
		};
	}

}
