package com.example.certs;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.security.cert.CRLReason;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Stream;

import com.example.certs.command.CertsCommand;
import com.example.certs.command.ClientCommand;
import com.example.certs.command.CrlCommand;
import com.example.certs.command.DevCommand;
import com.example.certs.command.InitCommand;
import com.example.certs.command.ListCommand;
import com.example.certs.command.RenewCommand;
import com.example.certs.command.RevokeCommand;
import com.example.certs.command.ServerCommand;
import com.example.certs.command.TimeText;
import com.example.certs.issue.CallerUri;
import com.example.certs.issue.CommonName;
import com.example.certs.issue.Host;
import com.example.certs.problem.CertsException;
import com.example.certs.problem.Printable;
import picocli.AutoComplete.GenerateCompletion;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.TypeConversionException;

/**
 * The command line {@code certs}: issues, renews and revokes the certificates with which
 * two services trust each other. Exit codes: 0 fine, 1 findings or failure, 2 usage.
 */
@Command(name = "certs", mixinStandardHelpOptions = true, versionProvider = CertsCommand.Version.class,
		synopsisSubcommandLabel = "COMMAND",
		description = { "Issues, renews and revokes the certificates with which two services trust each other.",
				"It makes every key itself: a request (CSR) that came with another's key is signed with openssl, "
						+ "as docs/certificates.md shows." },
		subcommands = {
				InitCommand.class, ServerCommand.class, ClientCommand.class, DevCommand.class, RenewCommand.class,
				ListCommand.class, RevokeCommand.class, CrlCommand.class, HelpCommand.class, GenerateCompletion.class },
		footerHeading = "%nA first set, from nothing:%n",
		footer = { "  certs dev                      CA, server and client, into certs/out",
				"  certs client --cn al --name al one more caller: al.crt and al.key",
				"  certs revoke al.crt            and al is out",
				"%nBy default a CA is valid for 3650 days, a certificate for 90, a revocation list for 30.",
				"Exit codes: 0 fine, 1 findings or failure, 2 usage." })
public final class CertsCli {

	private CertsCli() {
	}

	/**
	 * Runs one command and ends the process with its exit code.
	 * @param args the command and its options
	 */
	public static void main(String[] args) {
		CommandLine commandLine = commandLine();
		// The JVM falls back to ASCII in a container without a locale, which would turn
		// names into question marks.
		commandLine.setOut(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
		commandLine.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
		System.exit(commandLine.execute(args));
	}

	static CommandLine commandLine() {
		CommandLine commandLine = new CommandLine(new CertsCli());
		commandLine.setCaseInsensitiveEnumValuesAllowed(true);
		commandLine.setUsageHelpAutoWidth(true);
		// Help without control codes reads as well, on every terminal and in every file.
		commandLine.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
		// A name may begin with @ without being the name of a file of options.
		commandLine.setExpandAtFiles(false);
		register(commandLine, CommonName.class, (text) -> new CommonName(decoded(text)));
		register(commandLine, CallerUri.class, (text) -> new CallerUri(decoded(text)));
		register(commandLine, Host.class, (text) -> Host.parse(decoded(text)));
		register(commandLine, Duration.class, TimeText::duration);
		register(commandLine, Instant.class, TimeText::instant);
		register(commandLine, CRLReason.class, CertsCli::reason);
		commandLine.setParameterExceptionHandler(CertsCli::explainUsage);
		commandLine.setExecutionExceptionHandler(CertsCli::explainFailure);
		return commandLine;
	}

	private static <T> void register(CommandLine commandLine, Class<T> type, Function<String, T> parser) {
		ITypeConverter<T> converter = (text) -> {
			try {
				return parser.apply(text);
			}
			catch (IllegalArgumentException ex) {
				throw new TypeConversionException("'%s': %s".formatted(text, ex.getMessage()));
			}
		};
		commandLine.registerConverter(type, converter);
	}

	/** The reasons of RFC 5280, section 5.3.1, that fit a leaf. */
	private static CRLReason reason(String text) {
		return Stream
			.of(CRLReason.UNSPECIFIED, CRLReason.KEY_COMPROMISE, CRLReason.AFFILIATION_CHANGED, CRLReason.SUPERSEDED,
					CRLReason.CESSATION_OF_OPERATION, CRLReason.PRIVILEGE_WITHDRAWN)
			.filter((reason) -> reason.name().equalsIgnoreCase(text.replace('-', '_')))
			.findFirst()
			.orElseThrow(() -> new IllegalArgumentException("give one of those that --help lists"));
	}

	// A JVM under a locale without UTF-8 has already replaced what it could not decode.
	// To issue for the remains would name somebody else.
	private static String decoded(String text) {
		if (text.indexOf('\uFFFD') >= 0) {
			throw new IllegalArgumentException(
					"the locale of this shell cannot express it; set LC_ALL=C.UTF-8 and try again");
		}
		return text;
	}

	private static int explainUsage(ParameterException ex, String[] args) {
		CommandLine commandLine = ex.getCommandLine();
		commandLine.getErr().println("Error: " + Printable.of(ex.getMessage()));
		commandLine.getErr().println("See '%s --help'.".formatted(commandLine.getCommandSpec().qualifiedName()));
		return ExitCode.USAGE;
	}

	private static int explainFailure(Exception ex, CommandLine commandLine, CommandLine.ParseResult parsed) {
		PrintWriter err = commandLine.getErr();
		if (ex instanceof CertsException known) {
			err.println("Error: %s.".formatted(Printable.of(known.getMessage())));
			err.println("%s.".formatted(Printable.of(known.cure())));
		}
		else {
			err.println("Error: this is a defect of certs: " + Printable.of(ex.toString()));
			err.println("Please report it with the command line and the version.");
		}
		return ExitCode.SOFTWARE;
	}

}
