package com.example.todoclient.page;

import reactor.core.publisher.Mono;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;

/**
 * Keeps the page off the management port. Its context inherits the handlers of ours, and
 * with them the static files.
 */
@Component
class ManagementPort implements WebFilter {

	private final ApplicationContext context;

	private final String basePath;

	ManagementPort(ApplicationContext context,
			@Value("${management.endpoints.web.base-path:/actuator}") String basePath) {
		this.context = context;
		this.basePath = basePath;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		boolean ours = exchange.getApplicationContext() == this.context;
		if (ours || exchange.getRequest().getPath().value().startsWith(this.basePath)) {
			return chain.filter(exchange);
		}
		exchange.getResponse().setStatusCode(HttpStatus.NOT_FOUND);
		return exchange.getResponse().setComplete();
	}

}
