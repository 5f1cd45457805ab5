package com.example.mtls.caller;

import com.example.mtls.MtlsClients;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.PutExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * An application that was there before the door: a servlet service, which calls two
 * others over both kinds of client.
 */
@SpringBootApplication
@ImportHttpServices(group = "orders", types = CallerApplication.Orders.class, clientType = ClientType.WEB_CLIENT)
@ImportHttpServices(group = "stock", types = CallerApplication.Stock.class, clientType = ClientType.REST_CLIENT)
class CallerApplication {

	interface Orders {

		@GetExchange("/orders/{id}")
		Mono<String> order(@PathVariable String id);

	}

	interface Stock {

		@GetExchange("/items/{id}")
		String item(@PathVariable String id);

		@PutExchange("/items/{id}")
		String change(@PathVariable String id, @RequestBody String item);

	}

	@Bean
	WebClient anyReactive(MtlsClients clients) {
		return WebClient.builder().apply(clients.webClient()).build();
	}

	@Bean
	RestClient anyBlocking(MtlsClients clients) {
		return RestClient.builder().apply(clients.restClient()).build();
	}

}
