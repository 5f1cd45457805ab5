package com.example.todoclient.mtls.material;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.stereotype.Component;

/**
 * Shows which material is in use and whether a newer one was refused. Always up: the old
 * material goes on, and a restart would only lose it.
 */
@Component
class TlsHealthIndicator extends AbstractHealthIndicator {

	private final CurrentMaterial tls;

	TlsHealthIndicator(CurrentMaterial tls) {
		this.tls = tls;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		CurrentMaterial.State state = this.tls.state();
		builder.up()
			.withDetail("serialNumber", CertificateText.serialNumber(state.material().leaf().getSerialNumber()))
			.withDetail("validUntil", state.material().leaf().getNotAfter().toInstant().toString())
			.withDetail("loadedAt", state.loadedAt().toString())
			.withDetail("reload", (state.refusal() != null) ? "refused, see the log" : "ok");
	}

}
