package com.example.mtls.client;

import java.time.Clock;
import java.util.function.Consumer;

import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import reactor.netty.http.client.HttpClient;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.ssl.SslBundles;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * How todo-service is called: on connections that follow our certificate, with a time
 * limit, retries, and failures told in words. Scheduled are the looks at files.
 */
@AutoConfiguration(after = MtlsMaterialAutoConfiguration.class)
@ConditionalOnBean(CurrentMaterial.class)
@ConditionalOnClass({ WebClient.class, HttpClient.class })
@ConditionalOnProperty("todo-service.url")
@EnableConfigurationProperties(ServiceSettings.class)
public class ServiceClientConfiguration {

	/**
	 * The HTTP service group: its settings are Boot's {@code spring.http.serviceclient}.
	 */
	public static final String GROUP = "todo-service";

	@Bean
	RotatingConnector rotatingConnector(SslBundles bundles, ServiceSettings settings, ServiceAddress address,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock) {
		return new RotatingConnector(bundles, settings, address, clock);
	}

	@Bean
	ServiceAddress serviceAddress(ServiceSettings settings) {
		return ServiceAddress.of(settings.url());
	}

	/**
	 * What every client of the service gets.
	 * @return a change of a builder; failures of its client are all a
	 * {@link CallFailure}, alone or as a cause
	 */
	@Bean
	public Consumer<WebClient.Builder> serviceCalls(RotatingConnector connector, ServiceAddress address,
			ServiceSettings settings, @Qualifier(MtlsMaterialAutoConfiguration.MTLS) Clock clock) {
		FailureExplainer explainer = new FailureExplainer(address, settings, clock);
		FailureLog failureLog = new FailureLog(explainer, clock);
		return (builder) -> builder.clientConnector(connector)
			.baseUrl(address.toString())
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize((int) settings.maxResponseSize().toBytes()))
			.filter(failureLog)
			.filter(new TimeLimit(explainer, settings.callTimeout()))
			.filter(new Retries(settings))
			.filter(new Explanations(explainer, settings))
			.defaultStatusHandler(HttpStatusCode::isError, explainer::ofAnswer);
	}

	/** For failures that are met only in reading an answer. */
	@Bean
	FailureLog failureLog(ServiceAddress address, ServiceSettings settings, Clock clock) {
		return new FailureLog(new FailureExplainer(address, settings, clock), clock);
	}

	/** For what passes through as it is, such as the page's calls. */
	@Bean
	WebClient todoService(WebClient.Builder builder, Consumer<WebClient.Builder> serviceCalls) {
		serviceCalls.accept(builder);
		return builder.build();
	}

	/**
	 * For typed clients. Comes after Boot's own configurer, which installs a connector
	 * that is built once and never learns of new certificates.
	 */
	@Bean
	WebClientHttpServiceGroupConfigurer serviceGroup(Consumer<WebClient.Builder> serviceCalls) {
		return (groups) -> groups.filterByName(GROUP).forEachClient((group, builder) -> serviceCalls.accept(builder));
	}

}
