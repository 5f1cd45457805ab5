package com.example.certs.command;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Supplier;

import com.example.certs.folder.PemFile;
import com.example.certs.folder.PemFolder;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.Purpose;
import com.example.certs.issue.RevocationList;
import com.example.certs.issue.Validity;
import com.example.certs.problem.CertsException;
import com.example.certs.problem.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;

/**
 * Lists what was issued into a folder.
 */
@Command(name = "list", description = "List what was issued, until when it is valid, and what is revoked.")
public class ListCommand extends CertsCommand implements Callable<Integer> {

	@Override
	public Integer call() {
		Instant now = Instant.now();
		List<String> names = folder().names();
		if (names.isEmpty()) {
			print("Nothing was issued into %s yet. Begin with: certs dev", folder());
			return ExitCode.OK;
		}
		List<String> problems = new ArrayList<>();
		// Several while one takes over from another; what is wrong with them, their rows
		// say.
		List<X509Certificate> authorities = readable(() -> certificates(PemFolder.CA), "", new ArrayList<>());
		List<X509CRL> lists = readable(() -> folder().revocationLists(authorities), "; what is revoked is unknown",
				problems);
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("FILE", "PURPOSE", "NAME", "ISSUER", "SERIAL", "VALID UNTIL", "STATE"));
		for (String name : names) {
			readable(() -> certificates(name), "", problems)
				.forEach((each) -> rows.add(row(name + ".crt", each, state(each, authorities, lists, now), now)));
		}
		printTable(rows);
		lists.forEach((crl) -> print("%s: %d revoked, next update by %s", folder().revocationList().getFileName(),
				(crl.getRevokedCertificates() != null) ? crl.getRevokedCertificates().size() : 0,
				RevocationList.validity(crl).describeEnd(now)));
		// What a caller is tied to, where more than one CA is trusted.
		authorities.forEach((ca) -> print("%s: sha256 Fingerprint=%s", names(ca), fingerprint(ca)));
		lists.stream()
			.flatMap((list) -> RevocationList.whyNotTaken(list).stream())
			.forEach((reason) -> problems.add("%s: %s".formatted(folder().revocationList(), reason)));
		problems.forEach((problem) -> this.spec.commandLine().getErr().println("Error: " + Printable.of(problem)));
		return problems.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
	}

	private static <T> List<T> readable(Supplier<List<T>> files, String consequence, List<String> problems) {
		try {
			return files.get();
		}
		catch (CertsException ex) {
			problems.add(ex.getMessage() + consequence);
			return List.of();
		}
	}

	private List<X509Certificate> certificates(String name) {
		List<X509Certificate> all = new PemFile(folder().certificate(name)).certificates();
		// Behind a leaf stand those of its chain.
		return name.equals(PemFolder.CA) ? all : all.subList(0, 1);
	}

	private static List<String> row(String file, X509Certificate certificate, String state, Instant now) {
		return List.of(file, Purpose.describe(certificate), names(certificate),
				certificate.getIssuerX500Principal().getName(), serial(certificate.getSerialNumber()),
				Validity.of(certificate).describeEnd(now), state);
	}

	private static String state(X509Certificate certificate, List<X509Certificate> authorities, List<X509CRL> lists,
			Instant now) {
		Validity validity = Validity.of(certificate);
		if (!authorities.contains(certificate)
				&& authorities.stream().noneMatch((ca) -> CertificateAuthority.isIssuedBy(certificate, ca))) {
			return "nobody trusts it here: no CA in ca.crt has issued it";
		}
		if (lists.stream().anyMatch((list) -> list.isRevoked(certificate))) {
			return "revoked";
		}
		if (validity.notAfter().isBefore(now)) {
			return "expired";
		}
		return validity.notBefore().isAfter(now) ? "not yet valid" : "valid";
	}

	/** As {@code openssl x509 -noout -fingerprint -sha256} prints it. */
	private static String fingerprint(X509Certificate certificate) {
		try {
			return HexFormat.ofDelimiter(":")
				.withUpperCase()
				.formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private void printTable(List<List<String>> rows) {
		List<List<String>> cells = rows.stream().map((row) -> row.stream().map(Printable::of).toList()).toList();
		StringBuilder line = new StringBuilder();
		for (int column = 0; column < cells.get(0).size(); column++) {
			int index = column;
			int width = cells.stream().mapToInt((row) -> row.get(index).length()).max().orElseThrow();
			line.append("%%-%ds  ".formatted(width));
		}
		cells.forEach((row) -> print("%s", line.toString().formatted(row.toArray()).stripTrailing()));
	}

}
