package com.example.todoclient;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.test.web.reactive.server.WebTestClient;

/**
 * The real client on free ports, with certificates in a folder that goes with it. Files
 * in the folder may be changed while it runs.
 */
public final class TestClientApplication implements AutoCloseable {

	private final Path folder;

	private final ConfigurableApplicationContext context;

	private TestClientApplication(Path folder, ConfigurableApplicationContext context) {
		this.folder = folder;
		this.context = context;
	}

	/** Starts with this certificate and calls the service at this URL. */
	public static TestClientApplication start(String serviceUrl, TestCa ca, Issued certificate, String... arguments) {
		try {
			Path folder = Files.createTempDirectory("todo-client");
			write(folder, ca, certificate);
			SpringApplication application = new SpringApplication(TodoClientApplication.class);
			return new TestClientApplication(folder, application.run(arguments(folder, serviceUrl, arguments)));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Writes what {@link #arguments} points to. */
	public static void write(Path folder, TestCa ca, Issued certificate) {
		TestCa.write(folder.resolve("ca.crt"), ca.certificatePem());
		TestCa.write(folder.resolve("client.crt"), certificate.certificatePem());
		TestCa.write(folder.resolve("client.key"), certificate.keyPem());
	}

	/** The arguments that let the client read this folder and take free ports. */
	public static String[] arguments(Path folder, String serviceUrl, String... more) {
		List<String> all = new ArrayList<>(List.of("--CERT_FILE_PATH=" + folder.resolve("client.crt"),
				"--KEY_FILE_PATH=" + folder.resolve("client.key"), "--CA_CERT_FILE_PATH=" + folder.resolve("ca.crt"),
				"--spring.ssl.bundle.watch.file.quiet-period=100ms", "--server.port=0", "--management.server.port=0",
				"--TODO_SERVICE_URL=" + serviceUrl));
		all.addAll(Arrays.asList(more));
		return all.toArray(String[]::new);
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

	public <T> T bean(Class<T> type) {
		return this.context.getBean(type);
	}

	/** A browser without one: it sends what the test says. */
	public WebTestClient http() {
		return http(port());
	}

	public WebTestClient http(int port) {
		return WebTestClient.bindToServer()
			.baseUrl("http://localhost:" + port)
			.responseTimeout(Duration.ofSeconds(30))
			.build();
	}

	@Override
	public void close() {
		this.context.close();
	}

}
