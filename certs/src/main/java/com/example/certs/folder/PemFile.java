package com.example.certs.folder;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.example.certs.problem.CertsException;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;

/**
 * A file in the textual encoding of RFC 7468, from whatever tool it comes: white space,
 * quotes and written line breaks do not count, and base64 of the whole is read too.
 * Whatever is wrong with it is a {@link CertsException} that names the file, the reason
 * and the cure, and nothing of its content.
 *
 * @param path where it lies; it is read when its content is asked for
 */
public record PemFile(Path path) {

	/** Far above any chain or list; it keeps a wrong path from filling the memory. */
	private static final int MAX_SIZE = 8 << 20;

	/** The variable with the password of an encrypted CA key. */
	private static final String PASSWORD = "CA_KEY_PASSWORD";

	/** A block without white space; one that is cut off has no body. */
	private static final Pattern BLOCK = Pattern
		.compile("-----BEGIN([A-Z0-9]*)(?:-----((?:(?!-----BEGIN).)*?)-----END\\1-----)?");

	private static final Pattern WHITE_SPACE = Pattern.compile("\\\\+[nrt]|[\\s\\p{Z}\\p{C}\"']+");

	private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/]+={0,2}");

	/** What may stand beside the wanted kind, or by mistake in its place. */
	private static final List<Foreign> FOREIGN = List.of(new Foreign("OPENSSHPRIVATEKEY",
			"a private key in the format of OpenSSH",
			"Issue another key in place of an Ed25519 one; convert others in place: ssh-keygen -p -m PKCS8 -f FILE"),
			new Foreign("DSAPRIVATEKEY", "a DSA key, which TLS 1.3 does not know", "Create a CA: certs init"),
			new Foreign("PGP(PRIVATE|PUBLIC)KEYBLOCK", "a PGP key, which TLS does not know", "Create a CA: certs init"),
			new Foreign("(NEW)?CERTIFICATEREQUEST", "a certificate signing request, which no CA has signed yet",
					"Give the certificate that its CA made of it"),
			new Foreign("(RSA)?PUBLICKEY", "a public key", "Give the private key that it was taken from"),
			new Foreign("PKCS7", "a PKCS #7 container",
					"Take its certificates out: openssl pkcs7 -print_certs -in FILE -out FILE.pem"),
			new Foreign(".*PARAMETERS", "the parameters of a key", "Give the key too"));

	/** The curves of the JDK. */
	private static final Set<ASN1ObjectIdentifier> CURVES = Set.of(SECObjectIdentifiers.secp256r1,
			SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

	/** What a file is to hold. */
	private enum Kind {

		CERTIFICATE("certificate", "x509", Set.of("CERTIFICATE", "X509CERTIFICATE", "TRUSTEDCERTIFICATE")),
		PRIVATE_KEY("private key", "pkey",
				Set.of("PRIVATEKEY", "ENCRYPTEDPRIVATEKEY", "RSAPRIVATEKEY", "ECPRIVATEKEY")),
		REVOCATION_LIST("revocation list", "crl", Set.of("X509CRL"));

		private final String title;

		private final String openssl;

		private final Set<String> labels;

		Kind(String title, String openssl, Set<String> labels) {
			this.title = title;
			this.openssl = openssl;
			this.labels = labels;
		}

	}

	/** Something else: labels without spaces, and how to make of it what we read. */
	private record Foreign(String labels, String name, String cure) {

		Foreign(String name, String cure) {
			this("", name, cure);
		}

	}

	private record Block(String label, String body) {
	}

	private interface Decoder<T> {

		T decode(byte[] content) throws GeneralSecurityException;

	}

	/** The certificates in the file, at least one, in their order and each once. */
	public List<X509Certificate> certificates() {
		return all(Kind.CERTIFICATE, (content) -> (X509Certificate) CertificateFactory.getInstance("X.509")
			.generateCertificate(new ByteArrayInputStream(content)));
	}

	/** The first certificate in the file; all of them have to be sound. */
	public X509Certificate certificate() {
		return certificates().get(0);
	}

	/** The revocation lists in the file, at least one, in their order and each once. */
	public List<X509CRL> revocationLists() {
		return all(Kind.REVOCATION_LIST, (content) -> (X509CRL) CertificateFactory.getInstance("X.509")
			.generateCRL(new ByteArrayInputStream(content)));
	}

	/**
	 * The private key in the file: PKCS#8 (RFC 5958), encrypted PKCS#8 with the password
	 * in {@code CA_KEY_PASSWORD}, PKCS#1 (RFC 8017) or SEC 1 (RFC 5915).
	 */
	public PrivateKey privateKey() {
		Block block = blocks(Kind.PRIVATE_KEY).get(0);
		if (block.body().startsWith("Proc-Type:4,ENCRYPTED")) {
			throw new CertsException(this.path + " is encrypted in the old OpenSSL way (Proc-Type: 4,ENCRYPTED)",
					"Convert it to PKCS#8: openssl pkcs8 -topk8 -v2 aes-256-cbc -in OLD -out NEW");
		}
		String label = block.label().replace("PRIVATEKEY", " PRIVATE KEY").strip();
		String pem = "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n".formatted(label, block.body());
		try (PEMParser parser = new PEMParser(new StringReader(pem))) {
			Object found = parser.readObject();
			PrivateKeyInfo key = (found instanceof PEMKeyPair pair) ? pair.getPrivateKeyInfo()
					: (found instanceof PKCS8EncryptedPrivateKeyInfo encrypted) ? decrypt(encrypted)
							: (PrivateKeyInfo) found;
			checkCurve(key.getPrivateKeyAlgorithm());
			return new JcaPEMKeyConverter().getPrivateKey(key);
		}
		catch (IOException | ClassCastException | IllegalArgumentException | IllegalStateException ex) {
			throw damaged(Kind.PRIVATE_KEY, 1, 1);
		}
	}

	/** Whether the private key in the file cannot be read without a password. */
	boolean isEncrypted() {
		return withoutWhiteSpace(content()).contains("ENCRYPTED");
	}

	private PrivateKeyInfo decrypt(PKCS8EncryptedPrivateKeyInfo key) {
		String password = System.getenv(PASSWORD);
		if (password == null || password.isEmpty()) {
			throw new CertsException("%s is encrypted, and %s is not set".formatted(this.path, PASSWORD),
					"Set " + PASSWORD + " to its password");
		}
		try {
			return key.decryptPrivateKeyInfo(
					new JceOpenSSLPKCS8DecryptorProviderBuilder().setProvider(new BouncyCastleProvider())
						.build(password.toCharArray()));
		}
		catch (PKCSException | OperatorCreationException ex) {
			throw new CertsException("%s cannot be decrypted with %s".formatted(this.path, PASSWORD),
					"Check the password; it is taken exactly");
		}
	}

	/** The JDK says of a curve that it lacks only that it cannot read the key. */
	private void checkCurve(AlgorithmIdentifier algorithm) {
		if (algorithm.getParameters() instanceof ASN1ObjectIdentifier curve
				&& algorithm.getAlgorithm().equals(X9ObjectIdentifiers.id_ecPublicKey) && !CURVES.contains(curve)) {
			throw new CertsException(
					"%s has an EC key on the curve %s, which Java does not have".formatted(this.path,
							Objects.requireNonNullElse(ECNamedCurveTable.getName(curve), curve.getId())),
					"Use a key with EC P-256 or RSA 3072");
		}
	}

	private <T> List<T> all(Kind kind, Decoder<T> decoder) {
		List<Block> blocks = blocks(kind);
		List<T> all = new ArrayList<>();
		for (Block block : blocks) {
			try {
				all.add(decoder.decode(Base64.getDecoder().decode(block.body())));
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
	private List<Block> blocks(Kind kind) {
		byte[] content = content();
		List<Block> all = pem(content);
		if (all.isEmpty()) {
			Foreign found = binary(content, kind);
			throw new CertsException("%s is not PEM: it is %s".formatted(this.path, found.name()), found.cure());
		}
		List<Block> blocks = all.stream()
			.filter((block) -> kind.labels.contains(block.label()) || inItsPlace(block.label()).isEmpty())
			.toList();
		for (int i = 0; i < blocks.size(); i++) {
			if (blocks.get(i).body() == null || !kind.labels.contains(blocks.get(i).label())) {
				throw damaged(kind, i + 1, blocks.size());
			}
		}
		if (blocks.isEmpty()) {
			Foreign found = inItsPlace(all.get(0).label()).orElseThrow();
			throw new CertsException("%s holds %s, but no %s".formatted(this.path, found.name(), kind.title),
					found.cure());
		}
		return blocks;
	}

	private static Optional<Foreign> inItsPlace(String label) {
		return Stream
			.concat(Stream.of(Kind.values())
				.filter((kind) -> kind.labels.contains(label))
				.map((kind) -> new Foreign("a " + kind.title,
						"Check that certificate, key and CA files are not interchanged")),
					FOREIGN.stream().filter((foreign) -> label.matches(foreign.labels())))
			.findFirst();
	}

	/** The beginning of a keystore (a Java one, or PKCS #12) or of DER tells its kind. */
	private static Foreign binary(byte[] content, Kind kind) {
		if (withoutWhiteSpace(content).isEmpty()) {
			return new Foreign("empty", "Put the PEM text into it, or issue the file again");
		}
		String hex = HexFormat.of().formatHex(content, 0, Math.min(content.length, 16));
		boolean pkcs12 = hex.matches("30(..|8[1-4](..){1,4})020103.*");
		if (pkcs12 || hex.startsWith("feedfeed") || hex.startsWith("cececece")) {
			// Old PKCS #12 is not read by OpenSSL any more, so keytool writes it anew.
			return new Foreign(
					pkcs12 ? "a PKCS #12 keystore"
							: hex.startsWith("f") ? "a Java keystore (JKS)" : "a Java keystore (JCEKS)",
					"Convert it: (umask 077 && keytool -importkeystore -srckeystore FILE -destkeystore FILE.p12 "
							+ "-deststoretype PKCS12 && openssl pkcs12 -in FILE.p12 -nodes -out FILE.pem)");
		}
		return hex.startsWith("30")
				? new Foreign("DER",
						"Convert it: openssl %s -inform DER -in FILE -out FILE.pem".formatted(kind.openssl))
				: new Foreign("a file without a line -----BEGIN …-----", "Give the PEM file, or issue it again");
	}

	/** As many blocks as there are BEGIN lines. */
	private static List<Block> pem(byte[] content) {
		String text = withoutWhiteSpace(content);
		if (!text.contains("-----BEGIN") && BASE64.matcher(text).matches()) {
			try {
				text = withoutWhiteSpace(Base64.getDecoder().decode(text));
			}
			catch (IllegalArgumentException ex) {
				return List.of();
			}
		}
		return BLOCK.matcher(text).results().map((block) -> new Block(block.group(1), block.group(2))).toList();
	}

	private static String withoutWhiteSpace(byte[] content) {
		return WHITE_SPACE.matcher(new String(content, StandardCharsets.UTF_8)).replaceAll("");
	}

	private byte[] content() {
		try {
			if (Files.exists(this.path) && !Files.isRegularFile(this.path)) {
				throw new CertsException(this.path
						+ (Files.isDirectory(this.path) ? " is a directory" : " is neither a file nor a directory"),
						"Give a file");
			}
			if (Files.size(this.path) > MAX_SIZE) {
				throw new CertsException(this.path + " is larger than 8 MiB, so it is not PEM material",
						"Check the path");
			}
			return Files.readAllBytes(this.path);
		}
		catch (NoSuchFileException ex) {
			throw new CertsException(this.path + " does not exist", "Check the path, or issue the file");
		}
		catch (IOException ex) {
			throw new CertsException("%s cannot be read: %s".formatted(this.path, reason(ex)),
					"Check the file; it has to belong to this user");
		}
	}

	/** Why a file cannot be read or written, in words. */
	static String reason(IOException ex) {
		if (ex instanceof AccessDeniedException) {
			return "permission denied for user " + user();
		}
		if (ex instanceof NoSuchFileException) {
			return "no such file or folder";
		}
		if (ex instanceof FileAlreadyExistsException) {
			return "there is a file in the way";
		}
		return (ex instanceof FileSystemException file && file.getReason() != null) ? file.getReason()
				: String.valueOf(ex.getMessage());
	}

	/**
	 * The user this process runs as. In a container it often has a number and no name,
	 * and the number is what a file's owner has to be changed to.
	 */
	private static String user() {
		String name = System.getProperty("user.name");
		try {
			return "%s (UID %s)".formatted(name, Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
		}
		catch (IOException | IllegalArgumentException | UnsupportedOperationException ex) {
			// Not Linux: there the name is enough.
			return name;
		}
	}

	private CertsException damaged(Kind kind, int number, int of) {
		String which = (of > 1) ? ", number %d of %d,".formatted(number, of) : "";
		return new CertsException("%s is damaged: a %s in it%s cannot be read".formatted(this.path, kind.title, which),
				"Copy the file again, from -----BEGIN to -----END, or issue it again");
	}

}
