package com.example.certs.command;

import com.example.certs.issue.CommonName;
import com.example.certs.issue.Leaf;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Issues a client certificate.
 */
@Command(name = "client", description = "Issue a client certificate: client.crt and client.key.")
public class ClientCommand extends CertsCommand implements Runnable {

	@Option(names = "--cn", paramLabel = "NAME", required = true,
			description = "Who the client is: the name the service admits, at most 64 characters.")
	private CommonName name;

	@Mixin
	private LeafOptions options;

	@Override
	public void run() {
		String file = this.options.name();
		issue(file, Leaf.client(this.name, this.options.keyType()), this.options.validity(),
				"Client certificate for \"%s\"".formatted(this.name));
		print("Next: give the client %s.crt as CERT_FILE_PATH, %s.key as KEY_FILE_PATH,", file, file);
		print("ca.crt as CA_CERT_FILE_PATH, and admit it in the service: TODO_CALLERS_0_NAME=%s", this.name);
		print("To check them: java -jar todo-client/target/todo-client.jar --task");
	}

}
