package com.example.todoclient.todos;

import com.example.mtls.client.ServiceClientConfiguration;

import org.springframework.context.annotation.Configuration;
import org.springframework.web.service.registry.HttpServiceGroup.ClientType;
import org.springframework.web.service.registry.ImportHttpServices;

/**
 * Implements {@link TodoApi}. A service of your own goes beside it.
 */
@Configuration(proxyBeanMethods = false)
@ImportHttpServices(group = ServiceClientConfiguration.GROUP, types = TodoApi.class, clientType = ClientType.WEB_CLIENT)
class TodoApiConfiguration {

}
