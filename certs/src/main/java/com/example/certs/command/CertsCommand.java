package com.example.certs.command;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.AlternativeNames;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.KeyAndCertificate;
import com.example.certs.issue.Leaf;
import com.example.certs.issue.RevocationList;
import com.example.certs.issue.Validity;
import com.example.certs.problem.CertsException;
import com.example.certs.problem.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands share: the folder they work on and how they talk.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = CertsCommand.Version.class, sortOptions = false,
		resourceBundle = "com.example.certs.command.help")
public abstract class CertsCommand {

	@Spec
	CommandSpec spec;

	@Option(names = "--dir", paramLabel = "DIR", defaultValue = "certs/out", order = 100,
			description = "The folder of the issued material (default: ${DEFAULT-VALUE}).")
	private Path dir;

	PemFolder folder() {
		return new PemFolder(this.dir);
	}

	void print(String format, Object... values) {
		this.spec.commandLine().getOut().println(Printable.of(format.formatted(values)));
	}

	/** Issues a leaf certificate by the folder's CA and says so. */
	void issue(Leaf leaf, LeafOptions options, String what) {
		String name = options.name();
		Validity validity = options.validity();
		folder().locked(() -> {
			CertificateAuthority authority = folder().authority();
			Optional<X509Certificate> present = folder().present(name);
			if (!options.replace()) {
				refuseToReplaceAnother(name, leaf, present);
			}
			KeyAndCertificate issued = authority.issue(leaf, validity);
			Optional<X509Certificate> replaced = present.filter(authority::hasIssued)
				.filter(PemFolder::isStillValid)
				.filter((old) -> !folder().isRevoked(old, authority.certificate()));
			folder().write(name, issued);
			printIssued(what, name, issued.certificate());
			if (issued.certificate().getNotAfter().toInstant().isBefore(validity.notAfter())) {
				print("  It ends with the CA, earlier than asked for.");
			}
			// What was in the file may still be in use, or in the wrong hands.
			replaced.ifPresent((old) -> print("  replaces     %s; to end that one: certs revoke --dir '%s' %1$s",
					serial(old.getSerialNumber()), folder()));
		});
	}

	/** It may be in use, and a service takes the new one within seconds. */
	private void refuseToReplaceAnother(String name, Leaf leaf, Optional<X509Certificate> present) {
		String another = null;
		if (present.isPresent() && !leaf.isForWhomThisIs(present.get())) {
			another = "%s is there, for %s, and whoever uses it would become another"
				.formatted(folder().certificate(name), names(present.get()));
		}
		else if (present.isEmpty() && Files.exists(folder().key(name))) {
			another = "%s is there without a certificate that can be read, so it may be anybody's"
				.formatted(folder().key(name));
		}
		if (another != null) {
			throw new CertsException(another,
					"Give the new one files of its own: --name NAME; or, to replace that one: --replace");
		}
	}

	/** Whom a certificate is for: its subject and its alternative names, each once. */
	static String names(X509Certificate certificate) {
		String subject = certificate.getSubjectX500Principal().getName();
		String name = subject.matches("CN=[^,+]*") ? subject.substring("CN=".length()) : subject;
		List<String> names = AlternativeNames.textsOf(certificate);
		return (names.contains(name) || name.isEmpty() ? names.stream()
				: Stream.concat(Stream.of(name), names.stream()))
			.collect(Collectors.joining(","));
	}

	/** A serial number as logs, openssl and curl show it: whole bytes in hex. */
	static String serial(BigInteger number) {
		String hex = number.toString(16);
		return (hex.length() % 2 == 0) ? hex : "0" + hex;
	}

	/** Whoever has somebody revoked has to know that nothing comes of it. */
	void refuseWhenNotTaken(X509CRL list) {
		RevocationList.whyNotTaken(list).ifPresent((reason) -> {
			throw new CertsException(
					"%s is signed, but %s: as long as none is taken, what it revokes does not count"
						.formatted(folder().revocationList(), reason),
					"Take the caller off the allow-list of todo-service and restart it. If a wrong clock or --not-before "
							+ "is behind this: move the list away, and revoke again all whom it names");
		});
	}

	/** Says what was issued, where it lies and how long it is good. */
	void printIssued(String what, String name, X509Certificate certificate) {
		print("%s", what);
		print("  certificate  %s", folder().certificate(name));
		print("  private key  %s (secret)", folder().key(name));
		print("  serial       %s", serial(certificate.getSerialNumber()));
		print("  valid until  %s", Validity.of(certificate).describeEnd(Instant.now()));
	}

	/** The version that the build wrote into the jar. */
	public static final class Version implements IVersionProvider {

		@Override
		public String[] getVersion() {
			String version = Version.class.getPackage().getImplementationVersion();
			return new String[] { "certs " + Objects.requireNonNullElse(version, "(not built as a jar)") };
		}

	}

}
