package com.example.certs.command;

import java.nio.file.Files;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

import com.example.certs.folder.PemFile;
import com.example.certs.folder.PemFolder;
import com.example.certs.issue.Host;
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
public class ListCommand extends CertsCommand {

	@Override
	public Integer call() {
		Instant now = Instant.now();
		List<String> names = folder().names();
		if (names.isEmpty()) {
			print("Nothing was issued into %s yet. Begin with: certs dev", folder());
			return ExitCode.OK;
		}
		List<String> problems = new ArrayList<>();
		Optional<X509CRL> list = revocationList(problems);
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("FILE", "PURPOSE", "NAME", "ISSUER", "SERIAL", "VALID UNTIL", "STATE"));
		for (String name : names) {
			try {
				rows.add(row(name + ".crt", PemFile.read(folder().certificate(name)).certificate(), list, now));
			}
			catch (CertsException ex) {
				problems.add(ex.getMessage());
			}
		}
		printTable(rows);
		list.ifPresent((crl) -> print("%s: %d revoked, next update by %s", folder().revocationList().getFileName(),
				(crl.getRevokedCertificates() != null) ? crl.getRevokedCertificates().size() : 0,
				RevocationList.validity(crl).describeEnd(now)));
		problems.forEach((problem) -> this.spec.commandLine().getErr().println("Error: " + Printable.of(problem)));
		return problems.isEmpty() ? ExitCode.OK : ExitCode.SOFTWARE;
	}

	private Optional<X509CRL> revocationList(List<String> problems) {
		if (Files.notExists(folder().revocationList())) {
			return Optional.empty();
		}
		try {
			return folder().revocationList(PemFile.read(folder().certificate(PemFolder.CA)).certificate());
		}
		catch (CertsException ex) {
			problems.add(ex.getMessage() + "; what is revoked is unknown");
			return Optional.empty();
		}
	}

	private static List<String> row(String file, X509Certificate certificate, Optional<X509CRL> list, Instant now) {
		Validity validity = Validity.of(certificate);
		return List.of(file, Purpose.describe(certificate), names(certificate),
				certificate.getIssuerX500Principal().getName(), certificate.getSerialNumber().toString(16),
				validity.describeEnd(now), state(certificate, validity, list, now));
	}

	private static String state(X509Certificate certificate, Validity validity, Optional<X509CRL> list, Instant now) {
		if (list.isPresent() && list.get().isRevoked(certificate)) {
			return "revoked";
		}
		if (validity.notAfter().isBefore(now)) {
			return "expired";
		}
		return validity.notBefore().isAfter(now) ? "not yet valid" : "valid";
	}

	private static String names(X509Certificate certificate) {
		List<Host> hosts = Host.allOf(certificate);
		if (!hosts.isEmpty()) {
			return hosts.stream().map(Host::toString).collect(Collectors.joining(","));
		}
		String subject = certificate.getSubjectX500Principal().getName();
		return subject.matches("CN=[^,+]*") ? subject.substring("CN=".length()) : subject;
	}

	private void printTable(List<List<String>> rows) {
		int columns = rows.get(0).size();
		List<List<String>> cells = rows.stream().map((row) -> row.stream().map(Printable::of).toList()).toList();
		for (List<String> row : cells) {
			StringBuilder line = new StringBuilder();
			for (int column = 0; column < columns; column++) {
				int index = column;
				int width = cells.stream().mapToInt((other) -> other.get(index).length()).max().orElse(0);
				line.append(row.get(column));
				if (column < columns - 1) {
					line.append(" ".repeat(width - row.get(column).length() + 2));
				}
			}
			print("%s", line);
		}
	}

}
