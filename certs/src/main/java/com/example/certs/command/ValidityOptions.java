package com.example.certs.command;

import com.example.certs.issue.Validity;

import java.time.Duration;
import java.time.Instant;

import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * When something that is signed begins and ends to be valid.
 */
public class ValidityOptions {

	@Spec(Target.MIXEE)
	private CommandSpec command;

	@ArgGroup(exclusive = true, multiplicity = "0..1")
	private LifetimeOptions lifetime;

	@Option(names = "--not-before", paramLabel = "DATE",
			description = "When it begins to be valid: 2027-01-31 or 2027-01-31T12:00:00Z "
					+ "(default: now, dated back by up to 5 minutes for slow clocks).")
	private Instant notBefore;

	Validity validity(Duration defaultLifetime) {
		try {
			Duration asked = (this.lifetime != null) ? this.lifetime.asked() : null;
			return Validity.plan(Instant.now(), this.notBefore, (asked != null) ? asked : defaultLifetime);
		}
		catch (IllegalArgumentException ex) {
			throw new ParameterException(this.command.commandLine(), ex.getMessage());
		}
	}

}
