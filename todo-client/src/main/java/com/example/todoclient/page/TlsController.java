package com.example.todoclient.page;

import java.time.Instant;

import com.example.mtls.client.FailureLog;
import com.example.mtls.client.Handshake;
import com.example.mtls.client.RotatingConnector;
import com.example.mtls.client.ServiceAddress;
import com.example.mtls.material.CurrentMaterial;
import com.example.todoclient.todos.Session;
import com.example.todoclient.todos.TodoApi;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.ProblemDetail;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Both ends of the connection, each as the other sees it.
 */
@RestController
class TlsController {

	private final RotatingConnector connector;

	private final CurrentMaterial tls;

	private final ServiceAddress address;

	private final TodoApi api;

	private final FailureLog failureLog;

	TlsController(RotatingConnector connector, CurrentMaterial tls, ServiceAddress address, TodoApi api,
			FailureLog failureLog) {
		this.connector = connector;
		this.tls = tls;
		this.address = address;
		this.api = api;
		this.failureLog = failureLog;
	}

	/**
	 * The answer of {@code GET /api/tls}.
	 *
	 * @param serviceUrl where the service is
	 * @param client the certificate that we present from now on
	 * @param rotation when we took it, and why we do not take a newer one
	 * @param server the certificate that the service presented in the latest handshake
	 * @param handshake what the latest handshake agreed on
	 * @param session how the service sees us
	 * @param problem why there is no session
	 */
	record TlsView(String serviceUrl, CertificateCard client, Rotation rotation, @Nullable CertificateCard server,
			@JsonIncludeProperties( {
					"at", "protocol", "cipherSuite", "resumed" }) @Nullable Handshake handshake,
			@Nullable Session session, @Nullable ProblemDetail problem){
	}

	/**
	 * The state of our own TLS material.
	 *
	 * @param loadedAt when we took what is in use
	 * @param refusal why the files that are there now are not used
	 */
	record Rotation(Instant loadedAt, @Nullable String refusal) {
	}

	@GetMapping("/api/tls")
	Mono<TlsView> tls() {
		return this.api.session()
			.single()
			.map((session) -> view(session, null))
			.onErrorResume((ex) -> Mono.just(view(null, Problems.of(this.failureLog.in(ex)))));
	}

	private TlsView view(@Nullable Session session, @Nullable ProblemDetail problem) {
		CurrentMaterial.State state = this.tls.state();
		Handshake handshake = this.connector.latestHandshake();
		return new TlsView(this.address.toString(), CertificateCard.of(state.material().leaf()),
				new Rotation(state.loadedAt(), state.refusal()),
				(handshake != null) ? CertificateCard.of(handshake.server().leaf()) : null, handshake, session,
				problem);
	}

}
