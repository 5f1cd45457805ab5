package com.example.certs;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

/**
 * The packaged jar as a user starts it: what depends on the process, not on the command.
 */
class CertsJarIT {

	private static final Path JAR = Path.of("target", "certs.jar").toAbsolutePath();

	@TempDir
	Path dir;

	@Test
	void jarRunsTheDefaultFolderOfTheWorkingDirectory() throws Exception {
		assertThat(run(Map.of(), "--version").output).startsWith("certs 1.");
		assertThat(run(Map.of(), "dev").exitCode).isZero();
		assertThat(this.dir.resolve("certs/out/server.crt")).exists();
		assertThat(run(Map.of(), "list").exitCode).isZero();
		assertThat(run(Map.of(), "init").exitCode).isOne();
		assertThat(run(Map.of(), "nonsense").exitCode).isEqualTo(2);
	}

	@Test
	void nothingPrintsControlCodesWhateverTheEnvironmentSays() throws Exception {
		for (String[] args : List.of(new String[] { "--help" }, new String[] { "client", "--help" },
				new String[] { "nonsense" })) {
			assertThat(run(Map.of("CLICOLOR_FORCE", "1", "TERM", "xterm-256color", "FORCE_COLOR", "1"), args).output)
				.isNotBlank()
				.doesNotContain("\u001b");
		}
	}

	@Test
	void nameThatTheLocaleCannotExpressIsRefusedInsteadOfMisread() throws Exception {
		run(Map.of(), "init");
		// The file names of a process in this locale are garbled too, so the name comes
		// from a shell script, as it would in a container.
		Path script = Files.writeString(this.dir.resolve("issue.sh"),
				"exec \"$JAVA\" -jar \"$JAR\" client --cn '日本語'\n", StandardCharsets.UTF_8);
		Result ascii = start(Map.of("LC_ALL", "C"), List.of("sh", script.toString()));
		assertThat(ascii.exitCode).as(ascii.output).isEqualTo(2);
		assertThat(ascii.output).contains("set LC_ALL=C.UTF-8");
		Result utf8 = start(Map.of("LC_ALL", "C.UTF-8"), List.of("sh", script.toString()));
		assertThat(utf8.exitCode).as(utf8.output).isZero();
		assertThat(utf8.output).contains("Client certificate for \"日本語\"");
	}

	@Test
	void encryptedKeyOfTheCaIsReadWithThePasswordOfTheEnvironmentAndStaysAsItIs() throws Exception {
		run(Map.of(), "init");
		Path key = this.dir.resolve("certs/out/ca.key");
		for (String cipher : List.of("aes-256-cbc", "aes-128-cbc")) {
			Openssl.run("pkcs8", "-topk8", "-v2", cipher, "-in", key, "-passin", "pass:open-sesame", "-passout",
					"pass:open-sesame", "-out", key + ".new");
			Files.move(Path.of(key + ".new"), key, StandardCopyOption.REPLACE_EXISTING);
			byte[] encrypted = Files.readAllBytes(key);
			String[] issue = { "client", "--cn", "al", "--name", "al" };
			assertThat(run(Map.of("CA_KEY_PASSWORD", "open-sesame"), issue).exitCode).isZero();
			assertThat(run(Map.of("CA_KEY_PASSWORD", "open-barley"), issue).output)
				.contains("ca.key cannot be decrypted with CA_KEY_PASSWORD")
				.doesNotContain("open-barley");
			assertThat(run(Map.of(), issue).output).contains("ca.key is encrypted, and CA_KEY_PASSWORD is not set");
			assertThat(Files.readAllBytes(key)).isEqualTo(encrypted);
		}
	}

	@Test
	void fileOfAnotherUserIsNamedWithOurs() throws Exception {
		assumeTrue(FileSystems.getDefault().supportedFileAttributeViews().contains("posix"), "Skipped: no POSIX modes");
		run(Map.of(), "dev");
		Files.setPosixFilePermissions(this.dir.resolve("certs/out/ca.key"),
				PosixFilePermissions.fromString("---------"));
		List<String> command = new ArrayList<>();
		if ("root".equals(System.getProperty("user.name"))) {
			// Nothing is forbidden to root, so become the user of the containers.
			command.addAll(List.of("setpriv", "--reuid=10014", "--regid=10014", "--clear-groups"));
			Files.setPosixFilePermissions(this.dir, PosixFilePermissions.fromString("rwxr-xr-x"));
			Files.setPosixFilePermissions(this.dir.resolve("certs/out"), PosixFilePermissions.fromString("rwxrwxrwx"));
			Files.setPosixFilePermissions(this.dir.resolve("certs/out/.lock"),
					PosixFilePermissions.fromString("rw-rw-rw-"));
		}
		Path jar = Files.copy(JAR, this.dir.resolve("certs.jar"));
		command.addAll(List.of(java(), "-jar", jar.toString(), "client", "--cn", "al"));
		Result result = start(Map.of(), command);
		assertThat(result.output).contains("ca.key cannot be read: permission denied for user ");
		assertThat(result.exitCode).isOne();
	}

	@Test
	void sideCarEndsWhenToldTo() throws Exception {
		Path log = this.dir.resolve("log");
		Process process = new ProcessBuilder(java(), "-jar", JAR.toString(), "dev", "--lifetime", "3s", "--every", "1s")
			.directory(this.dir.toFile())
			.redirectErrorStream(true)
			.redirectOutput(log.toFile())
			.start();
		try {
			for (int i = 0; i < 600 && !Files.readString(log).contains("client.crt issued, valid until"); i++) {
				Thread.sleep(50);
			}
			for (int i = 0; i < 600 && !Files.readString(log).contains("because it was valid until"); i++) {
				Thread.sleep(50);
			}
			assertThat(Files.readString(log)).contains("because it was valid until");
		}
		finally {
			process.destroy();
		}
		assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
		assertThat(Files.readString(log)).doesNotContain("Error");
		Path out = this.dir.resolve("certs/out");
		Openssl.run("verify", "-no_check_time", "-CAfile", out.resolve("ca.crt"), out.resolve("client.crt"));
	}

	private Result run(Map<String, String> environment, String... args) throws Exception {
		List<String> command = new ArrayList<>(
				List.of(java(), "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", JAR.toString()));
		command.addAll(List.of(args));
		return start(environment, command);
	}

	private Result start(Map<String, String> environment, List<String> command) throws Exception {
		ProcessBuilder builder = new ProcessBuilder(command).directory(this.dir.toFile()).redirectErrorStream(true);
		builder.environment().putAll(environment);
		builder.environment().put("JAVA", java());
		builder.environment().put("JAR", JAR.toString());
		Process process = builder.start();
		String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
		return new Result(process.waitFor(), output);
	}

	private static String java() {
		return ProcessHandle.current().info().command().orElse("java");
	}

	private record Result(int exitCode, String output) {
	}

}
