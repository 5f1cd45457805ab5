package com.example.mtls.material;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The ways in which files with TLS material are replaced.
 */
public enum Replacement {

	/** An editor, or a script that writes to the file. */
	REWRITTEN_IN_PLACE {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Files.createDirectories(folder);
			fill(folder, files);
		}

	},

	/** certs and other careful writers: each file is whole at any time. */
	RENAMED_OVER {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Files.createDirectories(folder);
			Path aside = fill(Files.createTempDirectory(root, "aside"), files);
			for (String name : files.keySet()) {
				move(aside.resolve(name), folder.resolve(name));
			}
		}

	},

	/** Tools that remove the old file and make another one. */
	DELETED_AND_CREATED {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Files.createDirectories(folder);
			for (String name : files.keySet()) {
				Files.deleteIfExists(folder.resolve(name));
			}
			fill(folder, files);
		}

	},

	/**
	 * A mounted secret of Kubernetes: each file is a link into ..data, and that is a link
	 * to a folder named by the time, which is removed after the next one is there.
	 */
	KUBERNETES_SECRET {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Files.createDirectories(folder);
			Path data = folder.resolve("..data");
			Path old = Files.exists(data) ? data.toRealPath() : null;
			Path next = fill(Files.createTempDirectory(folder, "..2026_11_25_02_00_00."), files);
			link(data, next.getFileName());
			for (String name : files.keySet()) {
				if (Files.notExists(folder.resolve(name))) {
					Files.createSymbolicLink(folder.resolve(name), Path.of("..data", name));
				}
			}
			if (old != null) {
				delete(old);
			}
		}

	},

	/** A copy is prepared beside the folder and takes its place. */
	FOLDER_REPLACED {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Path next = fill(Files.createTempDirectory(root, "next"), files);
			if (Files.exists(folder)) {
				Files.move(folder, Files.createTempDirectory(root, "old").resolve("tls"));
			}
			Files.move(next, folder);
		}

	},

	/** A link far above the files is turned to another release. */
	LINK_ABOVE_TURNED {

		@Override
		void write(Path root, Path folder, Map<String, String> files) throws IOException {
			Path release = Files.createTempDirectory(root, "release");
			fill(Files.createDirectories(release.resolve("etc/tls")), files);
			link(root.resolve("current"), release.getFileName());
		}

		@Override
		public Path folder(Path root) {
			return root.resolve("current/etc/tls");
		}

	};

	/**
	 * Where the files are to be read.
	 * @param root an empty folder of this replacement's own
	 * @return the folder that settings name
	 */
	public Path folder(Path root) {
		return root.resolve("tls");
	}

	/**
	 * Writes the files, at first or in place of those before.
	 * @param root the same folder as before
	 * @param files text by file name, always of the same names
	 */
	public void write(Path root, Map<String, String> files) {
		try {
			write(root, folder(root), files);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	abstract void write(Path root, Path folder, Map<String, String> files) throws IOException;

	private static Path fill(Path folder, Map<String, String> files) throws IOException {
		for (Map.Entry<String, String> file : files.entrySet()) {
			Files.writeString(folder.resolve(file.getKey()), file.getValue());
		}
		return folder;
	}

	private static void link(Path link, Path target) throws IOException {
		Path aside = Files.createSymbolicLink(link.resolveSibling(link.getFileName() + "_tmp"), target);
		move(aside, link);
	}

	private static void move(Path source, Path target) throws IOException {
		Files.move(source, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
	}

	private static void delete(Path folder) throws IOException {
		try (Stream<Path> files = Files.list(folder)) {
			for (Path file : files.toList()) {
				Files.delete(file);
			}
		}
		Files.delete(folder);
	}

}
