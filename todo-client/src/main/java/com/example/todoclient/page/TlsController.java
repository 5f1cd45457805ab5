package com.example.todoclient.page;

import java.time.Instant;

import com.example.mtls.CalledService;
import com.example.mtls.Handshake;
import com.example.mtls.material.CurrentMaterial;
import com.example.todoclient.session.Session;
import com.example.todoclient.session.SessionApi;
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

	private final CurrentMaterial tls;

	private final CalledService service;

	private final SessionApi api;

	TlsController(CurrentMaterial tls, CalledService service, SessionApi api) {
		this.tls = tls;
		this.service = service;
		this.api = api;
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
			.onErrorResume((ex) -> Mono.just(view(null, Problems.of(this.service.explain(ex)))));
	}

	private TlsView view(@Nullable Session session, @Nullable ProblemDetail problem) {
		CurrentMaterial.State state = this.tls.state();
		Handshake handshake = this.service.latestHandshake();
		return new TlsView(String.valueOf(this.service.url()), CertificateCard.of(state.material().leaf()),
				new Rotation(state.loadedAt(), state.refusal()),
				(handshake != null) ? CertificateCard.of(handshake.server().get(0)) : null, handshake, session,
				problem);
	}

}
