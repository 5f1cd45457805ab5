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

	/** Creates the folder and the CA in it, where they are missing. */
	@Override
	void prepare() {
		folder().create();
		folder().locked(() -> {
			if (Files.notExists(folder().certificate(PemFolder.CA)) && Files.notExists(folder().key(PemFolder.CA))) {
				Validity validity = Validity.plan(Instant.now(), null, Validity.CA_LIFETIME);
				folder().write(PemFolder.CA,
						CertificateAuthority.create(new CommonName(InitCommand.DEFAULT_NAME), initialType(), validity));
				print("%s issued, valid until %s, because it was missing", folder().certificate(PemFolder.CA),
						validity.describeEnd(Instant.now()));
			}
		});
	}

	@Override
	void work(Upkeep upkeep) {
		Leaf server = Leaf.server(Objects.requireNonNullElse(this.hosts, DEFAULT_HOSTS), initialType());
		Leaf client = Leaf.client(Objects.requireNonNullElse(this.name, DEFAULT_NAME), null, null, initialType());
		upkeep.ensure("server", server, (present) -> ((this.hosts != null) ? server : present).with(typeLike(present)));
		upkeep.ensure("client", client,
				(present) -> ((this.name != null) ? present.withSubjectOf(client) : present).with(typeLike(present)));
	}

	private KeyType initialType() {
		return Objects.requireNonNullElse(this.keyType, KeyType.EC);
	}

	private KeyType typeLike(Leaf present) {
		return Objects.requireNonNullElse(this.keyType, present.keyType());
	}

}
