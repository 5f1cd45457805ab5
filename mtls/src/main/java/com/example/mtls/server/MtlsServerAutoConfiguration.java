package com.example.mtls.server;

import java.time.Clock;
import java.time.Duration;

import com.example.mtls.RefusalAnswer;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.IssuingTool;
import com.example.mtls.material.Looks;
import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import com.example.mtls.material.PemKind;
import com.example.mtls.material.PemSetting;
import com.example.mtls.material.PropertyOrigin;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.boot.security.autoconfigure.web.servlet.ConditionalOnDefaultWebSecurity;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.preauth.x509.X509AuthenticationFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;
import org.springframework.util.ClassUtils;

/**
 * Who is calling, and may they, now: for a service on Tomcat whose {@code server.ssl}
 * uses the bundle {@code mtls}.
 */
@AutoConfiguration(after = MtlsMaterialAutoConfiguration.class, before = ServletWebSecurityAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnClass({ TomcatServletWebServerFactory.class, SecurityFilterChain.class })
@ConditionalOnProperty(name = "server.ssl.bundle", havingValue = CurrentMaterial.BUNDLE)
@ConditionalOnBean(CurrentMaterial.class)
@EnableConfigurationProperties({ CallerSettings.class, IdentitySettings.class })
public class MtlsServerAutoConfiguration {

	private static final String HEALTH = "org.springframework.boot.actuate.endpoint.web.PathMappedEndpoints";

	private static final Duration SUMMARY = Duration.ofMinutes(1);

	@Bean
	AllowedCallers mtlsAllowedCallers(CallerSettings settings, IdentitySettings identity, Environment environment) {
		return new AllowedCallers(settings, identity.identity(),
				(property) -> PropertyOrigin.describe(environment, property));
	}

	/** It only speaks, so nothing else would make it where beans are lazy. */
	@Bean
	@Lazy(false)
	CallerTies mtlsCallerTies(AllowedCallers allowed, CurrentMaterial material, SslBundles bundles) {
		return new CallerTies(allowed, material, bundles);
	}

	/** With the bundles, because they read the CAs that have to have signed the lists. */
	@Bean
	RevocationLists mtlsRevocationLists(CallerSettings settings, Environment environment, IssuingTool tool,
			CurrentMaterial material, Looks looks, @Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock,
			SslProperties properties) {
		PemSetting source = new PemSetting(PropertyOrigin.describe(environment, "mtls.crl"), PemKind.REVOCATION_LIST,
				settings.crl(), tool);
		RevocationLists lists = new RevocationLists(source, material, clock);
		looks.every(properties.getBundle().getWatch().getFile().getQuietPeriod(), lists::look);
		return lists;
	}

	@Bean
	Admission mtlsAdmission(CurrentMaterial material, RevocationLists revoked, AllowedCallers allowed,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock,
			@Value("${spring.application.name:this service}") String service) {
		return new Admission(material, revoked, allowed, clock, service);
	}

	@Bean
	RefusalLog mtlsRefusalLog(Looks looks) {
		RefusalLog log = new RefusalLog();
		looks.every(SUMMARY, log::summarise);
		return log;
	}

	@Bean
	@ConditionalOnMissingBean
	RefusalAnswer mtlsRefusalAnswer(@Value("${spring.application.name:this service}") String service,
			Environment environment, IssuingTool tool) {
		return new ProblemAnswer(service, PropertyOrigin.name(environment, "mtls.crl"), tool);
	}

	/** For a chain of the host that wants our answer where a role is missing. */
	@Bean(defaultCandidate = false)
	@Qualifier(MtlsMaterialAutoConfiguration.MTLS)
	CallerRefusals mtlsRefusals(RefusalAnswer answer, RefusalLog log) {
		return new CallerRefusals(answer, log);
	}

	/** Spring Security applies it to each chain of the host. */
	@Bean
	Customizer<HttpSecurity> mtlsCaller(ApplicationContext context, Admission admission) {
		Admission withoutServer = (context instanceof WebServerApplicationContext) ? null : admission;
		return (http) -> http.addFilterAt(new CallerFilter(withoutServer), X509AuthenticationFilter.class);
	}

	/**
	 * Where the host has no chain of its own: whoever is admitted may do everything.
	 * Nobody is on the management port, and there everybody may ask for the health, as in
	 * Boot's own chain.
	 */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnDefaultWebSecurity
	static class DefaultChain {

		@Bean
		@Order(Ordered.LOWEST_PRECEDENCE)
		SecurityFilterChain mtlsDefaultChain(HttpSecurity http) {
			RequestMatcher health = ClassUtils.isPresent(HEALTH, getClass().getClassLoader())
					? EndpointRequest.to("health") : (request) -> false;
			return http.csrf(AbstractHttpConfigurer::disable)
				.requestCache(AbstractHttpConfigurer::disable)
				.logout(AbstractHttpConfigurer::disable)
				.securityContext(AbstractHttpConfigurer::disable)
				.sessionManagement(AbstractHttpConfigurer::disable)
				.authorizeHttpRequests(
						(requests) -> requests.requestMatchers(health).permitAll().anyRequest().authenticated())
				.build();
		}

	}

	/** With the actuator. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(HealthIndicator.class)
	static class Health {

		@Bean
		RevocationStatus revocationStatus(RevocationLists lists) {
			return new RevocationStatus(lists);
		}

	}

	/** With Micrometer. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(MeterBinder.class)
	static class Metrics {

		@Bean
		RevocationMetrics mtlsRevocationMetrics(RevocationLists lists,
				@Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock) {
			return new RevocationMetrics(lists, clock);
		}

	}

}
