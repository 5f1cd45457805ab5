package com.example.mtls;

import java.util.function.Consumer;

import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;

/**
 * Clients that call over the bundle {@code mtls}: they follow each rotation of our
 * certificate, check the host that they call, never leave https, and say in a
 * {@link CallFailure} what prevented an answer. HTTP service groups whose
 * {@code ssl.bundle} is {@code mtls} are such clients without further ado; others become
 * one so:
 *
 * <pre class="code">
 * RestClient orders = RestClient.builder().baseUrl(url).apply(clients.restClient()).build();
 * </pre>
 */
public interface MtlsClients {

	/** Makes the client of a builder one that calls any service over https. */
	Consumer<WebClient.Builder> webClient();

	/** The same for blocking clients. They share their connections with the others. */
	Consumer<RestClient.Builder> restClient();

	/**
	 * One of the services that we call.
	 * @param group the name of its HTTP service group
	 * @throws SettingException if there is no such group with our bundle
	 */
	CalledService service(String group);

}
