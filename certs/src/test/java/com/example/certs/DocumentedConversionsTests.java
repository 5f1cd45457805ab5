package com.example.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;

import com.example.certs.folder.PemFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The commands of {@code docs/certificates.md} that make keys or convert them, typed as
 * they are there, one after another.
 */
class DocumentedConversionsTests {

	private static final Path PAGE = Path.of("../docs/certificates.md").toAbsolutePath();

	@TempDir
	Path dir;

	@Test
	void commandsWorkAndNoKeyThatTheyMakeCanBeReadByOthers() throws Exception {
		assumeTrue(Files.exists(PAGE), "this folder was copied alone");
		assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "Skipped: no POSIX modes");
		Path out = this.dir.resolve("certs/out");
		Cli.ok("dev", "--dir", out);
		List<String> commands = Stream.of(Files.readString(PAGE).split("\n```"))
			.filter((block) -> block.startsWith("sh\n"))
			.flatMap(String::lines)
			.filter((line) -> line.matches("(openssl|keytool|printf|\\(umask).*"))
			.toList();
		assertThat(commands).hasSizeGreaterThan(7);
		for (String command : commands) {
			Path script = Files.writeString(this.dir.resolve("script"), "umask 022\n" + command + "\n");
			Process shell = new ProcessBuilder("sh", script.toString()).directory(this.dir.toFile())
				.redirectErrorStream(true)
				.start();
			String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
			assertThat(shell.waitFor()).as(command + "\n" + output).isZero();
		}
		try (Stream<Path> files = Files.list(out)) {
			assertThat(files.filter((file) -> file.toString().matches(".*\\.(key|p12|jks|pem)"))).hasSizeGreaterThan(7)
				.allSatisfy((file) -> assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
					.as(file.toString())
					.isEqualTo("rw-------"));
		}
		new PemFile(out.resolve("ours.crt")).certificate()
			.verify(new PemFile(out.resolve("ca.crt")).certificate().getPublicKey());
		assertThat(Cli.ok("revoke", "--dir", out, "ours.crt").out()).contains("is revoked");
	}

}
