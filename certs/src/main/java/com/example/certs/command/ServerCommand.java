package com.example.certs.command;

import java.util.List;
import java.util.stream.Collectors;

import com.example.certs.issue.Host;
import com.example.certs.issue.Leaf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Issues a server certificate.
 */
@Command(name = "server", description = "Issue a server certificate: server.crt and server.key.")
public class ServerCommand extends CertsCommand implements Runnable {

	@Option(names = "--host", paramLabel = "HOST", split = ",", required = true,
			description = "DNS names and IP addresses under which clients reach the server, separated by commas. "
					+ "*.example.com stands for one label.")
	private List<Host> hosts;

	@Mixin
	private LeafOptions options;

	@Override
	public void run() {
		String name = this.options.name();
		issue(Leaf.server(this.hosts, this.options.keyType()), this.options, "Server certificate for "
				+ this.hosts.stream().distinct().map(Host::toString).collect(Collectors.joining(", ")));
		print("Next: give the service %s.crt as CERT_FILE_PATH, %s.key as KEY_FILE_PATH,", name, name);
		print("and as CA_CERT_FILE_PATH the CA of the clients: ca.crt. Starting the service checks them.");
	}

}
