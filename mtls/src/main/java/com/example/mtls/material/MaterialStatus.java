package com.example.mtls.material;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Shows which material is in use and whether a newer one was refused, which Boot's own
 * {@code ssl} health and {@code ssl.chain.expiry} do not say. Always up: the old material
 * goes on, and a restart would only lose it.
 */
class MaterialStatus extends AbstractHealthIndicator implements MeterBinder {

	private final CurrentMaterial tls;

	MaterialStatus(CurrentMaterial tls) {
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

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge.builder("tls.reload.refused", this.tls, (tls) -> (tls.state().refusal() != null) ? 1 : 0)
			.description("1 while the TLS material on disk is refused and older material stays in use")
			.register(registry);
		TimeGauge
			.builder("tls.material.loaded", this.tls, TimeUnit.MILLISECONDS,
					(tls) -> tls.state().loadedAt().toEpochMilli())
			.description("When the TLS material in use was taken, as time since the epoch")
			.register(registry);
	}

}
