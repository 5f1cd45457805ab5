package com.example.certs.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

import com.example.certs.folder.PemFolder;
import com.example.certs.folder.Upkeep;
import com.example.certs.problem.CertsException;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Keeps the leaves of a folder usable, once or again and again, and copies them to where
 * one service alone can see them.
 */
abstract class UpkeepCommand extends CertsCommand {

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
	 */
	@Override
	public Integer call() {
		Duration asked = lifetime();
		if (!round(asked)) {
			print("Nothing to do: all of %s is valid for long enough.", folder());
		}
		while (this.every != null) {
			try {
				Thread.sleep(this.every.toMillis());
				round(asked);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return ExitCode.OK;
			}
			catch (CertsException ex) {
				print("Error: %s. %s.", ex.getMessage(), ex.cure());
			}
		}
		return ExitCode.OK;
	}

	/** Sees to it that the folder has a CA. */
	void prepare() {
	}

	/** Does what this command is for. */
	abstract void work(Upkeep upkeep);

	private boolean round(Duration asked) {
		AtomicBoolean changed = new AtomicBoolean();
		folder().locked(() -> {
			prepare();
			Upkeep upkeep = new Upkeep(folder(), asked, (line) -> print("%s", line));
			work(upkeep);
			upkeep.refreshRevocationList();
			try {
				upkeep.copy("server", folderOrNull(this.serverDir), true);
			}
			finally {
				upkeep.copy("client", folderOrNull(this.clientDir), false);
			}
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
			throw usage(ex.getMessage());
		}
	}

}
