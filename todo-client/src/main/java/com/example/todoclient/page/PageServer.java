package com.example.todoclient.page;

import java.time.Duration;

import org.springframework.boot.reactor.netty.NettyServerCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * What configuration properties cannot say about Netty.
 */
@Configuration(proxyBeanMethods = false)
class PageServer {

	/** A todo is sent in one piece. Half of one would be kept in memory until its end. */
	private static final Duration LONGEST_REQUEST = Duration.ofSeconds(10);

	@Bean
	NettyServerCustomizer requestTimeout() {
		return (server) -> server.requestTimeout(LONGEST_REQUEST);
	}

}
