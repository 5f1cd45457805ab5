package com.example.certs.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

import com.example.certs.folder.PemFolder;
import com.example.certs.folder.Upkeep;
import com.example.certs.problem.CertsException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * How leaves are kept usable: once or again and again, and where their copies go.
 */
public class UpkeepOptions {

	@Spec(Target.MIXEE)
	private CommandSpec command;

	@ArgGroup(exclusive = true, multiplicity = "0..1")
	private ValidityOptions.Lifetime lifetime;

	@Option(names = "--every", paramLabel = "TIME",
			description = "Look again after this time (20s, 12h, 1d), until the process is told to end.")
	private Duration every;

	@Option(names = "--server-dir", paramLabel = "DIR",
			description = "Copy what the service needs there: server.crt, server.key, ca.crt, and ca.crl if any.")
	private Path serverDir;

	@Option(names = "--client-dir", paramLabel = "DIR",
			description = "Copy what the client needs there: client.crt, client.key, ca.crt.")
	private Path clientDir;

	/**
	 * Does one round of upkeep after another, or just one. A first round that fails ends
	 * the command; a later one is told and tried again, since its cause may pass.
	 * @param folder the folder
	 * @param prepare what has to be there before a round
	 * @param work what a round does
	 * @param report told each change
	 */
	void run(PemFolder folder, Runnable prepare, Consumer<Upkeep> work, Consumer<String> report) {
		Duration asked = lifetime();
		if (!round(folder, asked, prepare, work, report)) {
			report.accept("Nothing to do: all of %s is valid for long enough.".formatted(folder));
		}
		while (this.every != null) {
			try {
				Thread.sleep(this.every.toMillis());
				round(folder, asked, prepare, work, report);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
			catch (CertsException ex) {
				report.accept("Error: %s. %s.".formatted(ex.getMessage(), ex.cure()));
			}
		}
	}

	private boolean round(PemFolder folder, Duration asked, Runnable prepare, Consumer<Upkeep> work,
			Consumer<String> report) {
		AtomicBoolean changed = new AtomicBoolean();
		folder.locked(() -> {
			prepare.run();
			Upkeep upkeep = new Upkeep(folder, asked, report);
			work.accept(upkeep);
			upkeep.refreshRevocationList();
			upkeep.copy("server", folderOrNull(this.serverDir), true);
			upkeep.copy("client", folderOrNull(this.clientDir), false);
			changed.set(upkeep.changed());
		});
		return changed.get();
	}

	private static PemFolder folderOrNull(Path path) {
		return (path != null) ? new PemFolder(path) : null;
	}

	private Duration lifetime() {
		try {
			Duration asked = (this.lifetime != null) ? this.lifetime.asked() : null;
			if (asked != null && asked.isNegative()) {
				throw new IllegalArgumentException("--days must be above zero here");
			}
			return asked;
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(this.command.commandLine(), ex.getMessage());
		}
	}

}
