package com.example.certs.command;

import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.certs.folder.PemFolder;
import com.example.certs.issue.CallerUri;
import com.example.certs.issue.CommonName;
import com.example.certs.issue.Host;
import com.example.certs.issue.Leaf;
import com.example.certs.problem.Printable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * Issues a client certificate.
 */
@Command(name = "client",
		description = { "Issue a client certificate: client.crt and client.key.",
				"It names the caller by --cn, or by --uri or --dns for a service with MTLS_IDENTITY=uri or dns. "
						+ "A name beside that is fine." })
public class ClientCommand extends CertsCommand implements Runnable {

	/** How the variables of the service's allow-list begin. */
	private static final String CALLERS = "MTLS_CALLERS_";

	/** Who is on it as long as no variable is set. */
	private static final String FIRST = "todo-client";

	@Option(names = "--cn", paramLabel = "NAME",
			description = "The common name that the service admits, at most 64 characters.")
	private CommonName name;

	@Option(names = "--uri", paramLabel = "URI",
			description = "The URI that the service admits, as the one URI of the alternative names: "
					+ "a SPIFFE ID (spiffe://example.org/reports), or another whole URI.")
	private CallerUri uri;

	@Option(names = "--dns", paramLabel = "NAME",
			description = "The DNS name that the service admits, as the one DNS name of the alternative names.")
	private Host dns;

	@Mixin
	private LeafOptions options;

	@Override
	public void run() {
		if (this.name == null && this.uri == null && this.dns == null) {
			throw usage("Missing required option: '--cn=NAME', or '--uri=URI' or '--dns=NAME'");
		}
		if (this.dns != null && !this.dns.isOneName()) {
			throw usage("Invalid value for option '--dns': '%s': give one DNS name, no address and no wildcard"
				.formatted(this.dns));
		}
		String file = this.options.name();
		issue(Leaf.client(this.name, this.uri, this.dns, this.options.keyType()), this.options,
				"Client certificate for \"%s\"".formatted(Stream.of(this.name, this.uri, this.dns)
					.filter(Objects::nonNull)
					.map(Object::toString)
					.collect(Collectors.joining("\", \""))));
		print("Next: give the client its variables. To check them, as a task:");
		print("  CERT_FILE_PATH=%s KEY_FILE_PATH=%s CA_CERT_FILE_PATH=%s java -jar todo-client/target/todo-client.jar --task",
				word(folder().certificate(file)), word(folder().key(file)), word(folder().certificate(PemFolder.CA)));
		adviseOnAllowList();
	}

	private ParameterException usage(String problem) {
		return new ParameterException(this.spec.commandLine(), problem);
	}

	private void adviseOnAllowList() {
		print("Admit it in the service. Variables are the whole allow-list, so they name those who are on it too:");
		if (this.uri != null || this.dns != null) {
			print("  MTLS_IDENTITY=%s %s", (this.uri != null) ? "uri" : "dns",
					caller(0, (this.uri != null) ? this.uri.value() : this.dns.value()));
			print("MTLS_IDENTITY (mtls.identity) holds for all callers: each needs one such name, and is listed by it.");
		}
		else if (this.name.value().equals(FIRST)) {
			print("  %s", caller(0, FIRST));
		}
		else {
			print("  %s %s", caller(0, FIRST), caller(1, this.name.value()));
		}
		print("If you have set such variables, keep yours and take the next number.");
	}

	private static String caller(int index, String name) {
		return "%s%d_NAME=%s %1$s%2$d_ROLES=read,write".formatted(CALLERS, index, Printable.word(name));
	}

	private static String word(Path path) {
		return Printable.word(path.toString());
	}

}
