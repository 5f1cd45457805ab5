package com.example.certs.folder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
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
import java.util.stream.Stream;

import com.example.certs.folder.PemText.Block;
import com.example.certs.problem.CertsException;
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

/**
 * A file in the textual encoding of RFC 7468, from whatever tool it comes. Whatever is
 * wrong with it is a {@link CertsException} that names the file, the reason and the cure,
 * and nothing of its content.
 */
public final class PemFile {

	/** Far above any chain; it keeps a wrong path from filling the memory. */
	private static final int MAX_SIZE = 1 << 20;

	/** The variable with the password of an encrypted CA key. */
	private static final String PASSWORD = "CA_KEY_PASSWORD";

	private static final Map<String, String> KEY_ALGORITHMS = Map.of(PKCSObjectIdentifiers.rsaEncryption.getId(), "RSA",
			PKCSObjectIdentifiers.id_RSASSA_PSS.getId(), "RSASSA-PSS", X9ObjectIdentifiers.id_ecPublicKey.getId(), "EC",
			EdECObjectIdentifiers.id_Ed25519.getId(), "EdDSA");

	private final Path path;

	private PemFile(Path path) {
		this.path = path;
	}

	private interface Decoder<T> {

		T decode(byte[] content) throws GeneralSecurityException;

	}

	/**
	 * Names a file; it is read when its content is asked for.
	 * @param path where it lies
	 * @return the file
	 */
	public static PemFile read(Path path) {
		return new PemFile(path);
	}

	/** The certificates in the file, at least one, in their order and each once. */
	public List<X509Certificate> certificates() {
		return all(PemKind.CERTIFICATE, (content) -> (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(content)));
	}

	/** The first certificate in the file; all of them have to be sound. */
	public X509Certificate certificate() {
		X509Certificate certificate = certificates().get(0);
		EllipticCurve.unknownIn(certificate.getPublicKey().getEncoded()).ifPresent((curve) -> {
			throw new CertsException("%s has an EC key on %s".formatted(this.path, curve),
					"Use a key with EC P-256 or RSA 3072");
		});
		return certificate;
	}

	/** The first revocation list in the file. */
	public X509CRL revocationList() {
		return all(PemKind.REVOCATION_LIST, (content) -> (X509CRL) CertificateFactory.getInstance("X.509")
			.generateCRL(new ByteArrayInputStream(content))).get(0);
	}

	/**
	 * The private key in the file: PKCS#8 (RFC 5958), encrypted PKCS#8 with the password
	 * in {@code CA_KEY_PASSWORD}, PKCS#1 (RFC 8017) or SEC 1 (RFC 5915).
	 * @return the key
	 */
	public PrivateKey privateKey() {
		Block block = blocks(PemKind.PRIVATE_KEY).get(0);
		if (String.valueOf(block.body()).startsWith("Proc-Type:4,ENCRYPTED")) {
			throw new CertsException(this.path + " is encrypted in the old OpenSSL way (Proc-Type: 4,ENCRYPTED)",
					"Convert it to PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
		}
		byte[] content = block.content().orElseThrow(() -> damaged(PemKind.PRIVATE_KEY, 1, 1));
		try {
			PrivateKeyInfo key = switch (block.label()) {
				case "ENCRYPTEDPRIVATEKEY" -> decrypt(content);
				case "RSAPRIVATEKEY" ->
					new PrivateKeyInfo(new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
							RSAPrivateKey.getInstance(content));
				case "ECPRIVATEKEY" -> sec1(ECPrivateKey.getInstance(content));
				default -> PrivateKeyInfo.getInstance(content);
			};
			EllipticCurve.unknownIn(key.getEncoded()).ifPresent((curve) -> {
				throw new CertsException("%s holds an EC key on %s".formatted(this.path, curve),
						"Use a key with EC P-256 or RSA 3072");
			});
			String algorithm = KEY_ALGORITHMS.get(key.getPrivateKeyAlgorithm().getAlgorithm().getId());
			if (algorithm == null) {
				throw new CertsException(this.path + " holds a key that is neither RSA, EC nor Ed25519",
						"Use one of these; TLS 1.3 knows no other");
			}
			return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(key.getEncoded()));
		}
		catch (IOException | GeneralSecurityException | IllegalArgumentException | IllegalStateException ex) {
			throw damaged(PemKind.PRIVATE_KEY, 1, 1);
		}
	}

	private static PrivateKeyInfo sec1(ECPrivateKey key) throws IOException {
		return new PrivateKeyInfo(
				new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, key.getParametersObject()), key);
	}

	private PrivateKeyInfo decrypt(byte[] content) throws IOException {
		String password = System.getenv(PASSWORD);
		if (password == null || password.isEmpty()) {
			throw new CertsException("%s is encrypted, and %s is not set".formatted(this.path, PASSWORD),
					"Set " + PASSWORD + " to its password");
		}
		try {
			return new PKCS8EncryptedPrivateKeyInfo(content).decryptPrivateKeyInfo(
					new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(new BouncyCastleProvider())
						.build(password.toCharArray()));
		}
		catch (PKCSException | OperatorCreationException ex) {
			throw new CertsException("%s cannot be decrypted with %s".formatted(this.path, PASSWORD),
					"Check the password; it is taken exactly");
		}
	}

	private <T> List<T> all(PemKind kind, Decoder<T> decoder) {
		List<Block> blocks = blocks(kind);
		List<T> all = new ArrayList<>();
		for (Block block : blocks) {
			try {
				all.add(decoder.decode(block.content().orElseThrow()));
			}
			catch (GeneralSecurityException | RuntimeException ex) {
				throw damaged(kind, all.size() + 1, blocks.size());
			}
		}
		return all.stream().distinct().toList();
	}

	/**
	 * Those of the kind, and those that are none we know: each of them has to be read.
	 */
	private List<Block> blocks(PemKind kind) {
		byte[] content = content();
		String text = PemText.text(content);
		if (text.isBlank()) {
			throw new CertsException(this.path + " is empty", "Put the PEM text into it, or issue the file again");
		}
		List<Block> all = PemText.of(text)
			.orElseThrow(() -> ForeignFormat.of(content, kind)
				.or(() -> PemText.base64(text).flatMap((decoded) -> ForeignFormat.of(decoded, kind)))
				.map((foreign) -> new CertsException("%s is not PEM: it is %s".formatted(this.path, foreign.name()),
						foreign.cure()))
				.orElseGet(() -> new CertsException(this.path + " is not PEM: no -----BEGIN line in it",
						"Give a PEM file")))
			.blocks();
		List<Block> blocks = all.stream().filter((block) -> kind.isLabelledBy(block) || !isKnown(block)).toList();
		for (int i = 0; i < blocks.size(); i++) {
			if (blocks.get(i).body() == null || !kind.isLabelledBy(blocks.get(i))) {
				throw damaged(kind, i + 1, blocks.size());
			}
		}
		if (blocks.isEmpty()) {
			throw wrongKind(kind, all.get(0));
		}
		return blocks;
	}

	private static boolean isKnown(Block block) {
		return Stream.of(PemKind.values()).anyMatch((kind) -> kind.isLabelledBy(block))
				|| block.label().endsWith("PARAMETERS") || ForeignFormat.of(block).isPresent();
	}

	private byte[] content() {
		if (Files.isDirectory(this.path)) {
			throw new CertsException(this.path + " is a directory", "Give the file in it");
		}
		if (Files.notExists(this.path)) {
			throw new CertsException(this.path + " does not exist", "Check the path, or issue the file");
		}
		try {
			if (Files.size(this.path) > MAX_SIZE) {
				throw new CertsException(this.path + " is larger than 1 MiB, so it is not PEM material",
						"Check the path");
			}
			return Files.readAllBytes(this.path);
		}
		catch (AccessDeniedException ex) {
			throw new CertsException("%s cannot be read: %s".formatted(this.path, Account.denied()),
					"Run as the file's owner, or give it to this user");
		}
		catch (IOException ex) {
			throw new CertsException("%s cannot be read: %s".formatted(this.path, ex.getMessage()), "Check the file");
		}
	}

	private CertsException damaged(PemKind kind, int number, int of) {
		String which = (of > 1) ? ", number %d of %d,".formatted(number, of) : "";
		return new CertsException(
				"%s is damaged: a %s in it%s cannot be read".formatted(this.path, kind.title(), which),
				"Copy the file again, from -----BEGIN to -----END, or issue it again");
	}

	private CertsException wrongKind(PemKind kind, Block found) {
		for (PemKind other : PemKind.values()) {
			if (other.isLabelledBy(found)) {
				return new CertsException("%s holds a %s, but no %s".formatted(this.path, other.title(), kind.title()),
						"Check that certificate, key and CA files are not interchanged");
			}
		}
		return ForeignFormat.of(found)
			.map((foreign) -> new CertsException(
					"%s holds %s, but no %s".formatted(this.path, foreign.name(), kind.title()), foreign.cure()))
			.orElseGet(() -> new CertsException("%s holds no %s".formatted(this.path, kind.title()), kind.cure()));
	}

}
