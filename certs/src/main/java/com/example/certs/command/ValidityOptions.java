package com.example.certs.command;

import java.time.Duration;
import java.time.Instant;

import com.example.certs.issue.Validity;
import picocli.CommandLine.Option;

/**
 * When something that is signed begins and ends to be valid.
 */
class ValidityOptions extends LifetimeOptions {

	@Option(names = "--not-before", paramLabel = "DATE",
			description = "When it begins to be valid: 2027-01-31 or 2027-01-31T12:00:00Z "
					+ "(default: now, dated back by up to 5 minutes for slow clocks).")
	private Instant notBefore;

	Validity validity(Duration defaultLifetime) {
		return validity(this.notBefore, defaultLifetime);
	}

}
