package com.example.certs.command;

import java.time.Duration;
import java.time.Instant;

import com.example.certs.issue.Validity;
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
	private Lifetime lifetime;

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

	/**
	 * How long something is to be valid; one of the two, or neither.
	 */
	static class Lifetime {

		/** What of, and the default, is said in help.properties, for each command. */
		@Option(names = "--days", paramLabel = "DAYS", descriptionKey = "days")
		private Double days;

		@Option(names = "--lifetime", paramLabel = "TIME",
				description = "How long it is valid: 90s, 5m, 12h, 7d or PT5M, instead of --days.")
		private Duration lifetime;

		/**
		 * What the user asked for.
		 * @return a duration of at least a second, possibly below zero; null without a
		 * wish
		 * @throws IllegalArgumentException when it is zero
		 */
		Duration asked() {
			if (this.days == null) {
				return this.lifetime;
			}
			Duration asked = Duration.ofSeconds(Math.round(this.days * Duration.ofDays(1).toSeconds()));
			if (asked.isZero()) {
				throw new IllegalArgumentException("--days must not be zero");
			}
			return asked;
		}

	}

}
