package com.example.certs.problem;

/**
 * A failure the user can act on: what is wrong and why, then what to do about it. Ends
 * the command with exit code 1.
 */
public class CertsException extends RuntimeException {

	private final String cure;

	public CertsException(String problem, String cure) {
		super(problem);
		this.cure = cure;
	}

	/** What the user can do about it: one sentence without a full stop at its end. */
	public String cure() {
		return this.cure;
	}

}
