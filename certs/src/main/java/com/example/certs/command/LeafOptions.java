package com.example.certs.command;

import java.util.regex.Pattern;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.KeyType;
import com.example.certs.issue.Validity;
import picocli.CommandLine.Option;

/**
 * The options for one leaf certificate.
 */
class LeafOptions extends ValidityOptions {

	private static final Pattern FILE_NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]{0,99}");

	@Option(names = "--name", paramLabel = "NAME",
			description = "The files' base name: NAME.crt and NAME.key (default: the name of the command).")
	private String name;

	@Option(names = "--replace", description = "Replace what is in these files, even if it is for somebody else. "
			+ "Without it only the next certificate of the same client or server may do so.")
	private boolean replace;

	@Option(names = "--key-type", paramLabel = "TYPE", defaultValue = "ec",
			description = "${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}); rsa has 3072 bits.")
	private KeyType keyType;

	String name() {
		if (this.name == null) {
			return this.command.name();
		}
		if (!FILE_NAME.matcher(this.name).matches()) {
			throw usage("--name '%s': use letters, digits, '.', '_' and '-'; the folder is --dir".formatted(this.name));
		}
		if (this.name.equalsIgnoreCase(PemFolder.CA)) {
			throw usage("--name '%s': that name belongs to the CA".formatted(this.name));
		}
		return this.name;
	}

	boolean replace() {
		return this.replace;
	}

	KeyType keyType() {
		return this.keyType;
	}

	Validity validity() {
		return validity(Validity.LEAF_LIFETIME);
	}

}
