package com.example.mtls.material;

import java.time.Clock;
import java.time.Duration;

import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionMessage;
import org.springframework.boot.autoconfigure.condition.ConditionOutcome;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.SpringBootCondition;
import org.springframework.boot.autoconfigure.ssl.SslAutoConfiguration;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
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
	CurrentMaterial mtlsMaterial(SslProperties properties, Environment environment, @Qualifier(MTLS) Clock clock) {
		boolean server = CurrentMaterial.BUNDLE.equals(environment.getProperty("server.ssl.bundle"));
		return new CurrentMaterial(properties, server ? Purpose.SERVER : Purpose.CLIENT, clock);
	}

	@Bean
	Looks mtlsLooks(CurrentMaterial material,
			@Value("${spring.ssl.bundle.watch.file.quiet-period:10s}") Duration quietPeriod) {
		Looks looks = new Looks();
		looks.every(quietPeriod, material::look);
		return looks;
	}

	/** With the actuator. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class Health {

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

		private static final String PROPERTY = "spring.ssl.bundle.pem." + CurrentMaterial.BUNDLE;

		@Override
		public ConditionOutcome getMatchOutcome(ConditionContext context, AnnotatedTypeMetadata metadata) {
			boolean bound = PropertyOrigin.isSet(context.getEnvironment(), PROPERTY);
			return new ConditionOutcome(bound, ConditionMessage.forCondition("mTLS bundle")
				.because(PROPERTY + (bound ? " is set" : " is not set")));
		}

	}

}
