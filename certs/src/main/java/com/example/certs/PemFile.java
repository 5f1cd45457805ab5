package com.example.certs;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.bouncycastle.util.io.pem.PemObject;
import org.bouncycastle.util.io.pem.PemReader;

/**
 * A file in the textual encoding of RFC 7468, from whatever tool it comes. Whatever is
 * wrong with it is a {@link CertsException} that names the file, the reason and the cure.
 */
final class PemFile {

	/** Far above any chain; it keeps a wrong path from filling the memory. */
	private static final int MAX_SIZE = 1 << 20;

	private static final Set<String> KEY_LABELS = Set.of("PRIVATE KEY", "ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY",
			"EC PRIVATE KEY");

	private static final Map<String, String> KEY_ALGORITHMS = Map.of(PKCSObjectIdentifiers.rsaEncryption.getId(), "RSA",
			X9ObjectIdentifiers.id_ecPublicKey.getId(), "EC", EdECObjectIdentifiers.id_Ed25519.getId(), "EdDSA");

	private final Path path;

	private final List<PemObject> blocks;

	private PemFile(Path path, List<PemObject> blocks) {
		this.path = path;
		this.blocks = blocks;
	}

	static PemFile read(Path path) {
		byte[] content = content(path);
		// Windows editors put a byte order mark in front.
		String text = new String(content, StandardCharsets.UTF_8).replaceFirst("^\uFEFF", "");
		if (text.isBlank()) {
			throw new CertsException(path + " is empty", "Put the PEM text into it, or issue the file again");
		}
		List<PemObject> blocks = new ArrayList<>();
		try (PemReader reader = new PemReader(new StringReader(text))) {
			for (PemObject block = reader.readPemObject(); block != null; block = reader.readPemObject()) {
				blocks.add(block);
			}
		}
		catch (IOException | RuntimeException ex) {
			throw new CertsException(path + " is damaged: a PEM block in it cannot be decoded",
					"Copy the file again, from -----BEGIN to -----END, or issue it again");
		}
		if (blocks.isEmpty()) {
			throw new CertsException(path + " is not PEM: no -----BEGIN line in it", (content[0] == 0x30)
					? "It looks like DER or PKCS#12; convert it: openssl x509 -inform der, or openssl pkcs12 -nodes"
					: "Give a PEM file");
		}
		return new PemFile(path, blocks);
	}

	private static byte[] content(Path path) {
		if (Files.isDirectory(path)) {
			throw new CertsException(path + " is a directory", "Give the file in it");
		}
		if (Files.notExists(path)) {
			throw new CertsException(path + " does not exist", "Check the path, or issue the file");
		}
		try {
			if (Files.size(path) > MAX_SIZE) {
				throw new CertsException(path + " is larger than 1 MiB, so it is not PEM material", "Check the path");
			}
			return Files.readAllBytes(path);
		}
		catch (AccessDeniedException ex) {
			throw new CertsException("%s cannot be read: %s".formatted(path, Account.denied()),
					"Run as the file's owner, or give it to this user");
		}
		catch (IOException ex) {
			throw new CertsException("%s cannot be read: %s".formatted(path, ex.getMessage()), "Check the file");
		}
	}

	/**
	 * The certificates in the file.
	 * @return at least one, in the order of the file
	 */
	List<X509Certificate> certificates() {
		List<X509Certificate> certificates = new ArrayList<>();
		for (PemObject block : this.blocks) {
			if (block.getType().equals("CERTIFICATE")) {
				certificates.add(certificate(block));
			}
		}
		if (certificates.isEmpty()) {
			throw wrongKind("no certificate");
		}
		return certificates;
	}

	X509Certificate certificate() {
		return certificates().get(0);
	}

	private X509Certificate certificate(PemObject block) {
		try {
			return (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(block.getContent()));
		}
		catch (GeneralSecurityException ex) {
			throw new CertsException(
					"%s is damaged: a certificate in it cannot be read (%s)".formatted(this.path, ex.getMessage()),
					"Copy the file again, or issue it again");
		}
	}

	/**
	 * The revocation list in the file.
	 * @return the first one
	 */
	X509CRL revocationList() {
		PemObject block = first(Set.of("X509 CRL")).orElseThrow(() -> wrongKind("no revocation list"));
		try {
			return (X509CRL) CertificateFactory.getInstance("X.509")
				.generateCRL(new ByteArrayInputStream(block.getContent()));
		}
		catch (GeneralSecurityException ex) {
			throw new CertsException(this.path + " is damaged: the revocation list in it cannot be read",
					"Copy the file again, or sign the list again: certs crl");
		}
	}

	/**
	 * The private key in the file: PKCS#8 (RFC 5958), encrypted PKCS#8, PKCS#1 (RFC 8017)
	 * or SEC 1 (RFC 5915).
	 * @param password for an encrypted key; null when there is none
	 * @return the key
	 */
	PrivateKey privateKey(char[] password) {
		PemObject block = first(KEY_LABELS).orElseThrow(this::noKey);
		if (!block.getHeaders().isEmpty()) {
			throw new CertsException(this.path + " is encrypted in the old OpenSSL way (Proc-Type: 4,ENCRYPTED)",
					"Convert it to PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
		}
		try {
			PrivateKeyInfo key = switch (block.getType()) {
				case "ENCRYPTED PRIVATE KEY" -> decrypt(block, password);
				case "RSA PRIVATE KEY" ->
					new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
							RSAPrivateKey.getInstance(block.getContent()));
				case "EC PRIVATE KEY" -> sec1(ECPrivateKey.getInstance(block.getContent()));
				default -> PrivateKeyInfo.getInstance(block.getContent());
			};
			String algorithm = KEY_ALGORITHMS.get(key.getPrivateKeyAlgorithm().getAlgorithm().getId());
			if (algorithm == null) {
				throw new CertsException(this.path + " holds a key that is neither RSA, EC nor Ed25519",
						"Use one of these; TLS 1.3 knows no other");
			}
			return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
		}
		catch (IOException | GeneralSecurityException | IllegalArgumentException | IllegalStateException ex) {
			throw new CertsException(this.path + " is damaged: the private key in it cannot be read",
					"Copy the file again, or issue it again");
		}
	}

	private static PrivateKeyInfo sec1(ECPrivateKey key) throws IOException {
		return new PrivateKeyInfo(
				new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
	}

	private PrivateKeyInfo decrypt(PemObject block, char[] password) throws IOException {
		if (password == null) {
			throw new CertsException(this.path + " is encrypted and no password was given",
					"Set KEY_PASSWORD, or put the password into a file and give --key-password-file");
		}
		try {
			return new PKCS8EncryptedPrivateKeyInfo(block.getContent()).decryptPrivateKeyInfo(
					new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(new BouncyCastleProvider())
						.build(password));
		}
		catch (PKCSException | OperatorCreationException ex) {
			throw new CertsException(this.path + " cannot be decrypted with the password given",
					"Check the password; it is taken exactly, but for a line break at its end");
		}
	}

	private Optional<PemObject> first(Set<String> labels) {
		return this.blocks.stream().filter((block) -> labels.contains(block.getType())).findFirst();
	}

	private CertsException noKey() {
		String missing = "no private key of a supported format";
		if (first(Set.of("OPENSSH PRIVATE KEY")).isPresent()) {
			return wrongKind(missing, "Convert it in place: ssh-keygen -p -m PKCS8 -f FILE");
		}
		if (first(Set.of("DSA PRIVATE KEY")).isPresent()) {
			return wrongKind(missing, "Issue a certificate with an EC or RSA key; TLS 1.3 knows no DSA");
		}
		return wrongKind(missing);
	}

	private CertsException wrongKind(String missing) {
		return wrongKind(missing,
				"Check that certificate, key and CA files are not interchanged; other formats convert with openssl");
	}

	private CertsException wrongKind(String missing, String cure) {
		String found = this.blocks.stream().map(PemObject::getType).distinct().collect(Collectors.joining(", "));
		return new CertsException("%s holds %s, but %s".formatted(this.path, missing, Printable.of(found)), cure);
	}

}
