package com.example.todoclient.mtls;

import java.time.Clock;
import java.util.function.Consumer;

import com.example.todoclient.mtls.connection.RotatingConnector;
import com.example.todoclient.mtls.connection.ServiceAddress;
import com.example.todoclient.mtls.connection.ServiceSettings;
import com.example.todoclient.mtls.failure.CallFailure;
import com.example.todoclient.mtls.failure.Explanations;
import com.example.todoclient.mtls.failure.FailureExplainer;
import com.example.todoclient.mtls.failure.FailureLog;
import com.example.todoclient.mtls.failure.Retries;
import com.example.todoclient.mtls.failure.TimeLimit;
import com.example.todoclient.mtls.material.Purpose;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatusCode;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientHttpServiceGroupConfigurer;

/**
 * How todo-service is called: on connections that follow our certificate, with a time
 * limit, retries, and failures told in words. Scheduled are the looks at files.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
public class ServiceClientConfiguration {

	/**
	 * The HTTP service group: its settings are Boot's {@code spring.http.serviceclient}.
	 */
	public static final String GROUP = "todo-service";

	/** Which end of a connection our certificate is for. */
	@Bean
	Purpose purpose() {
		return Purpose.CLIENT;
	}

	/** The time that certificates are judged by. */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
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
			ServiceSettings settings, Clock clock) {
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
