package com.example.mtls.server;

import java.util.Map;

import com.example.mtls.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.assertj.AssertableWebApplicationContext;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.boot.test.context.runner.ContextConsumer;
import org.springframework.boot.test.context.runner.ReactiveWebApplicationContextRunner;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.boot.tomcat.autoconfigure.servlet.TomcatServletWebServerAutoConfiguration;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.springframework.security.web.SecurityFilterChain;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * A host whose settings look like the door and would leave it open does not start.
 */
@ExtendWith(OutputCaptureExtension.class)
class HostChecksTests {

	private final WebApplicationContextRunner host = new WebApplicationContextRunner()
		.withConfiguration(AutoConfigurations.of(TomcatServletWebServerAutoConfiguration.class,
				MtlsHostChecksAutoConfiguration.class));

	private final WebApplicationContextRunner door = this.host
		.withPropertyValues("server.ssl.bundle=mtls", "server.ssl.client-auth=need",
				"spring.ssl.bundle.pem.mtls.keystore.certificate=/tls/server.crt", "mtls.callers[0].name=a",
				"management.server.port=8081")
		.withBean("mtlsDoorInPlace", Object.class, Object::new);

	@Test
	void whenNothingIsConfiguredThenStarts() {
		this.host.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenAllIsAsItShouldBeThenStarts(CapturedOutput output) {
		this.door.run((context) -> assertThat(context).hasNotFailed());
		assertThat(output).doesNotContain("actuator is on");
	}

	@Test
	void whenClientAuthIsNotNeedThenSaysSo() {
		this.door.withPropertyValues("server.ssl.client-auth=want")
			.run(refused("server.ssl.client-auth", "is want", "Set it to need"));
		this.door.withPropertyValues("server.ssl.client-auth=NONE")
			.run(refused("server.ssl.client-auth", "is NONE", "Set it to need"));
		this.door.withPropertyValues("server.ssl.client-auth=").run(refused("server.ssl.client-auth", "is not need"));
	}

	@Test
	void whenTlsIsOffThenSaysSo() {
		this.door.withPropertyValues("server.ssl.enabled=false").run(refused("server.ssl.enabled", "is false"));
	}

	@Test
	void whenAnotherBundleIsUsedThenCallersWouldMeanNothing() {
		this.door.withPropertyValues("server.ssl.bundle=web").run(refused("mtls.callers", "has no effect"));
		this.host.withPropertyValues("mtls.callers[0].name=a").run(refused("mtls.callers", "has no effect"));
	}

	@Test
	void whenBundleIsOfKeyStoresOrMissingThenSaysSo() {
		WebApplicationContextRunner named = this.host.withPropertyValues("server.ssl.bundle=mtls",
				"server.ssl.client-auth=need");
		named.run(refused("server.ssl.bundle", "is not configured", "spring.ssl.bundle.pem.mtls"));
		named.withPropertyValues("spring.ssl.bundle.jks.mtls.keystore.location=server.p12")
			.run(refused("server.ssl.bundle", "key stores", "spring.ssl.bundle.pem.mtls"));
	}

	@Test
	void whenAutoConfigurationIsLeftOutThenSaysSo() {
		this.host
			.withPropertyValues("server.ssl.bundle=mtls", "server.ssl.client-auth=need",
					"spring.ssl.bundle.pem.mtls.keystore.certificate=/tls/server.crt")
			.run(refused("server.ssl.bundle", "is left out", "spring.autoconfigure.exclude"));
	}

	@Test
	void whenEachHostNameHasItsBundleThenSaysSo() {
		this.door
			.withPropertyValues("server.ssl.server-name-bundles[0].server-name=a",
					"server.ssl.server-name-bundles[0].bundle=web")
			.run(refused("server.ssl.server-name-bundles", "has no effect"));
	}

	@Test
	void whenThereIsNoSpringSecurityThenSaysSo() {
		this.door.withClassLoader(new FilteredClassLoader(SecurityFilterChain.class))
			.run(refused("server.ssl.bundle", "no Spring Security", "spring-boot-starter-security"));
	}

	@Test
	void whenServerIsNotTomcatThenSaysSo() {
		String[] properties = { "server.ssl.bundle=mtls", "server.ssl.client-auth=need",
				"spring.ssl.bundle.pem.mtls.keystore.certificate=/tls/server.crt" };
		new WebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MtlsHostChecksAutoConfiguration.class))
			.withPropertyValues(properties)
			.run(refused("server.ssl.bundle", "not Tomcat"));
		new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MtlsHostChecksAutoConfiguration.class))
			.withPropertyValues(properties)
			.run((context) -> assertThat(context.getStartupFailure()).hasMessageContaining("not Tomcat"));
	}

	/** A caller without Tomcat runs beside its service, with the same variables. */
	@Test
	void whenServerIsNotTomcatThenVariablesOfCallersMeanAnother() {
		ReactiveWebApplicationContextRunner caller = new ReactiveWebApplicationContextRunner()
			.withConfiguration(AutoConfigurations.of(MtlsHostChecksAutoConfiguration.class));
		caller
			.withInitializer((context) -> context.getEnvironment()
				.getPropertySources()
				.addFirst(new SystemEnvironmentPropertySource("test-systemEnvironment",
						Map.of("MTLS_CALLERS_0_NAME", "a"))))
			.run((context) -> assertThat(context).hasNotFailed());
		caller.withPropertyValues("mtls.callers[0].name=a")
			.run((context) -> assertThat(context.getStartupFailure()).hasMessageContaining("has no effect"));
	}

	@Test
	void whenThereIsNoWebServerThenStarts() {
		new ApplicationContextRunner().withConfiguration(AutoConfigurations.of(MtlsHostChecksAutoConfiguration.class))
			.withPropertyValues("server.ssl.bundle=mtls")
			.run((context) -> assertThat(context).hasNotFailed());
	}

	@Test
	void whenActuatorIsOnTheServicePortThenWarnsOnce(CapturedOutput output) {
		this.door.withPropertyValues("management.server.port=").run((context) -> assertThat(context).hasNotFailed());
		assertThat(output.getOut()).containsOnlyOnce("need a certificate of a caller");
	}

	private static ContextConsumer<AssertableWebApplicationContext> refused(String... words) {
		return (context) -> {
			assertThat(context.getStartupFailure()).isInstanceOf(SettingException.class);
			SettingException ex = (SettingException) context.getStartupFailure();
			assertThat(ex.getMessage() + " " + ex.cure()).contains(words);
		};
	}

}
