package com.example.todoclient.pair;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;

/**
 * One of our jars in this JVM, but with classes of its own, so that it can be started
 * again and again without a new process.
 */
final class JarInProcess implements AutoCloseable {

	private final URLClassLoader loader;

	private JarInProcess(URLClassLoader loader) {
		this.loader = loader;
	}

	/** Unpacks the jar into an empty folder. */
	static JarInProcess of(Path jar, Path folder) {
		try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(jar))) {
			// Boot moves META-INF of the classes to the top.
			List<URL> urls = new ArrayList<>(List.of(Files.createDirectories(folder).toUri().toURL(),
					Files.createDirectories(folder.resolve("BOOT-INF/classes")).toUri().toURL()));
			for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
				Path file = folder.resolve(entry.getName());
				if (!entry.isDirectory() && entry.getName().matches("(BOOT|META)-INF/.*")) {
					Files.createDirectories(file.getParent());
					Files.copy(zip, file);
					if (entry.getName().endsWith(".jar")) {
						urls.add(file.toUri().toURL());
					}
				}
			}
			return new JarInProcess(new URLClassLoader(urls.toArray(URL[]::new), ClassLoader.getPlatformClassLoader()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** A running Spring Boot application. */
	record Application(AutoCloseable context) implements AutoCloseable {

		String property(String name) {
			try {
				Object environment = method(this.context, "getEnvironment").invoke(this.context);
				return (String) method(environment, "getProperty", String.class).invoke(environment, name);
			}
			catch (ReflectiveOperationException ex) {
				throw new IllegalStateException(ex);
			}
		}

		@Override
		public void close() throws Exception {
			this.context.close();
		}

	}

	/** Starts the application, or throws what its start ends with. */
	Application start(String mainClass, List<String> arguments) throws Exception {
		return inside(() -> {
			Class<?> main = this.loader.loadClass(mainClass);
			Method run = this.loader.loadClass("org.springframework.boot.SpringApplication")
				.getMethod("run", Class.class, String[].class);
			return new Application((AutoCloseable) run.invoke(null, main, arguments.toArray(String[]::new)));
		});
	}

	/** What a command said, and its exit code. */
	record Output(int exitCode, String text) {
	}

	/** Runs one command of {@code certs}. */
	Output command(List<String> arguments) {
		try {
			return inside(() -> {
				Method commandLine = this.loader.loadClass("com.example.certs.CertsCli")
					.getDeclaredMethod("commandLine");
				commandLine.setAccessible(true);
				Object command = commandLine.invoke(null);
				StringWriter text = new StringWriter();
				PrintWriter writer = new PrintWriter(text, true);
				method(command, "setOut", PrintWriter.class).invoke(command, writer);
				method(command, "setErr", PrintWriter.class).invoke(command, writer);
				int exitCode = (int) method(command, "execute", String[].class).invoke(command,
						(Object) arguments.toArray(String[]::new));
				return new Output(exitCode, text.toString());
			});
		}
		catch (Exception ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static Method method(Object target, String name, Class<?>... parameters) throws NoSuchMethodException {
		return target.getClass().getMethod(name, parameters);
	}

	private interface Work<T> {

		T run() throws Exception;

	}

	private <T> T inside(Work<T> work) throws Exception {
		Thread thread = Thread.currentThread();
		ClassLoader before = thread.getContextClassLoader();
		Properties properties = (Properties) System.getProperties().clone();
		thread.setContextClassLoader(this.loader);
		try {
			return work.run();
		}
		catch (InvocationTargetException ex) {
			throw (ex.getCause() instanceof Exception cause) ? cause : ex;
		}
		finally {
			// Boot keeps the name for log lines there, among others.
			System.setProperties(properties);
			thread.setContextClassLoader(before);
		}
	}

	@Override
	public void close() throws IOException {
		this.loader.close();
	}

}
