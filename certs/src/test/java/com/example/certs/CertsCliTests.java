package com.example.certs;

import java.time.Duration;
import java.util.List;

import com.example.certs.issue.Validity;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
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

	@ParameterizedTest
	@CsvSource({ "init,How long the CA is valid,3650", "server,How long the certificate is valid,90",
			"client,How long the certificate is valid,90", "revoke,How long the list is valid,30",
			"crl,How long the list is valid,30", "dev,of server and client,90", "renew,new certificates,as long as" })
	void helpSaysTheDefaultOfDaysAndOfWhat(String command, String what, String days) {
		String help = Cli.ok(command, "--help").out().replaceAll("\\s+", " ");
		String option = help.substring(help.indexOf(" --days=DAYS "), help.indexOf(" --lifetime=TIME "));
		assertThat(option).contains(what).containsPattern("\\(default:[^)]* " + days);
		assertThat(Cli.ok("--help").out().replaceAll("\\s+", " ")).contains("a CA is valid for 3650 days",
				"a certificate for 90", "a revocation list for 30", "(CSR)");
		assertThat(List.of(Validity.CA_LIFETIME, Validity.LEAF_LIFETIME, Validity.CRL_LIFETIME))
			.containsExactly(Duration.ofDays(3650), Duration.ofDays(90), Duration.ofDays(30));
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
