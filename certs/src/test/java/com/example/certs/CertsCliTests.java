package com.example.certs;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * How the command line explains itself.
 */
class CertsCliTests {

	@Test
	void helpListsEveryCommand() {
		assertThat(Cli.ok("--help").out()).contains("init", "server", "client", "dev", "renew", "list", "revoke", "crl",
				"Exit codes: 0 fine, 1 findings or failure, 2 usage.");
	}

	@ParameterizedTest
	@ValueSource(strings = { "init", "server", "client", "dev", "renew", "list", "revoke", "crl" })
	void everyCommandHasHelp(String command) {
		String help = Cli.ok(command, "--help").out();
		assertThat(help).contains("Usage: certs " + command, "--dir=DIR");
		assertThat(Cli.ok("help", command).out()).isEqualTo(help);
	}

	@Test
	void completionScriptIsGenerated() {
		assertThat(Cli.ok("generate-completion").out()).contains("complete -F _complete_certs", "--key-type");
	}

	@Test
	void versionIsShown() {
		assertThat(Cli.ok("--version").out()).startsWith("certs ");
	}

	@Test
	void mistypedCommandAndOptionPointToHelp() {
		assertThat(Cli.failing(2)).contains("Missing required subcommand", "certs --help");
		assertThat(Cli.failing(2, "isue")).contains("isue", "certs --help");
		assertThat(Cli.failing(2, "client", "--cn", "x", "--cm", "x")).contains("--cm", "certs client --help");
		assertThat(Cli.failing(2, "client")).contains("Missing required option: '--cn=NAME'");
		assertThat(Cli.failing(2, "server")).contains("Missing required option: '--host=HOST'");
	}

}
