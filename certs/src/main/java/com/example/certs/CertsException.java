package com.example.certs;

/**
 * A failure the user can act on: what is wrong and why, then what to do about it. Ends
 * the command with exit code 1.
 */
class CertsException extends RuntimeException {

	private final String cure;

	CertsException(String problem, String cure) {
		super(problem);
		this.cure = cure;
	}

	/**
	 * What the user can do about it.
	 * @return one sentence without a full stop at its end
	 */
	String cure() {
		return this.cure;
	}

}
