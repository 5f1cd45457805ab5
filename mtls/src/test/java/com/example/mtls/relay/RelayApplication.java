package com.example.mtls.relay;

import java.security.Principal;
import java.util.List;
import java.util.Map;

import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * A service that was there before the door, is called, and calls two others: one with a
 * blocking client, one with a reactive one. It has one certificate for all of it, and no
 * security chain.
 */
@SpringBootApplication(proxyBeanMethods = false)
@ImportHttpServices(group = "blocking", types = RelayApplication.Blocking.class, clientType = ClientType.REST_CLIENT)
@ImportHttpServices(group = "reactive", types = RelayApplication.Reactive.class, clientType = ClientType.WEB_CLIENT)
@RestController
public class RelayApplication {

	private final Blocking blocking;

	private final Reactive reactive;

	RelayApplication(Blocking blocking, Reactive reactive) {
		this.blocking = blocking;
		this.reactive = reactive;
	}

	/** The first service. */
	interface Blocking {

		@GetExchange("/session")
		Map<String, Object> session();

	}

	/** The second one. */
	interface Reactive {

		@GetExchange("/session")
		Mono<Map<String, Object>> session();

	}

	/** Who calls us, and whom the others take us for. */
	@GetMapping("/names")
	Mono<List<Object>> names(Principal caller) {
		Object first = this.blocking.session().get("name");
		return this.reactive.session().map((session) -> List.of(caller.getName(), first, session.get("name")));
	}

}
