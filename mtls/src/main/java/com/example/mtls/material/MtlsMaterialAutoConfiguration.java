package com.example.mtls.material;

import java.time.Clock;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

import io.micrometer.core.instrument.binder.MeterBinder;
import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.info.SslInfo;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/**
 * What we present and whom we trust, where the host has a PEM bundle {@code mtls}.
 */
@AutoConfiguration(before = SslAutoConfiguration.class)
@Conditional(MtlsMaterialAutoConfiguration.OnBundle.class)
@EnableConfigurationProperties(MtlsSettings.class)
public class MtlsMaterialAutoConfiguration {

	/** The qualifier of beans whose types a host may have, too. */
	public static final String MTLS = "mtls";

	/** The time that certificates and revocation lists are judged by. */
	@Bean(defaultCandidate = false)
	@Qualifier(MTLS)
	@ConditionalOnMissingBean(name = "mtlsClock")
	Clock mtlsClock() {
		return Clock.systemUTC();
	}

	@Bean
	IssuingTool mtlsIssuingTool(MtlsSettings settings) {
		return new IssuingTool(settings.certs());
	}

	@Bean
	@ConditionalOnMissingBean
	PeerTrust.Factory mtlsPeerTrust(@Qualifier(MTLS) Clock clock) {
		return (jdk) -> new PeerTrust(jdk, clock);
	}

	@Bean
	CurrentMaterial mtlsMaterial(SslProperties properties, Environment environment, IssuingTool tool,
			@Qualifier(MTLS) Clock clock, PeerTrust.Factory trust) {
		MaterialSettings settings = new MaterialSettings(properties.getBundle().getPem().get(CurrentMaterial.BUNDLE),
				environment, tool);
		return new CurrentMaterial(properties, settings, purposes(environment), clock, trust);
	}

	/** The ends that the bundle is used for, as far as Boot's properties say. */
	private static Set<Purpose> purposes(Environment environment) {
		Set<Purpose> purposes = EnumSet.noneOf(Purpose.class);
		if (CurrentMaterial.BUNDLE.equals(environment.getProperty("server.ssl.bundle"))) {
			purposes.add(Purpose.SERVER);
		}
		boolean group = Binder.get(environment)
			.bind("spring.http.serviceclient", Bindable.mapOf(String.class, Client.class))
			.orElse(Map.of())
			.values()
			.stream()
			.anyMatch(Client::isOurs);
		boolean all = Stream.of("spring.http.clients", "spring.http.client", "spring.http.reactiveclient")
			.anyMatch((prefix) -> CurrentMaterial.BUNDLE.equals(environment.getProperty(prefix + ".ssl.bundle")));
		if (group || all || purposes.isEmpty()) {
			purposes.add(Purpose.CLIENT);
		}
		return purposes;
	}

	/** What concerns us of a group of clients. */
	record Client(@Nullable Ssl ssl) {

		record Ssl(@Nullable String bundle) {
		}

		boolean isOurs() {
			return this.ssl != null && CurrentMaterial.BUNDLE.equals(this.ssl.bundle());
		}

	}

	@Bean
	Looks mtlsLooks(CurrentMaterial material, SslProperties properties) {
		Looks looks = new Looks();
		looks.every(properties.getBundle().getWatch().getFile().getQuietPeriod(), material::look);
		return looks;
	}

	/** With the actuator. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class Health {

		/**
		 * What Boot tells about bundles in metrics, health and info. It would read ours
		 * as soon as there are metrics, and a test of the host has no files.
		 */
		@Bean
		@ConditionalOnMissingBean
		SslInfo sslInfo(SslBundles bundles, CurrentMaterial material) {
			return new SslInfo(new KnownBundles(bundles, material));
		}

		@Bean
		MaterialStatus tls(CurrentMaterial material) {
			return new MaterialStatus(material);
		}

	}

	/** With Micrometer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Metrics {

		@Bean
		MaterialMetrics mtlsMaterialMetrics(CurrentMaterial material) {
			return new MaterialMetrics(material);
		}

	}

	/** Whether the host has configured the bundle. */
	static class OnBundle extends SpringBootCondition {

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			boolean bound = PropertyOrigin.isSet(context.getEnvironment(), MaterialSettings.PROPERTY);
			return new ConditionOutcome(bound, ConditionMessage.forCondition("mTLS bundle")
				.because(MaterialSettings.PROPERTY + (bound ? " is set" : " is not set")));
		}

	}

}
