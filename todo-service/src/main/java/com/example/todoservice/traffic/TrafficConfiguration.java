package com.example.todoservice.traffic;

import com.example.todoservice.problem.ProblemWriter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts the limit before everything else on the service's port; the management port has
 * none.
 */
@Configuration(proxyBeanMethods = false)
class TrafficConfiguration {

	@Bean
	RequestLimit requestLimit(TrafficSettings settings, ProblemWriter problems) {
		return new RequestLimit(settings.concurrentRequests(), problems);
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> limitedRequests(RequestLimit limit) {
		return (factory) -> factory.addContextValves(limit);
	}

	@Bean
	MeterBinder refusedRequests(RequestLimit limit) {
		return (registry) -> FunctionCounter.builder("requests.refused", limit, RequestLimit::refused)
			.description("Requests answered 503 because too many were being worked on")
			.register(registry);
	}

}
