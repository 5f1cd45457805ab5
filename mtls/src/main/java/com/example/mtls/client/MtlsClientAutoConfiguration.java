package com.example.mtls.client;

import java.time.Clock;

import com.example.mtls.MtlsClients;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.IssuingTool;
import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import com.example.mtls.material.PropertyOrigin;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.web.client.support.RestClientHttpServiceGroupConfigurer;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * How services are called over the bundle {@code mtls}, where the host has what it takes.
 * Its configurers of HTTP service groups come after Boot's own, whose connectors are
 * built once and never learn of new certificates.
 */
@AutoConfiguration(after = MtlsMaterialAutoConfiguration.class)
@ConditionalOnBean(CurrentMaterial.class)
@ConditionalOnClass({ ClientHttpConnector.class, HttpClient.class })
@EnableConfigurationProperties(ClientSettings.class)
class MtlsClientAutoConfiguration {

	private static final String BUNDLE = "spring.ssl.bundle.pem." + CurrentMaterial.BUNDLE;

	@Bean
	Connections mtlsConnections(SslBundles bundles, ClientSettings settings,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock) {
		return new Connections(bundles, settings, clock);
	}

	@Bean
	@ConditionalOnMissingBean(MtlsClients.class)
	Services mtlsClients(Environment environment, Connections connections, ClientSettings settings, IssuingTool tool,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock) {
		Words words = new Words(environment.getProperty("spring.application.name", "this application"),
				PropertyOrigin.describe(environment, BUNDLE + ".keystore.certificate"),
				PropertyOrigin.describe(environment, BUNDLE + ".truststore.certificate"), tool);
		return new Services(environment, connections, settings, words, clock);
	}

	@Bean
	RestClientHttpServiceGroupConfigurer mtlsRestClientGroups(Services services) {
		return (groups) -> groups.filter((group) -> services.isOurs(group.name()))
			.forEachClient((group, builder) -> services.service(group.name()).restClient().accept(builder));
	}

	/** With WebClient. */
	@Configuration(proxyBeanMethods = false)
	@ConditionalOnClass(WebClient.class)
	static class Reactive {

		@Bean
		WebClientHttpServiceGroupConfigurer mtlsWebClientGroups(Services services) {
			return (groups) -> groups.filter((group) -> services.isOurs(group.name()))
				.forEachClient((group, builder) -> services.service(group.name()).webClient().accept(builder));
		}

	}

}
