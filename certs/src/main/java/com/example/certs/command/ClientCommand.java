package com.example.certs.command;

import java.nio.file.Path;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.CommonName;
import com.example.certs.issue.Leaf;
import com.example.certs.problem.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Issues a client certificate.
 */
@Command(name = "client", description = "Issue a client certificate: client.crt and client.key.")
public class ClientCommand extends CertsCommand implements Runnable {

	/** How the variables of todo-service's allow-list begin. */
	private static final String CALLERS = "MTLS_CALLERS_";

	/** Who is on it as long as no variable is set. */
	private static final CommonName FIRST = new CommonName("todo-client");

	@Option(names = "--cn", paramLabel = "NAME", required = true,
			description = "Who the client is: the name the service admits, at most 64 characters.")
	private CommonName name;

	@Mixin
	private LeafOptions options;

	@Override
	public void run() {
		String file = this.options.name();
		issue(Leaf.client(this.name, this.options.keyType()), this.options,
				"Client certificate for \"%s\"".formatted(this.name));
		print("Next: give the client its variables. To check them, as a task:");
		print("  CERT_FILE_PATH=%s KEY_FILE_PATH=%s CA_CERT_FILE_PATH=%s java -jar todo-client/target/todo-client.jar --task",
				word(folder().certificate(file)), word(folder().key(file)), word(folder().certificate(PemFolder.CA)));
		print("Admit it in the service. Variables are the whole allow-list, so they name those who are on it too:");
		print("  %s", this.name.equals(FIRST) ? caller(0, FIRST) : caller(0, FIRST) + " " + caller(1, this.name));
		print("If you have set such variables, keep yours and take the next number.");
	}

	private static String caller(int index, CommonName name) {
		return "%s%d_NAME=%s %1$s%2$d_ROLES=read,write".formatted(CALLERS, index, Printable.word(name.value()));
	}

	private static String word(Path path) {
		return Printable.word(path.toString());
	}

}
