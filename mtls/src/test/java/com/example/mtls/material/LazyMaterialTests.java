package com.example.mtls.material;

import java.nio.file.Path;
import java.util.List;

import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestService;
import com.example.mtls.host.HostApplication;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.ssl.DefaultSslBundleRegistry;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.test.context.TestContextManager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowable;

/**
 * Nothing is read until a server or a caller needs it: the tests of a host have no files.
 */
class LazyMaterialTests {

	@SpringBootTest(classes = HostApplication.class, properties = { "CERT_FILE_PATH=/nowhere/tls.crt",
			"KEY_FILE_PATH=/nowhere/tls.key", "CA_CERT_FILE_PATH=/nowhere/ca.crt", "mtls.crl=/nowhere/ca.crl" })
	static class Mock {

	}

	@SpringBootTest(classes = Batch.class, webEnvironment = WebEnvironment.NONE, properties = {
			"CERT_FILE_PATH=/nowhere/tls.crt", "KEY_FILE_PATH=/nowhere/tls.key", "CA_CERT_FILE_PATH=/nowhere/ca.crt" })
	static class None {

	}

	@Configuration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	static class Batch {

	}

	@ParameterizedTest
	@ValueSource(classes = { Mock.class, None.class })
	void whenATestOfTheHostHasNoServerThenItHasNoNeedOfFiles(Class<?> test) {
		assertThat(new TestContextManager(test).getTestContext()
			.getApplicationContext()
			.getBean(CurrentMaterial.class)
			.known()).isEmpty();
	}

	@Test
	void whenThereIsAServerThenItDoesNotStart(@TempDir Path folder) {
		SettingException ex = refusal(() -> TestService.start(folder, TestCa.create("test-ca")).close());
		assertThat(ex).hasMessage("CERT_FILE_PATH (" + folder.resolve("server.crt") + ") does not exist");
	}

	private static SettingException refusal(Runnable start) {
		Throwable thrown = catchThrowable(start::run);
		while (thrown != null && !(thrown instanceof SettingException)) {
			thrown = thrown.getCause();
		}
		assertThat(thrown).isNotNull();
		return (SettingException) thrown;
	}

	private final ApplicationContextRunner host = new ApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(MtlsMaterialAutoConfiguration.class, SslAutoConfiguration.class));

	@ParameterizedTest
	@ValueSource(strings = { "spring.ssl.bundle.pem.mtls.keystore.type=PKCS12",
			"spring.ssl.bundle.pem.mtls.options.ciphers=TLS_AES_128_GCM_SHA256", "spring.ssl.bundle.pem.mtls=" })
	void whenEntriesAreMissingThenSaysWhich(String property) {
		this.host.withPropertyValues(property)
			.run((context) -> assertThatExceptionOfType(SettingException.class)
				.isThrownBy(() -> context.getBean(SslBundles.class).getBundle("mtls").getStores())
				.withMessage("spring.ssl.bundle.pem.mtls.keystore.certificate is not set"));
	}

	@Test
	void whenTrustStoreIsMissingThenNobodyIsTrusted(@TempDir Path folder) {
		TestCa ca = TestCa.create("test-ca");
		this.host
			.withPropertyValues("spring.ssl.bundle.pem.mtls.keystore.certificate=" + ca.client("a").certificatePem(),
					"spring.ssl.bundle.pem.mtls.keystore.private-key=" + TestCa.create("x").client("a").keyPem())
			.run((context) -> assertThatExceptionOfType(SettingException.class)
				.isThrownBy(() -> context.getBean(SslBundles.class).getBundle("mtls").getManagers())
				.withMessage("spring.ssl.bundle.pem.mtls.truststore.certificate is not set"));
	}

	@Test
	void whenTheHostHasARegistryOfItsOwnThenSaysSo() {
		this.host.withUserConfiguration(OwnRegistry.class)
			.withPropertyValues("spring.ssl.bundle.pem.mtls.keystore.certificate=/tls/tls.crt")
			.run((context) -> {
				assertThat(context).hasNotFailed();
				assertThatExceptionOfType(SettingException.class)
					.isThrownBy(() -> context.getBean(CurrentMaterial.class).state())
					.withMessageContaining("an SslBundleRegistry of its own")
					.satisfies((ex) -> assertThat(ex.cure()).contains("SslBundleRegistrar"));
			});
	}

	@Configuration(proxyBeanMethods = false)
	static class OwnRegistry {

		@Bean
		DefaultSslBundleRegistry bundles() {
			return new DefaultSslBundleRegistry();
		}

	}

	@Test
	void whenTheHostSetsNoOptionsThenOnlyForwardSecrecyWithAuthenticatedEncryption() {
		this.host.withPropertyValues("spring.ssl.bundle.pem.mtls.keystore.certificate=/nowhere").run((context) -> {
			SslBundle bundle = context.getBean(SslBundles.class).getBundle("mtls");
			assertThat(bundle.getOptions().getEnabledProtocols()).containsExactly("TLSv1.3", "TLSv1.2");
			assertThat(bundle.getOptions().getCiphers()).isNotEmpty()
				.allMatch(
						(cipher) -> cipher.matches("TLS_(ECDHE_\\w+_WITH_)?(AES_\\d+_GCM|CHACHA20_POLY1305)_SHA\\d+"));
		});
	}

	@Test
	void whenAServiceCallsThenItsCertificateHasToBeGoodForBothEnds() {
		TestCa ca = TestCa.create("test-ca");
		Issued server = ca.server();
		ApplicationContextRunner service = this.host.withPropertyValues("server.ssl.bundle=mtls",
				"spring.ssl.bundle.pem.mtls.keystore.certificate=" + server.certificatePem(),
				"spring.ssl.bundle.pem.mtls.keystore.private-key=" + server.keyPem(),
				"spring.ssl.bundle.pem.mtls.truststore.certificate=" + ca.certificatePem());
		service.run((context) -> assertThat(context.getBean(CurrentMaterial.class).state()).isNotNull());
		for (String client : List.of("spring.http.serviceclient.orders.ssl.bundle", "spring.http.clients.ssl.bundle")) {
			service.withPropertyValues(client + "=mtls", "spring.http.serviceclient.orders.base-url=${NOWHERE}")
				.run((context) -> assertThatExceptionOfType(SettingException.class)
					.isThrownBy(() -> context.getBean(CurrentMaterial.class).state())
					.withMessageContaining("does not allow clientAuth"));
		}
		service.withPropertyValues("spring.http.serviceclient.orders.ssl.bundle=other")
			.run((context) -> assertThat(context.getBean(CurrentMaterial.class).state()).isNotNull());
	}

}
