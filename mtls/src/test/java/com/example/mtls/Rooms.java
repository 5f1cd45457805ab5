package com.example.mtls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The packages of a module, and whom they import.
 *
 * @param base the package that all of them are below
 */
public record Rooms(String base) {

	/**
	 * What the files of each package import of the module itself.
	 * @return names relative to the base, by such a name
	 */
	public Map<String, Set<String>> amongThemselves() {
		return imports(Pattern.quote(this.base) + "\\.([a-z.]+)");
	}

	/**
	 * What the files of each package import, as far as it matches.
	 * @param packages a regular expression of packages
	 * @return what its first group found, by the name of a package relative to the base
	 */
	public Map<String, Set<String>> imports(String packages) {
		Pattern imports = Pattern.compile("import (?:static )?" + packages + "\\.");
		Path sources = Path.of("src/main/java", this.base.split("\\."));
		Map<String, Set<String>> arrows = new TreeMap<>();
		try (Stream<Path> files = Files.walk(sources)) {
			for (Path file : files.filter((each) -> each.toString().endsWith(".java")).toList()) {
				String room = sources.relativize(file.getParent())
					.toString()
					.replace(file.getFileSystem().getSeparator(), ".");
				Matcher matcher = imports.matcher(Files.readString(file));
				Set<String> found = arrows.computeIfAbsent(room, (key) -> new TreeSet<>());
				matcher.results().map((each) -> each.group(1)).filter((each) -> !each.equals(room)).forEach(found::add);
			}
			return arrows;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
