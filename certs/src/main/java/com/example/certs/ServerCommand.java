package com.example.certs;

import java.util.List;
import java.util.stream.Collectors;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Issues a server certificate.
 */
@Command(name = "server", description = "Issue a server certificate: server.crt and server.key.")
class ServerCommand extends CertsCommand {

	@Option(names = "--host", paramLabel = "HOST", split = ",", required = true,
			description = "DNS names and IP addresses under which clients reach the server, separated by commas. "
					+ "*.example.com stands for one label.")
	private List<Host> hosts;

	@Mixin
	private LeafOptions options;

	@Override
	public Integer call() {
		List<Host> distinct = this.hosts.stream().distinct().toList();
		String name = this.options.name();
		issue(name, Leaf.server(distinct, this.options.keyType()), this.options.validity(),
				"Server certificate for " + distinct.stream().map(Host::toString).collect(Collectors.joining(", ")));
		print("Next: give the service %s.crt as CERT_FILE_PATH, %s.key as KEY_FILE_PATH,", name, name);
		print("ca.crt as CA_CERT_FILE_PATH. Check them with: certs verify --as server");
		return ExitCode.OK;
	}

}
