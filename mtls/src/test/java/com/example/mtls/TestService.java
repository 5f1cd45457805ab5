package com.example.mtls;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.example.mtls.TestCa.Issued;
import com.example.mtls.host.FailingController;
import com.example.mtls.host.HostApplication;
import org.apache.catalina.startup.Tomcat;
import org.apache.coyote.AbstractProtocol;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

/**
 * The real service on free ports, with certificates and a database of its own in a folder
 * that goes with it. Files in the folder may be changed while it runs.
 */
public final class TestService implements AutoCloseable {

	private static TestService shared;

	private final Path folder;

	private final TestCa ca;

	private final ConfigurableApplicationContext context;

	private TestService(Path folder, TestCa ca, ConfigurableApplicationContext context) {
		this.folder = folder;
		this.ca = ca;
		this.context = context;
	}

	/**
	 * One for all tests that only ask and change nothing about it. It takes itself to be
	 * on Kubernetes, and it admits {@code todo-client}, {@code reader} and
	 * {@code writer}.
	 */
	public static synchronized TestService shared() {
		if (shared == null) {
			shared = start("--spring.main.cloud-platform=kubernetes",
					"--spring.main.sources=" + FailingController.class.getName(), "--mtls.callers[0].name=todo-client",
					"--mtls.callers[0].roles=read,write", "--mtls.callers[1].name=reader",
					"--mtls.callers[1].roles=read", "--mtls.callers[2].name=writer", "--mtls.callers[2].roles=write");
		}
		return shared;
	}

	/**
	 * The application behind the door: ours, or that of the module whose tests run.
	 */
	private static Class<?> application() {
		try {
			return Class.forName(System.getProperty("mtls.test.application", HostApplication.class.getName()));
		}
		catch (ClassNotFoundException ex) {
			throw new IllegalStateException(ex);
		}
	}

	/** Starts with a CA and a server certificate of its own. */
	public static TestService start(String... arguments) {
		TestCa ca = TestCa.create("test-ca");
		return start(ca, ca.server(), arguments);
	}

	/** Starts another application than the one of this module. */
	public static TestService of(Class<?> application, String... arguments) {
		TestCa ca = TestCa.create("test-ca");
		return start(application, folder(ca, ca.server()), ca, arguments);
	}

	/** Starts with this CA and this server certificate. */
	public static TestService start(TestCa ca, Issued server, String... arguments) {
		return start(folder(ca, server), ca, arguments);
	}

	/** A new folder with the files of a service. */
	public static Path folder(TestCa ca, Issued server) {
		try {
			Path folder = Files.createTempDirectory("service");
			TestCa.write(folder.resolve("ca.crt"), ca.certificatePem());
			TestCa.write(folder.resolve("server.crt"), server.certificatePem());
			TestCa.write(folder.resolve("server.key"), server.keyPem());
			return folder;
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Starts with what lies in this folder. */
	public static TestService start(Path folder, TestCa ca, String... arguments) {
		return start(application(), folder, ca, arguments);
	}

	private static TestService start(Class<?> application, Path folder, TestCa ca, String... arguments) {
		return new TestService(folder, ca, SpringApplication.run(application, arguments(folder, arguments)));
	}

	/** What a service with a new folder is started with. */
	public static String[] arguments(TestCa ca) {
		return arguments(folder(ca, ca.server()));
	}

	private static String[] arguments(Path folder, String... arguments) {
		List<String> all = new ArrayList<>(Arrays.asList(arguments));
		for (String each : List.of("--CERT_FILE_PATH=" + folder.resolve("server.crt"),
				"--KEY_FILE_PATH=" + folder.resolve("server.key"), "--CA_CERT_FILE_PATH=" + folder.resolve("ca.crt"),
				"--spring.ssl.bundle.watch.file.quiet-period=100ms", "--server.port=0", "--management.server.port=0",
				"--spring.datasource.url=jdbc:h2:file:" + folder.resolve("todos")
						+ ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0",
				"--server.shutdown=immediate", "--traffic.drain=0s", "--spring.main.register-shutdown-hook=false")) {
			// Boot would join the values of an option that is given twice.
			if (all.stream().noneMatch((given) -> given.startsWith(each.substring(0, each.indexOf('=') + 1)))) {
				all.add(each);
			}
		}
		return all.toArray(String[]::new);
	}

	public TestCa ca() {
		return this.ca;
	}

	public Path folder() {
		return this.folder;
	}

	public int port() {
		return this.context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
	}

	public int managementPort() {
		return this.context.getEnvironment().getRequiredProperty("local.management.port", Integer.class);
	}

	/** The port of another connector than the first. */
	public int portOfConnector(int index) {
		return tomcat().getService().findConnectors()[index].getLocalPort();
	}

	private Tomcat tomcat() {
		return ((TomcatWebServer) ((ServletWebServerApplicationContext) this.context).getWebServer()).getTomcat();
	}

	/** Connections of the service port that are open. */
	public long openConnections() {
		// Tomcat counts the one that it waits for, too.
		return ((AbstractProtocol<?>) tomcat().getConnector().getProtocolHandler()).getConnectionCount() - 1;
	}

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	public List<String> beanNames(Class<?> type) {
		return List.of(this.context.getBeanNamesForType(type));
	}

	/** A client that presents this certificate and trusts the CA of the service. */
	public TestClient client(Issued certificate) {
		return new TestClient("https://localhost:" + port(), certificate, this.ca.certificate());
	}

	/** A client with a certificate of the service's CA for this caller. */
	public TestClient client(String commonName) {
		return client(this.ca.client(commonName));
	}

	@Override
	public void close() {
		this.context.close();
	}

}
