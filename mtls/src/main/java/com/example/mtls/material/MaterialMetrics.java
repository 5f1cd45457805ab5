package com.example.mtls.material;

import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The same for Prometheus and its like. */
class MaterialMetrics implements MeterBinder {

	private final CurrentMaterial tls;

	MaterialMetrics(CurrentMaterial tls) {
		this.tls = tls;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		Gauge
			.builder("tls.reload.refused", this.tls,
					(tls) -> tls.known().filter((state) -> state.refusal() != null).isPresent() ? 1 : 0)
			.description("1 while the TLS material on disk is refused and older material stays in use")
			.register(registry);
		TimeGauge
			.builder("tls.material.loaded", this.tls, TimeUnit.MILLISECONDS,
					(tls) -> tls.known().map((state) -> (double) state.loadedAt().toEpochMilli()).orElse(Double.NaN))
			.description("When the TLS material in use was taken, as time since the epoch")
			.register(registry);
	}

}
