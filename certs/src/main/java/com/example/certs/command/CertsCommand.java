package com.example.certs.command;

import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.KeyAndCertificate;
import com.example.certs.issue.Leaf;
import com.example.certs.issue.Validity;
import com.example.certs.problem.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/**
 * What all commands share: the folder they work on and how they talk.
 */
@Command(mixinStandardHelpOptions = true, versionProvider = CertsCommand.Version.class, sortOptions = false)
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
	void issue(String name, Leaf leaf, Validity validity, String what) {
		folder().locked(() -> {
			CertificateAuthority authority = folder().authority();
			Optional<X509Certificate> replaced = folder().present(name).filter(authority::hasIssued);
			KeyAndCertificate issued = authority.issue(leaf, validity);
			folder().write(name, issued);
			printIssued(what, name, issued.certificate());
			if (issued.certificate().getNotAfter().toInstant().isBefore(validity.notAfter())) {
				print("  It ends with the CA, earlier than asked for.");
			}
			// What was in the file may still be in use, or in the wrong hands.
			replaced.ifPresent((old) -> print("  replaces     %s; to end that one: certs revoke --dir '%s' %1$s",
					old.getSerialNumber().toString(16), folder()));
		});
	}

	/** Says what was issued, where it lies and how long it is good. */
	void printIssued(String what, String name, X509Certificate certificate) {
		print("%s", what);
		print("  certificate  %s", folder().certificate(name));
		print("  private key  %s (secret)", folder().key(name));
		print("  serial       %s", certificate.getSerialNumber().toString(16));
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
