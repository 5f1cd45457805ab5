package com.example.todoclient.connection;

import reactor.core.publisher.Mono;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * The one {@link WebClient} that calls todo-service.
 */
@Configuration(proxyBeanMethods = false)
class ServiceClientConfiguration {

	@Bean
	ServiceAddress serviceAddress(ServiceSettings settings) {
		return ServiceAddress.of(settings.url());
	}

	/**
	 * Builds the client.
	 * @param builder Boot's, which measures each call
	 * @return a client whose failures are all a {@link CallFailure}, alone or as a cause
	 */
	@Bean
	WebClient todoService(WebClient.Builder builder, RotatingConnector connector, ServiceAddress address,
			ServiceSettings settings, FailureLog log, Retries retries, Explanations explanations,
			FailureExplainer explainer) {
		return builder.clientConnector(connector)
			.baseUrl(address.toString())
			.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize((int) settings.maxResponseSize().toBytes()))
			.filter(log)
			.filter((request, next) -> next.exchange(request)
				.timeout(settings.callTimeout(), Mono.error(explainer::tookTooLong)))
			.filter(retries)
			.filter(explanations)
			.defaultStatusHandler(HttpStatusCode::isError,
					(response) -> response.bodyToMono(ProblemDetail.class)
						.onErrorComplete()
						.map((problem) -> explainer.ofAnswer(response.statusCode(), problem))
						.switchIfEmpty(Mono.fromSupplier(() -> explainer.ofAnswer(response.statusCode(), null))))
			.build();
	}

}
