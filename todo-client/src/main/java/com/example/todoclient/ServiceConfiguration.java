package com.example.todoclient;

import com.example.mtls.CalledService;
import com.example.mtls.MtlsClients;
import com.example.mtls.SettingException;
import com.example.todoclient.session.SessionApi;
import com.example.todoclient.todos.TodoApi;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * The service that we call: its name, as {@code spring.http.serviceclient} has it, and
 * its interfaces. One of your own goes beside them.
 */
@Configuration(proxyBeanMethods = false)
@ImportHttpServices(group = ServiceConfiguration.SERVICE, types = { SessionApi.class, TodoApi.class },
		clientType = ClientType.WEB_CLIENT)
class ServiceConfiguration {

	static final String SERVICE = "todo-service";

	@Bean
	CalledService calledService(MtlsClients clients) {
		CalledService service = clients.service(SERVICE);
		String path = String.valueOf(service.url().getRawPath());
		if (!path.isEmpty()) {
			// A longer one may hold a token.
			String shown = path.matches("(/[a-z-]{1,20}){1,3}") ? " (" + service.url() + ")" : "";
			throw new SettingException("TODO_SERVICE_URL" + shown, "has more than a host and a port",
					"End it there. Set it to the scheme https, the host and the port, for example "
							+ "https://todo-service:8443.");
		}
		return service;
	}

	/** For what passes through as it is, such as the page's calls. */
	@Bean
	WebClient serviceClient(WebClient.Builder builder, CalledService service) {
		return builder.apply(service.webClient()).build();
	}

}
