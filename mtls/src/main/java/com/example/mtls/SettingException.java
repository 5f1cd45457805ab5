package com.example.mtls;

/**
 * A setting that cannot be used, or what it points to, told in three parts for the person
 * who has to act.
 */
public final class SettingException extends RuntimeException {

	private final String cure;

	/**
	 * Says what is wrong.
	 * @param what the setting and where its value lies, for example
	 * {@code KEY_FILE_PATH (/tls/server.key)}
	 * @param why what is wrong with it
	 * @param cure what to do about it
	 */
	public SettingException(String what, String why, String cure) {
		super(what + " " + why);
		this.cure = cure;
	}

	/** What to do about it, in one or a few sentences. */
	public String cure() {
		return this.cure;
	}

}
