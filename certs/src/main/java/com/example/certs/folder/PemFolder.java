package com.example.certs.folder;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.KeyAndCertificate;
import com.example.certs.issue.RevocationList;
import com.example.certs.problem.CertsException;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * A folder of issued material: {@code NAME.crt} beside {@code NAME.key}, the CA under the
 * name {@code ca}, and its revocation list in {@code ca.crl}.
 * <p>
 * A file appears whole or not at all: it is written and synced under a staging name
 * ({@code .NAME.new}) and renamed. A key and its certificate are two renames; what a
 * crash leaves between them is finished by the next command that locks the folder.
 *
 * @param path where the folder is
 */
public record PemFolder(Path path) {

	public static final String CA = "ca";

	private static final int KEY_CERT_SIGN = 5;

	public Path certificate(String name) {
		return this.path.resolve(name + ".crt");
	}

	public Path key(String name) {
		return this.path.resolve(name + ".key");
	}

	public Path revocationList() {
		return this.path.resolve(CA + ".crl");
	}

	/** The names of all {@code NAME.crt} files, sorted, the CA first. */
	public List<String> names() {
		try (Stream<Path> files = Files.list(this.path)) {
			List<String> names = files.map((file) -> file.getFileName().toString())
				.filter((file) -> file.endsWith(".crt") && !file.startsWith("."))
				.map((file) -> file.substring(0, file.length() - ".crt".length()))
				.toList();
			return Stream
				.concat(names.stream().filter(CA::equals), names.stream().filter((name) -> !name.equals(CA)).sorted())
				.toList();
		}
		catch (IOException ex) {
			throw new CertsException("%s cannot be listed: %s".formatted(this.path, PemFile.reason(ex)),
					"Check --dir, or issue a first set there: certs dev");
		}
	}

	public void create() {
		try {
			Files.createDirectories(this.path);
		}
		catch (IOException ex) {
			throw cannotWrite(this.path, ex);
		}
	}

	/**
	 * Runs one change of the folder at a time, across processes, so that a revocation is
	 * not lost to a renewal that rewrites the list at the same moment.
	 */
	public void locked(Runnable change) {
		if (Files.notExists(this.path)) {
			throw noAuthority();
		}
		Path lock = this.path.resolve(".lock");
		try (FileChannel channel = FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
			channel.lock();
			finishInterruptedReplacements();
			change.run();
		}
		catch (IOException ex) {
			throw cannotWrite(lock, ex);
		}
	}

	/**
	 * Reads the CA that issues into this folder.
	 * @throws CertsException when it is missing, incomplete or not fit to issue
	 */
	public CertificateAuthority authority() {
		Path file = certificate(CA);
		if (Files.notExists(file) && Files.notExists(key(CA))) {
			throw noAuthority();
		}
		List<X509Certificate> certificates = new PemFile(file).certificates();
		PrivateKey key = new PemFile(key(CA)).privateKey();
		X509Certificate certificate = certificates.stream()
			.filter((each) -> new KeyAndCertificate(key, each).belongTogether())
			.findFirst()
			.orElseThrow(() -> new CertsException("%s and %s do not belong together".formatted(file, key(CA)),
					"Put the matching files back, or use another --dir"));
		boolean[] usage = certificate.getKeyUsage();
		if (certificate.getBasicConstraints() < 0 || usage != null && !usage[KEY_CERT_SIGN]) {
			throw new CertsException(file + " is not a CA certificate, so it cannot issue others",
					"Put the CA's certificate there, or use another --dir");
		}
		return new CertificateAuthority(key, certificate);
	}

	/**
	 * Reads the latest revocation list of our CA.
	 * @return the list, or empty while nothing was ever revoked
	 */
	public Optional<X509CRL> revocationList(X509Certificate issuer) {
		return revocationLists(List.of(issuer)).stream().max(RevocationList.BY_AGE);
	}

	/** The same for several CAs, while one takes over from another. */
	public List<X509CRL> revocationLists(List<X509Certificate> issuers) {
		if (Files.notExists(revocationList())) {
			return List.of();
		}
		List<X509CRL> lists = new PemFile(revocationList()).revocationLists()
			.stream()
			.filter((list) -> issuers.stream().anyMatch((issuer) -> RevocationList.isSignedBy(list, issuer)))
			.toList();
		if (lists.isEmpty()) {
			throw new CertsException(revocationList() + " is not signed by the CA beside it",
					"Move it away if it belongs to another CA; then revoke again");
		}
		return lists;
	}

	/** Whether the list says so; one that cannot be read says nothing. */
	public boolean isRevoked(X509Certificate certificate, X509Certificate issuer) {
		try {
			return revocationList(issuer).filter((list) -> list.isRevoked(certificate)).isPresent();
		}
		catch (CertsException ex) {
			return false;
		}
	}

	public void write(String name, KeyAndCertificate pair) {
		keepReplaced(name);
		Map<Path, byte[]> files = new LinkedHashMap<>();
		files.put(key(name), pem(new PemObject("PRIVATE KEY", pair.key().getEncoded())));
		files.put(certificate(name), pem(pair.certificate()));
		write(files);
	}

	/**
	 * Replaces the list of a CA. Those of other CAs, which stand in the same file while
	 * the CA is changed, stay.
	 * @param issuer the certificate of the CA that has signed it
	 */
	public void write(X509CRL list, X509Certificate issuer) {
		List<Object> lists = new ArrayList<>(List.of(list));
		if (Files.exists(revocationList())) {
			new PemFile(revocationList()).revocationLists()
				.stream()
				.filter((other) -> !RevocationList.isSignedBy(other, issuer))
				.forEach(lists::add);
		}
		write(Map.of(revocationList(), pem(lists.toArray())));
	}

	/** The certificate of a pair, or empty where there is none that can be read. */
	public Optional<X509Certificate> present(String name) {
		try {
			return Optional.of(new PemFile(certificate(name)).certificate());
		}
		catch (CertsException ex) {
			return Optional.empty();
		}
	}

	/**
	 * The certificates that others have replaced in a file and that are still valid. They
	 * stay, in a hidden file, so that whoever is revoked is out with all of them.
	 * @return the certificates, the oldest first
	 */
	public List<X509Certificate> replaced(String name) {
		if (Files.notExists(replacedFile(name))) {
			return List.of();
		}
		return new PemFile(replacedFile(name)).certificates().stream().filter(PemFolder::isStillValid).toList();
	}

	public static boolean isStillValid(X509Certificate certificate) {
		return certificate.getNotAfter().after(new Date());
	}

	private void keepReplaced(String name) {
		present(name).filter(PemFolder::isStillValid)
			.ifPresent((present) -> write(Map.of(replacedFile(name),
					pem(Stream.concat(replaced(name).stream(), Stream.of(present)).distinct().toArray()))));
	}

	private Path replacedFile(String name) {
		return this.path.resolve(".%s.replaced.crt".formatted(name));
	}

	/**
	 * Copies a pair with the CA's certificate, and nothing else of the CA, to where one
	 * service alone can see it. Files that are the same already are left alone.
	 * @param target the folder to copy to
	 * @param withRevocationList whether to copy the revocation list too, if there is one
	 * @return whether anything was written
	 */
	boolean copy(String name, PemFolder target, boolean withRevocationList) {
		for (Path file : List.of(certificate(name), key(name))) {
			if (Files.notExists(file)) {
				throw new CertsException("%s cannot be copied to %s: it does not exist".formatted(file, target),
						"Issue it first: certs " + name + ", or certs dev");
			}
		}
		// Trust first: a new leaf is of no use before the CA that issued it.
		List<Path> files = new ArrayList<>(List.of(certificate(CA), key(name), certificate(name)));
		if (withRevocationList && Files.exists(revocationList())) {
			files.add(revocationList());
		}
		Map<Path, byte[]> different = new LinkedHashMap<>();
		try {
			Files.createDirectories(target.path);
			for (Path file : files) {
				Path copy = target.path.resolve(file.getFileName());
				if (Files.notExists(copy) || Files.mismatch(file, copy) >= 0) {
					different.put(copy, Files.readAllBytes(file));
				}
			}
		}
		catch (IOException ex) {
			throw cannotWrite(target.path, ex);
		}
		write(different);
		return !different.isEmpty();
	}

	/** Writes each to its staging name before the first of them appears. */
	private static void write(Map<Path, byte[]> files) {
		for (Map.Entry<Path, byte[]> file : files.entrySet()) {
			try {
				stage(file.getKey(), file.getValue());
			}
			catch (IOException ex) {
				throw cannotWrite(file.getKey(), ex);
			}
		}
		files.keySet().forEach(PemFolder::publish);
	}

	private static Path staged(Path target) {
		return target.resolveSibling("." + target.getFileName() + ".new");
	}

	private static void stage(Path target, byte[] content) throws IOException {
		Path staged = staged(target);
		Set<PosixFilePermission> mode = PosixFilePermissions
			.fromString(target.toString().endsWith(".key") ? "rw-------" : "rw-r--r--");
		boolean posix = staged.getFileSystem().supportedFileAttributeViews().contains("posix");
		FileAttribute<?>[] attributes = posix ? new FileAttribute<?>[] { PosixFilePermissions.asFileAttribute(mode) }
				: new FileAttribute<?>[0];
		Files.deleteIfExists(staged);
		try (FileChannel channel = FileChannel.open(staged,
				Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), attributes)) {
			Channels.newOutputStream(channel).write(content);
			channel.force(true);
		}
		try {
			// The umask has narrowed the mode.
			Files.setPosixFilePermissions(staged, mode);
		}
		catch (IOException | UnsupportedOperationException ex) {
			// A mount that knows no modes is no reason not to issue.
			return;
		}
	}

	private static void publish(Path target) {
		try {
			Files.move(staged(target), target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
		}
		catch (IOException ex) {
			throw cannotWrite(target, ex);
		}
		try (FileChannel folder = FileChannel.open(target.toAbsolutePath().getParent(), StandardOpenOption.READ)) {
			folder.force(true);
		}
		catch (IOException ex) {
			// Windows cannot sync a directory and does not need to.
			return;
		}
	}

	private void finishInterruptedReplacements() throws IOException {
		List<Path> leftovers;
		try (Stream<Path> files = Files.list(this.path)) {
			leftovers = files.filter(Files::isRegularFile)
				.filter((file) -> file.getFileName().toString().matches("\\..+\\.(crt|key|crl)\\.new"))
				.toList();
		}
		for (Path leftover : leftovers) {
			String file = leftover.getFileName().toString().replaceAll("^\\.|\\.new$", "");
			String name = file.replaceFirst("\\.crt$", "");
			if (!file.equals(name) && belongTogether(leftover, key(name))) {
				publish(certificate(name));
			}
			Files.deleteIfExists(leftover);
		}
	}

	private static boolean belongTogether(Path certificate, Path key) {
		try {
			return new KeyAndCertificate(new PemFile(key).privateKey(), new PemFile(certificate).certificate())
				.belongTogether();
		}
		catch (CertsException ex) {
			return false;
		}
	}

	private static byte[] pem(Object... objects) {
		StringWriter text = new StringWriter();
		try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
			for (Object object : objects) {
				writer.writeObject(object);
			}
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
		return text.toString().getBytes(StandardCharsets.US_ASCII);
	}

	private CertsException noAuthority() {
		return new CertsException("There is no CA in " + this.path,
				"Create one: certs init --dir %s; or everything at once: certs dev --dir %1$s".formatted(this.path));
	}

	private static CertsException cannotWrite(Path path, IOException ex) {
		return new CertsException("%s cannot be written: %s".formatted(path, PemFile.reason(ex)),
				"Check the folder's owner, its free space and --dir");
	}

	@Override
	public String toString() {
		return this.path.toString();
	}

}
