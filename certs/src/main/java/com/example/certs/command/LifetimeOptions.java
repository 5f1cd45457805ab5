package com.example.certs.command;

import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

import com.example.certs.issue.Validity;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/**
 * How long something that is signed is to be valid.
 */
class LifetimeOptions {

	@Spec(Target.MIXEE)
	CommandSpec command;

	@ArgGroup(exclusive = true, multiplicity = "0..1")
	private Wish wish = new Wish();

	/** From now on, or null without a wish. */
	Duration aboveZero() {
		Duration asked = asked();
		if (asked != null) {
			plan(null, asked);
			if (asked.isNegative()) {
				throw usage("--days must be above zero here");
			}
		}
		return asked;
	}

	/** From a beginning, or from now where it is null. */
	Validity validity(Instant notBefore, Duration defaultLifetime) {
		return plan(notBefore, Objects.requireNonNullElse(asked(), defaultLifetime));
	}

	private Validity plan(Instant notBefore, Duration asked) {
		try {
			return Validity.plan(Instant.now(), notBefore, asked);
		}
		catch (IllegalArgumentException ex) {
			throw usage(ex.getMessage());
		}
	}

	private Duration asked() {
		if (this.wish.days == null) {
			return this.wish.lifetime;
		}
		Duration asked = Duration.ofSeconds(Math.round(this.wish.days * Duration.ofDays(1).toSeconds()));
		if (asked.isZero()) {
			throw usage("--days must not be zero");
		}
		return asked;
	}

	ParameterException usage(String problem) {
		return new ParameterException(this.command.commandLine(), problem);
	}

	/** One of the two, or neither. */
	private static final class Wish {

		/** What of, and the default, is said in help.properties, for each command. */
		@Option(names = "--days", paramLabel = "DAYS", descriptionKey = "days")
		private Double days;

		@Option(names = "--lifetime", paramLabel = "TIME",
				description = "How long it is valid: 90s, 5m, 12h, 7d or PT5M, instead of --days.")
		private Duration lifetime;

	}

}
