package com.example.mtls.material;

import org.jspecify.annotations.Nullable;

/**
 * The tool that issues certificates here, for advice that can be typed as it is.
 *
 * @param command how it is run ({@code mtls.certs}), or {@code null} where none is known;
 * then messages say in words only what to issue
 */
public record IssuingTool(@Nullable String command) {

	boolean isKnown() {
		return this.command != null && !this.command.isBlank();
	}

	/**
	 * What follows an advice.
	 * @param arguments what the tool has to be told
	 * @return a colon and the command, or nothing
	 */
	public String how(String arguments) {
		return isKnown() ? ": " + this.command + " " + arguments : "";
	}

	/**
	 * An advice that says nothing without the command behind it.
	 * @return both, or nothing
	 */
	public String advice(String words, String arguments) {
		return isKnown() ? words + how(arguments) : "";
	}

}
