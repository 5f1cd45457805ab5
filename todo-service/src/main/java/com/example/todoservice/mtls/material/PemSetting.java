package com.example.todoservice.mtls.material;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.ssl.pem.PemContent;

/**
 * One setting that holds PEM (RFC 7468): the path of a file, or the text itself.
 *
 * @param variable the environment variable people know it by
 * @param value a path or PEM text
 */
public record PemSetting(String variable, @Nullable String value) {

	/**
	 * No chain, bundle or list we mean comes near; a wrong path such as /dev/zero must
	 * not fill memory.
	 */
	private static final int LARGEST = 8 << 20;

	/**
	 * Reads the text afresh.
	 * @return text with at least one PEM header in it
	 * @throws SettingException if there is no such text, saying why
	 */
	public String read() {
		if (this.value == null || this.value.isBlank()) {
			throw problem("is not set", "Set it to the path of a PEM file, or to the PEM text itself.");
		}
		if (isText()) {
			// Some consoles store the line breaks of a variable as the two characters \n.
			return this.value.contains("\n") ? this.value : this.value.replace("\\n", "\n");
		}
		String text = readFile(path());
		if (text.isBlank()) {
			throw problem("is an empty file",
					"Write the PEM text to it. A secret that was mounted but never filled looks like this.");
		}
		if (!PemContent.isPresentInText(text)) {
			throw notPem(text);
		}
		return text;
	}

	private SettingException notPem(String text) {
		if (text.contains("-----BEGIN ")) {
			return problem("is cut off: it has a line -----BEGIN …----- and no line -----END …-----",
					"Copy the file again, whole.");
		}
		return problem("is not PEM: it has no line like -----BEGIN …-----",
				text.startsWith("0")
						? "It looks like DER. Convert it: openssl x509 -inform DER -in FILE -out FILE.pem, "
								+ "or for a key: openssl pkey -inform DER -in FILE -out FILE.pem"
						: "Give the file that starts with -----BEGIN, not a keystore or a text about it.");
	}

	private Path path() {
		try {
			return Path.of(this.value);
		}
		catch (InvalidPathException ex) {
			throw problem("is neither PEM text nor a path: " + ex.getReason(), "Set it to the path of a PEM file.");
		}
	}

	private String readFile(Path path) {
		if (Files.isDirectory(path)) {
			throw problem("is a directory", "Give the path of a file in it. Docker makes an empty directory where the "
					+ "file it should mount does not exist.");
		}
		try (InputStream in = Files.newInputStream(path)) {
			byte[] bytes = in.readNBytes(LARGEST + 1);
			if (bytes.length > LARGEST) {
				throw problem("is larger than 8 MiB", "Give a PEM file; this is something else.");
			}
			return new String(bytes, StandardCharsets.UTF_8);
		}
		catch (NoSuchFileException ex) {
			throw problem("does not exist", "Mount the file there, or set " + this.variable
					+ " to where it is. To issue one: java -jar certs/target/certs.jar dev");
		}
		catch (IOException ex) {
			throw problem("cannot be read by " + user() + (Files.exists(path) ? "" : ": " + ex.getMessage()),
					"Let that user read the file: chown it, or give its group read permission.");
		}
	}

	SettingException problem(String why, String cure) {
		return new SettingException(toString(), why, cure);
	}

	private boolean isText() {
		return this.value != null && PemContent.isPresentInText(this.value);
	}

	/** The numeric user ID where there is one: in a container it often has no name. */
	private static String user() {
		try {
			return "the user we run as, UID " + Files.getAttribute(Path.of("/proc/self"), "unix:uid");
		}
		catch (IOException | UnsupportedOperationException | IllegalArgumentException ex) {
			return "the user we run as, " + System.getProperty("user.name");
		}
	}

	/** The variable and the path, never the text: that may be a private key. */
	@Override
	public String toString() {
		if (this.value == null || this.value.isBlank()) {
			return this.variable;
		}
		return this.variable + (isText() ? " (PEM text)" : " (" + this.value + ")");
	}

}
