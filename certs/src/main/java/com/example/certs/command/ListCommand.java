package com.example.certs.command;

import java.nio.file.Files;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
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
		Optional<X509CRL> list = revocationList(problems);
		List<List<String>> rows = new ArrayList<>();
		rows.add(List.of("FILE", "PURPOSE", "NAME", "ISSUER", "SERIAL", "VALID UNTIL", "STATE"));
		for (String name : names) {
			try {
				rows.add(row(name + ".crt", new PemFile(folder().certificate(name)).certificate(), list, now));
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
			return folder().revocationList(new PemFile(folder().certificate(PemFolder.CA)).certificate());
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
		List<List<String>> cells = rows.stream().map((row) -> row.stream().map(Printable::of).toList()).toList();
		StringBuilder line = new StringBuilder();
		for (int column = 0; column < cells.get(0).size(); column++) {
			int index = column;
			line.append("%%-%ds  "
				.formatted(cells.stream().mapToInt((row) -> row.get(index).length()).max().orElseThrow()));
		}
		cells.forEach((row) -> print("%s", line.toString().formatted(row.toArray()).stripTrailing()));
	}

}
