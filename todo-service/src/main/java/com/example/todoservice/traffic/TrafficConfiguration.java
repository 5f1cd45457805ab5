package com.example.todoservice.traffic;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Puts the limit right behind the door, before everything else that costs time; the
 * management port has none.
 */
@Configuration(proxyBeanMethods = false)
class TrafficConfiguration {

	@Bean
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> limitRequests(RequestLimit limit) {
		return (factory) -> factory.addContextValves(limit);
	}

}
