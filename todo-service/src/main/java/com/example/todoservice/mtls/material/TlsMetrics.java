package com.example.todoservice.mtls.material;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.stereotype.Component;

import java.util.concurrent.TimeUnit;

/**
 * What Boot's own {@code ssl.chain.expiry} does not say: whether the files that are there
 * now are in use, and since when.
 */
@Component
class TlsMetrics implements MeterBinder {

	private final CurrentMaterial tls;

	TlsMetrics(CurrentMaterial tls) {
		this.tls = tls;
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
