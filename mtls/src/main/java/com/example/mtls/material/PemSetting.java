package com.example.mtls.material;

import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

import com.example.mtls.SettingException;
import org.jspecify.annotations.Nullable;

import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.io.DefaultResourceLoader;
import org.springframework.core.io.Resource;
import org.springframework.core.io.ResourceLoader;

/**
 * One setting that holds PEM (RFC 7468): the path of a file, a location that begins with
 * {@code file:} or {@code classpath:}, or the text itself.
 * <p>
 * A mistyped private key is a value like any other, so none is repeated unless it is a
 * path that exists or plainly looks like one.
 *
 * @param variable the environment variable people know it by
 * @param kind what it is to hold
 * @param value a path, a location or PEM text
 * @param tool what issues such a thing here
 */
public record PemSetting(String variable, PemKind kind, @Nullable String value, IssuingTool tool) {

	/**
	 * No chain, bundle or list we mean comes near; a wrong path such as /dev/zero must
	 * not fill memory.
	 */
	private static final int LARGEST = 8 << 20;

	private static final ResourceLoader LOCATIONS = ApplicationResourceLoader.get(new DefaultResourceLoader(), true);

	/** With another scheme, such as http, Spring would ask a server. */
	private static final Pattern OTHER_SCHEME = Pattern.compile("(?!file:|classpath:)[A-Za-z][A-Za-z0-9+.-]+:");

	private static final Pattern PATH = Pattern.compile("(file:|classpath:)?([A-Za-z]:)?([~.]{0,2}[/\\\\].*"
			+ "|[^:@]+\\.(?i:crt|cer|pem|key|crl|der|p12|pfx|jks|txt))");

	/** Longer words than file names have: base64, a pass phrase, a token. */
	private static final Pattern SECRET = Pattern
		.compile("(?=[A-Za-z+=]*[0-9])(?=[0-9+=]*[A-Za-z])[A-Za-z0-9+=]{16}" + "|[A-Za-z0-9+=]{25}|[^\\p{Print}]");

	private static final int LONGEST_PATH = 300;

	/** Whether the setting has a value that is not blank. */
	public boolean isSet() {
		return this.value != null && !this.value.isBlank();
	}

	/**
	 * A digest of what the setting holds or points to, or of why it cannot be read: it
	 * changes when that does, and lets no key linger in memory as text.
	 * @return hexadecimal digits
	 */
	public String fingerprint() {
		try {
			return CertificateText
				.sha256(isText() ? String.valueOf(this.value).getBytes(StandardCharsets.UTF_8) : bytes());
		}
		catch (SettingException ex) {
			return String.valueOf(ex.getMessage());
		}
	}

	/**
	 * Reads the PEM afresh: at least one block, or an error that says why there is none.
	 */
	PemText read() {
		if (!isSet()) {
			throw problem("is not set", "Set it to the path of a PEM file, or to the PEM text itself.");
		}
		if (isText()) {
			return PemText.of(String.valueOf(this.value)).orElseThrow();
		}
		byte[] bytes = bytes();
		String text = PemText.text(bytes);
		if (text.isBlank()) {
			throw problem("is an empty file",
					"Write the PEM text to it. A secret that was mounted but never filled looks like this.");
		}
		return PemText.of(text)
			.orElseThrow(() -> ForeignFormat.of(bytes, this.kind)
				.map((foreign) -> problem("is not PEM: it is " + foreign.name(), foreign.cure(this.tool)))
				.or(() -> encoded(text))
				.orElseGet(() -> problem("is not PEM: it has no line like -----BEGIN …-----", cure())));
	}

	/** PEM whose markers are missing is base64, as is a keystore in a variable. */
	private Optional<SettingException> encoded(String text) {
		return PemText.base64(text)
			.flatMap((content) -> ForeignFormat.of(content, this.kind))
			.map((foreign) -> problem("is base64 of " + foreign.name() + ", and no PEM",
					"Give the whole PEM text, with its lines -----BEGIN …----- and -----END …-----, or base64 of all of "
							+ "that. If you have no PEM, decode it into a file first. " + foreign.cure(this.tool)));
	}

	private byte[] bytes() {
		if (OTHER_SCHEME.matcher(location()).lookingAt()) {
			throw missing();
		}
		try {
			Resource resource = LOCATIONS.getResource(location());
			Path path = resource.isFile() ? resource.getFile().toPath() : null;
			if (path != null && Files.isDirectory(path)) {
				throw problem("is a directory", "Give the path of a file in it. Docker makes an empty directory where "
						+ "the file it should mount does not exist.");
			}
			if (path != null && Files.exists(path) && !Files.isRegularFile(path)) {
				throw problem("is neither a file nor a directory",
						"Give the path of a file: a pipe can be read only once, and this is read again and again.");
			}
			try (InputStream in = (path != null) ? Files.newInputStream(path) : resource.getInputStream()) {
				byte[] bytes = in.readNBytes(LARGEST + 1);
				if (bytes.length > LARGEST) {
					throw problem("is larger than 8 MiB", "Give a PEM file; this is something else.");
				}
				return bytes;
			}
		}
		catch (NoSuchFileException | FileNotFoundException | IllegalArgumentException ex) {
			throw missing();
		}
		catch (AccessDeniedException ex) {
			throw isShown() ? problem("cannot be read by " + user(),
					"Let that user read the file: chown it, or give its group read permission.") : missing();
		}
		catch (IOException ex) {
			String reason = (ex instanceof FileSystemException failed) ? failed.getReason() : null;
			throw isShown() ? problem(
					"cannot be read" + ((reason != null) ? ": " + CertificateText.escape(reason) : ""),
					"Look at the file, and at the folders and links on the way to it: namei -l FILE. A link that leads back "
							+ "to itself has no file at its end.")
					: missing();
		}
	}

	private SettingException missing() {
		if (isShown()) {
			return problem("does not exist", "Mount the file there, or set " + this.variable + " to where it is."
					+ this.tool.advice(" To issue one", (this.kind == PemKind.REVOCATION_LIST) ? "crl" : "dev"));
		}
		return ForeignFormat.of(location())
			.map((foreign) -> problem("is " + foreign.name(), foreign.cure(this.tool)))
			.or(() -> encoded(String.valueOf(this.value)))
			.orElseGet(() -> problem("is neither PEM text nor the path of a file",
					"Set it to the path of a PEM file, or to the whole PEM text, from -----BEGIN to -----END, or to base64 "
							+ "of all of that."));
	}

	/** Which file to give, as a sentence. */
	String cure() {
		return this.kind.cure(this.tool);
	}

	/** An error about the setting, which it names. */
	public SettingException problem(String why, String cure) {
		return new SettingException(toString(), why, cure);
	}

	private boolean isText() {
		return isSet() && PemText.of(String.valueOf(this.value)).isPresent();
	}

	/** Some tools, such as {@code docker run --env-file}, keep quotes in the value. */
	private String location() {
		return String.valueOf(this.value).strip().replaceFirst("(?s)^([\"'])(.*)\\1$", "$2");
	}

	private boolean isShown() {
		String path = location();
		if (path.length() > LONGEST_PATH || path.lines().count() > 1) {
			return false;
		}
		return new File(path).exists() || (PATH.matcher(path).matches() && !SECRET.matcher(path).find());
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

	/** The variable and, where that is safe, the path. */
	@Override
	public String toString() {
		if (!isSet()) {
			return this.variable;
		}
		return this.variable + (isText() ? " (PEM text)"
				: isShown() ? " (" + CertificateText.escape(String.valueOf(this.value)) + ")"
						: " (a value that is not shown, because it may be a secret)");
	}

}
