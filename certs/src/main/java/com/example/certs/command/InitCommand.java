package com.example.certs.command;

import java.nio.file.Files;
import java.nio.file.Path;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.CommonName;
import com.example.certs.issue.KeyAndCertificate;
import com.example.certs.issue.KeyType;
import com.example.certs.issue.Validity;
import com.example.certs.problem.CertsException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Creates the root CA. There is no way to make it overwrite one: everything issued below
 * the old one would be lost.
 */
@Command(name = "init", description = "Create the root CA: ca.crt and ca.key. An existing one is never overwritten.")
public class InitCommand extends CertsCommand implements Runnable {

	static final String DEFAULT_NAME = "Todo mTLS CA";

	@Option(names = "--cn", paramLabel = "NAME", defaultValue = DEFAULT_NAME,
			description = "The CA's name (default: ${DEFAULT-VALUE}).")
	private CommonName name;

	@Option(names = "--key-type", paramLabel = "TYPE", defaultValue = "ec",
			description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); rsa has 3072 bits.")
	private KeyType keyType;

	@Mixin
	private ValidityOptions validity;

	@Override
	public void run() {
		Validity planned = this.validity.validity(Validity.CA_LIFETIME);
		folder().create();
		folder().locked(() -> {
			refuseToOverwrite(folder().key(PemFolder.CA));
			refuseToOverwrite(folder().certificate(PemFolder.CA));
			KeyAndCertificate ca = CertificateAuthority.create(this.name, this.keyType, planned);
			folder().write(PemFolder.CA, ca);
			printIssued("Root CA \"%s\"".formatted(this.name), PemFolder.CA, ca.certificate());
			print("Next: certs server --host NAME, certs client --cn NAME. Both sides trust ca.crt;");
			print("ca.key stays here: whoever has it can issue for anyone.");
		});
	}

	private void refuseToOverwrite(Path file) {
		if (Files.exists(file)) {
			throw new CertsException(file + " exists, and a CA is never overwritten",
					"Issue with it, or create another CA in its own folder: certs init --dir DIR");
		}
	}

}
