package com.example.certs.command;

import com.example.certs.folder.Upkeep;
import picocli.CommandLine.Command;

/**
 * Renews what is there and creates nothing: for a cron job or a container beside the
 * services.
 */
@Command(name = "renew",
		description = "Replace every certificate that is in the last third of its life "
				+ "by one that says the same, and sign the revocation list again in time. "
				+ "Expired ones stay expired, but for server.crt and client.crt.")
public class RenewCommand extends UpkeepCommand {

	@Override
	void work(Upkeep upkeep) {
		upkeep.renewAll();
	}

}
