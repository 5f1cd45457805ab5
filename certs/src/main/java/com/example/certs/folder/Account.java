package com.example.certs.folder;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The user this process runs as. In a container it often has a number and no name, and
 * the number is what a file's owner has to be changed to.
 */
public final class Account {

	private Account() {
	}

	static String denied() {
		return "permission denied for user " + System.getProperty("user.name") + uid();
	}

	private static String uid() {
		try {
			return " (UID %s)".formatted(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
		}
		catch (IOException | IllegalArgumentException | UnsupportedOperationException ex) {
			// Not Linux: there the name is enough.
			return "";
		}
	}

}
