package com.example.certs.command;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.cert.CRLReason;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import com.example.certs.folder.PemFile;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.RevocationList;
import com.example.certs.issue.Validity;
import com.example.certs.problem.CertsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Revokes one certificate.
 */
@Command(name = "revoke", description = "Add a certificate to the revocation list: ca.crl. It cannot be taken back.")
public class RevokeCommand extends CertsCommand implements Runnable {

	private static final Pattern SERIAL = Pattern.compile("(0[xX])?[0-9A-Fa-f]{1,2}(:?[0-9A-Fa-f]{2}){0,19}");

	@Parameters(index = "0", paramLabel = "FILE|SERIAL",
			description = "The certificate's file, here or in --dir, with those that it replaced and that are "
					+ "still valid; or its serial number in hex, as 'certs list' prints it.")
	private String what;

	@Option(names = "--reason", paramLabel = "REASON", defaultValue = "unspecified",
			description = "unspecified, key-compromise, affiliation-changed, superseded, cessation-of-operation or "
					+ "privilege-withdrawn (default: ${DEFAULT-VALUE}).")
	private CRLReason reason;

	@Mixin
	private ValidityOptions validity;

	@Override
	public void run() {
		Validity planned = this.validity.validity(Validity.CRL_LIFETIME);
		folder().locked(() -> revoke(planned));
	}

	private void revoke(Validity planned) {
		CertificateAuthority authority = folder().authority();
		List<BigInteger> serials = serials(authority);
		if (serials.contains(authority.certificate().getSerialNumber())) {
			throw new CertsException("That is the CA itself; a root cannot be revoked by its own list",
					"Create a new CA in another folder and take the old one out of every trust file");
		}
		Optional<X509CRL> previous = folder().revocationList(authority.certificate());
		List<BigInteger> added = serials.stream()
			.filter((serial) -> previous.map((list) -> list.getRevokedCertificate(serial)).isEmpty())
			.toList();
		if (added.isEmpty() && RevocationList.validity(previous.orElseThrow()).notAfter().isAfter(Instant.now())) {
			refuseWhenNotTaken(previous.orElseThrow());
			print("%s is revoked already; nothing was changed.", serial(serials.get(0)));
			return;
		}
		X509CRL list = authority.signRevocationList(previous.orElse(null), added, this.reason, planned);
		folder().write(list, authority.certificate());
		refuseWhenNotTaken(list);
		serials.forEach((serial) -> print("%s is revoked.", serial(serial)));
		print("  list         %s", folder().revocationList());
		print("  next update  %s", RevocationList.validity(list).describeEnd(Instant.now()));
		print("Next: the service reads the list from CRL_FILE_PATH. Sign it again before the next update:");
		print("certs crl, or certs renew.");
	}

	private List<BigInteger> serials(CertificateAuthority authority) {
		return files().filter((file) -> Files.exists(file) && !Files.isDirectory(file))
			.findFirst()
			.map((file) -> ofFile(file, authority))
			.orElseGet(() -> List.of(ofNumber(authority)));
	}

	private Stream<Path> files() {
		try {
			return Stream.of(Path.of(this.what), folder().path().resolve(this.what), folder().certificate(this.what));
		}
		catch (InvalidPathException ex) {
			// On Windows no name has a colon, as between the bytes of a serial number.
			return Stream.empty();
		}
	}

	/** Another certificate of the same name elsewhere has replaced nothing here. */
	private List<BigInteger> ofFile(Path file, CertificateAuthority authority) {
		X509Certificate certificate = new PemFile(file).certificate();
		if (!authority.hasIssued(certificate)) {
			throw ofAnother(file.toString());
		}
		String name = file.getFileName().toString().replaceFirst("\\.crt$", "");
		Stream<X509Certificate> replaced = folder().present(name).filter(certificate::equals).isPresent()
				? folder().replaced(name).stream().filter(authority::hasIssued) : Stream.empty();
		return Stream.concat(Stream.of(certificate), replaced)
			.map(X509Certificate::getSerialNumber)
			.distinct()
			.toList();
	}

	private BigInteger ofNumber(CertificateAuthority authority) {
		if (!SERIAL.matcher(this.what).matches()) {
			throw new CertsException(
					"%s is no file, neither here nor in %s, and no serial number".formatted(this.what, folder()),
					"Give a certificate's file, or its serial number in hex from: certs list");
		}
		BigInteger serial = new BigInteger(this.what.replaceFirst("^0[xX]", "").replace(":", ""), 16);
		if (serial.signum() == 0) {
			throw new CertsException("0 is no serial number", "Take it from: certs list");
		}
		List<X509Certificate> found = folder().names()
			.stream()
			.flatMap(this::readable)
			.filter((certificate) -> certificate.getSerialNumber().equals(serial))
			.toList();
		if (found.isEmpty()) {
			// A lost one may still be valid: it is just what has to be revoked by number.
			print("No certificate in %s has this serial number. If it is a typing error, revoke the right one too.",
					folder());
		}
		else if (found.stream().noneMatch(authority::hasIssued)) {
			throw ofAnother("The certificate with this serial number");
		}
		return serial;
	}

	/** A damaged file of somebody else must not keep anybody from being revoked. */
	private Stream<X509Certificate> readable(String name) {
		Stream<X509Certificate> present = folder().present(name).stream();
		try {
			return Stream.concat(present, folder().replaced(name).stream());
		}
		catch (CertsException ex) {
			return present;
		}
	}

	private CertsException ofAnother(String what) {
		return new CertsException(
				"%s was not issued by the CA in %s, whose list says nothing of it".formatted(what, folder()),
				"Revoke it in the folder of its own CA: --dir DIR; if that one is gone, take it out of every trust file");
	}

}
