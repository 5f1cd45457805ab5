package com.example.todoservice.database;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateFactory;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Locale;
import java.util.Properties;
import java.util.stream.Collectors;

import javax.crypto.EncryptedPrivateKeyInfo;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.ssl.BaseX509KeyManager;
import org.postgresql.util.PSQLException;

/**
 * What the URL of a PostgreSQL database says about TLS, and what is wrong with it or with
 * the files that it names.
 *
 * @param parameters all of the URL, defaults included
 */
record PostgresTls(Properties parameters) {

	private static final String MODES = Arrays.stream(SslMode.VALUES)
		.map((mode) -> mode.value)
		.collect(Collectors.joining(", "));

	/** The name of the key in a PKCS #12 container, as the driver looks for it. */
	private static final String ALIAS = "user";

	/** A key is small, and a pipe has no end. */
	private static final int LARGEST = 1 << 20;

	/** Which kind of TLS, or {@code null} if there is no such kind. */
	@Nullable SslMode mode() {
		try {
			return SslMode.of(this.parameters);
		}
		catch (PSQLException ex) {
			return null;
		}
	}

	/** Whether a certificate of ours is to be shown. */
	boolean hasClientCertificate() {
		return PGProperty.SSL_CERT.getOrDefault(this.parameters) != null
				|| PGProperty.SSL_KEY.getOrDefault(this.parameters) != null;
	}

	/** The file of our certificate, for a message. */
	String clientCertificate() {
		String certificate = PGProperty.SSL_CERT.getOrDefault(this.parameters);
		return (certificate != null) ? named("sslcert", certificate) : named("sslkey", key());
	}

	/** The file of the CAs that we trust, for a message. */
	String rootCertificate() {
		return named("sslrootcert", root());
	}

	/** What can be found wrong without a connection, or {@code null}. */
	@Nullable PostgresFailure mistake() {
		SslMode mode = mode();
		if (mode == null) {
			return new PostgresFailure("has an sslmode that does not exist",
					"Set one of %s. Only verify-full checks the certificate of the server and its name."
						.formatted(MODES));
		}
		PostgresFailure mistake = mode.verifyCertificate() ? certificates("sslrootcert", root(),
				"Set sslrootcert to the PEM file with the CA that issued the server's certificate.") : null;
		if (mistake == null && hasClientCertificate()) {
			mistake = isContainer() ? null : certificates("sslcert", PGProperty.SSL_CERT.getOrDefault(this.parameters),
					"Set sslcert to the PEM file of our certificate.");
			mistake = (mistake != null) ? mistake : key("sslkey", key());
		}
		return mistake;
	}

	/** What a server would refuse about our certificate, or {@code null}. */
	@Nullable PostgresFailure clientMistake() {
		String file = PGProperty.SSL_CERT.getOrDefault(this.parameters);
		if (file == null) {
			return null;
		}
		try {
			X509Certificate certificate = (X509Certificate) CertificateFactory.getInstance("X.509")
				.generateCertificate(new ByteArrayInputStream(read(file)));
			certificate.checkValidity();
			return belongsTo(certificate) ? null
					: mistake("sslkey", key(), "does not belong to sslcert", "Give the two that were issued together.");
		}
		catch (CertificateExpiredException | CertificateNotYetValidException ex) {
			return mistake("sslcert", file,
					(ex instanceof CertificateExpiredException) ? "has expired" : "is not valid yet",
					"Issue a new one, or set the clock.");
		}
		catch (GeneralSecurityException | IOException ex) {
			return null;
		}
	}

	private boolean belongsTo(X509Certificate certificate) throws GeneralSecurityException, IOException {
		String algorithm = certificate.getPublicKey().getAlgorithm();
		PrivateKey key = KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(read(key())));
		Signature signature = Signature.getInstance("SHA256with" + (algorithm.equals("EC") ? "ECDSA" : algorithm));
		signature.initSign(key);
		byte[] signed = signature.sign();
		signature.initVerify(certificate.getPublicKey());
		return signature.verify(signed);
	}

	private String root() {
		String root = PGProperty.SSL_ROOT_CERT.getOrDefault(this.parameters);
		return (root != null) ? root : inHome("root.crt");
	}

	private String key() {
		String key = PGProperty.SSL_KEY.getOrDefault(this.parameters);
		return (key != null) ? key : inHome("postgresql.pk8");
	}

	private static String inHome(String file) {
		return Path.of(System.getProperty("user.home"), ".postgresql", file).toString();
	}

	private boolean isContainer() {
		return key().toLowerCase(Locale.ROOT).matches(".*\\.(p12|pfx)");
	}

	private static @Nullable PostgresFailure certificates(String name, @Nullable String file, String cure) {
		PostgresFailure mistake = file(name, file, cure);
		if (mistake != null) {
			return mistake;
		}
		try {
			boolean none = CertificateFactory.getInstance("X.509")
				.generateCertificates(new ByteArrayInputStream(read(file)))
				.isEmpty();
			return none ? mistake(name, file, "holds no certificate", cure) : null;
		}
		catch (CertificateException | IOException ex) {
			return mistake(name, file, "holds no certificate that can be read", cure);
		}
	}

	private @Nullable PostgresFailure key(String name, String file) {
		PostgresFailure mistake = file(name, file, "Set sslkey to the file of our private key.");
		if (mistake != null) {
			return mistake;
		}
		try {
			BaseX509KeyManager.validateKeyFilePermissions(Path.of(file));
		}
		catch (PSQLException ex) {
			return mistake(name, file, "can be read by others",
					"Leave it to its owner: chmod 600 FILE. As a mounted " + "secret of root it may also be 0640.");
		}
		return isContainer() ? container(name, file) : contentOfKey(name, file);
	}

	private @Nullable PostgresFailure container(String name, String file) {
		String cure = "Make it anew: (umask 077; openssl pkcs12 -export -name user -in client.crt -inkey client.key -out "
				+ "FILE), and set sslpassword to its password.";
		try {
			KeyStore container = KeyStore.getInstance("PKCS12");
			String password = PGProperty.SSL_PASSWORD.getOrDefault(this.parameters);
			container.load(new ByteArrayInputStream(read(file)), (password != null) ? password.toCharArray() : null);
			return container.isKeyEntry(ALIAS) ? null
					: mistake(name, file, "has no key of the name user, which the driver looks for", cure);
		}
		catch (GeneralSecurityException | IOException ex) {
			return mistake(name, file, "is no PKCS #12 container that sslpassword opens", cure);
		}
	}

	/** Of PEM, the driver reads one kind only, and of that not every algorithm. */
	private static PostgresFailure contentOfKey(String name, String file) {
		try {
			byte[] content = read(file);
			String command = "(umask 077; openssl pkcs8 -topk8 -nocrypt%s -in FILE -outform DER -out FILE.pk8)";
			if (new String(content, StandardCharsets.ISO_8859_1).contains("-----BEGIN ")) {
				return mistake(name, file, "is PEM that the PostgreSQL driver does not read",
						"Convert it to PKCS #8 in DER, which nobody else may read: %s. Then set sslkey to that file."
							.formatted(command.formatted("")));
			}
			String cure = "Convert it to PKCS #8 in DER without a password: %s. Then set sslkey to that file."
				.formatted(command.formatted(" -inform DER"));
			return mistake(name, file, isEncrypted(content) ? "is encrypted, and sslpassword does not open it"
					: "is no key that the PostgreSQL driver reads, or not the one of sslcert", cure);
		}
		catch (IOException ex) {
			return mistake(name, file, "cannot be read", "Let the user we run as read it, and nobody else.");
		}
	}

	private static boolean isEncrypted(byte[] content) {
		try {
			return new EncryptedPrivateKeyInfo(content).getAlgName() != null;
		}
		catch (IOException ex) {
			return false;
		}
	}

	private static @Nullable PostgresFailure file(String name, @Nullable String file, String cure) {
		if (file == null) {
			return new PostgresFailure("has no " + name, cure);
		}
		try {
			Path path = Path.of(file);
			if (!Files.exists(path)) {
				return mistake(name, file, "does not exist", cure);
			}
			if (Files.isDirectory(path)) {
				return mistake(name, file, "is a directory", cure);
			}
			return Files.isReadable(path) ? null : mistake(name, file, "cannot be read by the user we run as",
					"Let that user read it: chown it, or mount it for that user. " + cure);
		}
		catch (InvalidPathException ex) {
			return mistake(name, file, "is not the path of a file", cure);
		}
	}

	private static byte[] read(String file) throws IOException {
		try (var stream = Files.newInputStream(Path.of(file))) {
			return stream.readNBytes(LARGEST);
		}
	}

	private static PostgresFailure mistake(String name, String file, String why, String cure) {
		return new PostgresFailure("has an %s that %s".formatted(named(name, file), why), cure);
	}

	/** With the path, unless it may be a secret that somebody put there. */
	private static String named(String name, String file) {
		return DatabaseFailureAnalyzer.isPlain(file) ? "%s (%s)".formatted(name, file) : name;
	}

}
