package com.example.mtls.material;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Shows which material is in use and whether a newer one was refused, which Boot's own
 * {@code ssl} health and {@code ssl.chain.expiry} do not say. Always up: the old material
 * goes on, and a restart would only lose it. Where nobody has needed any, there is none.
 */
class MaterialStatus extends AbstractHealthIndicator {

	private final CurrentMaterial tls;

	MaterialStatus(CurrentMaterial tls) {
		this.tls = tls;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up();
		this.tls.known()
			.ifPresent((state) -> builder
				.withDetail("serialNumber", CertificateText.serialNumber(state.material().leaf().getSerialNumber()))
				.withDetail("validUntil", state.material().leaf().getNotAfter().toInstant().toString())
				.withDetail("loadedAt", state.loadedAt().toString())
				.withDetail("reload", (state.refusal() != null) ? "refused, see the log" : "ok"));
	}

}
