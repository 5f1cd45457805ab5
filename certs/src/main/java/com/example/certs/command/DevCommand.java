package com.example.certs.command;

import java.nio.file.Files;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

import com.example.certs.folder.PemFolder;
import com.example.certs.folder.Upkeep;
import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.CommonName;
import com.example.certs.issue.Host;
import com.example.certs.issue.KeyType;
import com.example.certs.issue.Leaf;
import com.example.certs.issue.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Brings a folder from nothing, or from any state, to a full working set.
 */
@Command(name = "dev", description = "Issue all that the pair needs: CA, server and client. "
		+ "Only what is missing, does not fit or is in the last third of its life is issued.")
public class DevCommand extends UpkeepCommand {

	private static final List<Host> DEFAULT_HOSTS = List.of(Host.parse("localhost"), Host.parse("127.0.0.1"),
			Host.parse("::1"), Host.parse("todo-service"));

	private static final CommonName DEFAULT_NAME = new CommonName("todo-client");

	/** In the help, before the options that renew has too. */
	private static final int FIRST = -2;

	@Option(names = "--host", paramLabel = "HOST", split = ",", order = FIRST,
			description = "The server's DNS names and IP addresses, separated by commas "
					+ "(default: what server.crt says, at first localhost,127.0.0.1,::1,todo-service).")
	private List<Host> hosts;

	@Option(names = "--cn", paramLabel = "NAME", order = FIRST,
			description = "The client's name (default: what client.crt says, at first todo-client).")
	private CommonName name;

	@Option(names = "--key-type", paramLabel = "TYPE", order = FIRST,
			description = "${COMPLETION-CANDIDATES} (default: what is there, at first ec).")
	private KeyType keyType;

	@Override
	public void run() {
		// A wrong option must not leave a folder behind.
		lifetime();
		folder().create();
		super.run();
	}

	@Override
	void prepare() {
		if (Files.exists(folder().certificate(PemFolder.CA)) || Files.exists(folder().key(PemFolder.CA))) {
			return;
		}
		Validity validity = Validity.plan(Instant.now(), null, Validity.CA_LIFETIME);
		folder().write(PemFolder.CA,
				CertificateAuthority.create(new CommonName(InitCommand.DEFAULT_NAME), initialType(), validity));
		print("%s issued, valid until %s, because it was missing", folder().certificate(PemFolder.CA),
				validity.describeEnd(Instant.now()));
	}

	@Override
	void work(Upkeep upkeep) {
		Leaf server = Leaf.server(Objects.requireNonNullElse(this.hosts, DEFAULT_HOSTS).stream().distinct().toList(),
				initialType());
		Leaf client = Leaf.client(Objects.requireNonNullElse(this.name, DEFAULT_NAME), initialType());
		upkeep.ensure("server", server, (present) -> withType((this.hosts != null) ? server : present, present));
		upkeep.ensure("client", client, (present) -> withType((this.name != null) ? client : present, present));
	}

	private KeyType initialType() {
		return Objects.requireNonNullElse(this.keyType, KeyType.EC);
	}

	private Leaf withType(Leaf wanted, Leaf present) {
		KeyType type = Objects.requireNonNullElse(this.keyType, present.keyType());
		return new Leaf(wanted.purpose(), wanted.subject(), wanted.hosts(), type);
	}

}
