package com.example.todoclient.todos;

import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.support.WebClientAdapter;
import org.springframework.web.service.invoker.HttpServiceProxyFactory;

/**
 * Implements {@link TodoApi}. Boot's {@code @ImportHttpServices} would do so too, but on
 * a connector of its own, which never learns of new certificates.
 */
@Configuration(proxyBeanMethods = false)
class TodoApiConfiguration {

	@Bean
	TodoApi todoApi(WebClient todoService) {
		return HttpServiceProxyFactory.builderFor(WebClientAdapter.create(todoService))
			.build()
			.createClient(TodoApi.class);
	}

}
