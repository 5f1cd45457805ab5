package com.example.todoservice.mtls.connector;

import java.time.Clock;

import com.example.todoservice.mtls.material.Purpose;

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
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> serviceConnector(HandshakeRefusals refusals,
			RequestLimit limit) {
		return (factory) -> {
			factory.setProtocol(AuditedHttpsProtocol.class.getName());
			factory.addProtocolHandlerCustomizers((AuditedHttpsProtocol protocol) -> protocol.tell(refusals));
			// Before everything else that costs time.
			factory.addContextValves(limit);
		};
	}

}
