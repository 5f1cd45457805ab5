package com.example.certs.command;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

import com.example.certs.folder.Upkeep;
import com.example.certs.problem.CertsException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Keeps the leaves of a folder usable, once or again and again, and copies them to where
 * one service alone can see them.
 */
abstract class UpkeepCommand extends CertsCommand implements Runnable {

	@Mixin
	private LifetimeOptions lifetime;

	@Option(names = "--every", paramLabel = "TIME",
			description = "Look again after this time (20s, 12h, 1d), until the process is told to end.")
	private Duration every;

	@Option(names = "--server-dir", paramLabel = "DIR",
			description = "Copy what the service needs there: server.crt, server.key, ca.crt, and ca.crl if any.")
	private Path serverDir;

	@Option(names = "--client-dir", paramLabel = "DIR",
			description = "Copy what the client needs there: client.crt, client.key, ca.crt.")
	private Path clientDir;

	private List<String> told = List.of();

	/**
	 * Does one round of upkeep after another, or just one. A first round that fails ends
	 * the command; a later one is told and tried again, since its cause may pass.
	 */
	@Override
	public void run() {
		Duration asked = this.lifetime.aboveZero();
		prepare();
		round(asked);
		if (this.told.isEmpty()) {
			print("Nothing to do: all of %s is valid for long enough.", folder());
		}
		while (this.every != null) {
			try {
				Thread.sleep(TimeUnit.MILLISECONDS.convert(this.every));
				round(asked);
			}
			catch (InterruptedException ex) {
				Thread.currentThread().interrupt();
				return;
			}
			catch (CertsException ex) {
				print("Error: %s. %s.", ex.getMessage(), ex.cure());
			}
		}
	}

	/**
	 * Sees to it that there is a folder with a CA, where that is the command's matter.
	 */
	void prepare() {
	}

	/** Does what this command is for. */
	abstract void work(Upkeep upkeep);

	private void round(Duration asked) {
		List<String> lines = new ArrayList<>();
		folder().locked(() -> {
			Upkeep upkeep = new Upkeep(folder(), asked, (line) -> {
				lines.add(line);
				// What stays as it is does not have to be told in each round.
				if (!this.told.contains(line)) {
					print("%s", line);
				}
			});
			work(upkeep);
			upkeep.refreshRevocationList();
			try {
				upkeep.copy("server", this.serverDir, true);
			}
			finally {
				upkeep.copy("client", this.clientDir, false);
			}
		});
		this.told = lines;
	}

}
