package com.example.mtls.client;

import java.nio.file.Path;

import com.example.mtls.MtlsClients;
import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.http.client.HttpClient;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Which hosts get clients, and which group is refused.
 */
class MtlsClientAutoConfigurationTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final String BUNDLE = "spring.ssl.bundle.pem.mtls.";

	@TempDir
	private Path folder;

	private ApplicationContextRunner host;

	@BeforeEach
	void write() {
		Issued ours = CA.client("caller");
		this.host = new ApplicationContextRunner()
			// As SpringApplication does.
			.withInitializer((context) -> context.getBeanFactory()
				.setConversionService(ApplicationConversionService.getSharedInstance()))
			.withConfiguration(AutoConfigurations.of(MtlsMaterialAutoConfiguration.class, SslAutoConfiguration.class,
					MtlsClientAutoConfiguration.class))
			.withPropertyValues(
					BUNDLE + "keystore.certificate="
							+ TestCa.write(this.folder.resolve("a.crt"), ours.certificatePem()),
					BUNDLE + "keystore.private-key=" + TestCa.write(this.folder.resolve("a.key"), ours.keyPem()),
					BUNDLE + "truststore.certificate="
							+ TestCa.write(this.folder.resolve("ca.crt"), CA.certificatePem()));
	}

	@Test
	void withoutABundleThereIsNothing() {
		new ApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MtlsMaterialAutoConfiguration.class, SslAutoConfiguration.class,
					MtlsClientAutoConfiguration.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MtlsClients.class));
	}

	@Test
	void withoutNettyThereIsNothing() {
		this.host.withClassLoader(new FilteredClassLoader(HttpClient.class))
			.run((context) -> assertThat(context).hasNotFailed().doesNotHaveBean(MtlsClients.class));
	}

	@Test
	void withoutWebClientThereIsRestClient() {
		this.host.withClassLoader(new FilteredClassLoader("org.springframework.web.reactive")).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(MtlsClients.class);
			assertThat(context).doesNotHaveBean("mtlsWebClientGroups").hasBean("mtlsRestClientGroups");
			RestClient.builder().apply(context.getBean(MtlsClients.class).restClient()).build();
		});
	}

	@Test
	void noSettingIsNeeded() {
		this.host.run((context) -> {
			assertThat(context).hasNotFailed();
			WebClient.builder().apply(context.getBean(MtlsClients.class).webClient()).build();
		});
	}

	@ParameterizedTest
	@CsvSource({ "http://orders:8443, does not start with https://", "https://me:secret@orders, has a user",
			"'', is not set" })
	void groupThatCannotBeCalledIsRefusedAtTheStart(String url, String why) {
		this.host
			.withPropertyValues("spring.http.serviceclient.orders.ssl.bundle=mtls",
					"spring.http.serviceclient.orders.base-url=" + url)
			.run((context) -> assertThat(context).getFailure()
				.rootCause()
				.isInstanceOf(SettingException.class)
				.hasMessageStartingWith("spring.http.serviceclient.orders.base-url")
				.hasMessageContaining(why)
				.hasMessageNotContaining("secret"));
	}

	@Test
	void groupOfAnotherBundleIsLeftAlone() {
		this.host
			.withPropertyValues("spring.http.serviceclient.other.ssl.bundle=another",
					"spring.http.serviceclient.other.base-url=http://other")
			.run((context) -> assertThat(context).hasNotFailed());
	}

}
