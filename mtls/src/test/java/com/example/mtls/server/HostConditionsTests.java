package com.example.mtls.server;

import java.nio.file.Path;
import java.time.Clock;
import java.util.stream.Stream;

import com.example.mtls.RefusalAnswer;
import com.example.mtls.TestCa;
import com.example.mtls.TestService;
import io.micrometer.core.instrument.binder.MeterBinder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import org.springframework.boot.LazyInitializationBeanFactoryPostProcessor;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.context.annotation.ImportCandidates;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.test.context.FilteredClassLoader;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What a host lacks, or has already.
 */
class HostConditionsTests {

	private static final Path folder = folder();

	private final WebApplicationContextRunner host = new WebApplicationContextRunner()
		.withInitializer((context) -> context.getBeanFactory().setConversionService(new ApplicationConversionService()))
		.withConfiguration(AutoConfigurations.of(autoConfigurations()))
		.withPropertyValues("server.ssl.bundle=mtls", "server.ssl.client-auth=need", "mtls.callers[0].name=a",
				"mtls.callers[0].roles=b", "management.server.port=8081",
				"spring.ssl.bundle.pem.mtls.keystore.certificate=" + folder.resolve("server.crt"),
				"spring.ssl.bundle.pem.mtls.keystore.private-key=" + folder.resolve("server.key"),
				"spring.ssl.bundle.pem.mtls.truststore.certificate=" + folder.resolve("ca.crt"));

	private static Path folder() {
		TestCa ca = TestCa.create("test-ca");
		return TestService.folder(ca, ca.server());
	}

	/** What Boot would load, ours included. */
	private static Class<?>[] autoConfigurations() {
		return ImportCandidates
			.load(org.springframework.boot.autoconfigure.AutoConfiguration.class,
					HostConditionsTests.class.getClassLoader())
			.getCandidates()
			.stream()
			.filter((name) -> name.matches(
					".*\\.(mtls\\.|ssl\\.Ssl|security\\.autoconfigure\\.(Sec|Us|web\\.servlet)|tomcat\\..*ServletWeb|webmvc\\.autoconfigure\\.(Web|Disp)).*"))
			.map((name) -> org.springframework.util.ClassUtils.resolveClassName(name, null))
			.toArray(Class<?>[]::new);
	}

	static Stream<Object[]> libraries() {
		return Stream.of(new Object[] { HealthIndicator.class.getPackageName(), "revocationStatus" },
				new Object[] { MeterBinder.class.getPackageName(), "mtlsRevocationMetrics" },
				new Object[] { "org.springframework.boot.actuate", "" }, new Object[] { "tools.jackson", "" },
				new Object[] { "reactor", "" });
	}

	@ParameterizedTest
	@MethodSource("libraries")
	void whenALibraryIsMissingThenStartsWithoutWhatNeedsIt(String library, String bean) {
		this.host.withClassLoader(new FilteredClassLoader(library)).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(Admission.class).doesNotHaveBean(bean);
			assertThat(context).hasBean("mtlsDefaultChain");
		});
	}

	@Test
	void whenAllIsThereThenHealthAndMetricsAre() {
		this.host.run((context) -> assertThat(context).hasNotFailed()
			.hasBean("revocationStatus")
			.hasBean("tls")
			.hasSingleBean(RevocationMetrics.class));
	}

	@Configuration(proxyBeanMethods = false)
	@EnableScheduling
	static class OwnClock {

		@Bean
		Clock clock() {
			return Clock.systemDefaultZone();
		}

		@Bean
		String usesIt(Clock clock) {
			return clock.getZone().toString();
		}

		@Bean
		RefusalAnswer answer() {
			return (request, response, refusal) -> response.setStatus(403);
		}

		@Scheduled(fixedDelay = 3_600_000)
		void job() {
		}

	}

	@Test
	void whenHostHasItsClockAnswersAndJobsThenTheyAreItsOwn() {
		this.host.withUserConfiguration(OwnClock.class).run((context) -> {
			assertThat(context).hasNotFailed().hasSingleBean(RefusalAnswer.class);
			assertThat(context.getBean(Clock.class)).isSameAs(context.getBean("clock"));
			assertThat(context.getBean(RefusalAnswer.class)).isSameAs(context.getBean("answer"));
		});
	}

	@Test
	void whenHostHasNoJobsThenSchedulingStaysOff() {
		this.host.run((context) -> assertThat(context)
			.doesNotHaveBean("org.springframework.context.annotation.internalScheduledAnnotationProcessor"));
	}

	@Test
	void whenBeansAreLazyThenWhatSpeaksIsMade() {
		this.host
			.withInitializer(
					(context) -> context.addBeanFactoryPostProcessor(new LazyInitializationBeanFactoryPostProcessor()))
			.run((context) -> assertThat(
					context.getSourceApplicationContext().getBeanFactory().containsSingleton("mtlsCallerTies"))
				.isTrue());
	}

}
