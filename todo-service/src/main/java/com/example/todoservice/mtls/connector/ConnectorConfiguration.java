package com.example.todoservice.mtls.connector;

import java.time.Clock;

import com.example.todoservice.mtls.material.Purpose;
import com.example.todoservice.problem.ProblemWriter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;

/**
 * Which end of a connection this is, and what is put into Tomcat's connector of the
 * service port. The management port has none of it. Scheduled are the looks at files, and
 * the summaries of the log.
 */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class ConnectorConfiguration {

	/** Which end of a connection our certificate is for. */
	@Bean
	Purpose purpose() {
		return Purpose.SERVER;
	}

	/** The time that certificates and revocation lists are judged by. */
	@Bean
	Clock clock() {
		return Clock.systemUTC();
	}

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> auditedHandshakes(HandshakeRefusals refusals) {
		return (factory) -> {
			factory.setProtocol(AuditedHttpsProtocol.class.getName());
			factory.addProtocolHandlerCustomizers((AuditedHttpsProtocol protocol) -> protocol.tell(refusals));
		};
	}

	@Bean
	RequestLimit requestLimit(TrafficSettings settings, ProblemWriter problems) {
		return new RequestLimit(settings.concurrentRequests(), problems);
	}

	/** Before everything else that costs time. */
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
