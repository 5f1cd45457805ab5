package com.example.mtls.server;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

/** The same for Prometheus and its like. */
class RevocationMetrics implements MeterBinder {

	private final RevocationLists revoked;

	private final Clock clock;

	RevocationMetrics(RevocationLists revoked, Clock clock) {
		this.revoked = revoked;
		this.clock = clock;
	}

	@Override
	public void bindTo(MeterRegistry registry) {
		if (this.revoked.nextUpdate().isEmpty()) {
			return;
		}
		Gauge.builder("crl.reload.refused", this.revoked, (revoked) -> revoked.isRefused() ? 1 : 0)
			.description("1 while the revocation list on disk is refused and an older one stays in use")
			.register(registry);
		TimeGauge
			.builder("crl.expiry", this.revoked, TimeUnit.SECONDS,
					(revoked) -> Duration.between(this.clock.instant(), revoked.nextUpdate().orElseThrow()).toSeconds())
			.description("Time until a revocation list is past its nextUpdate and its CA's callers are refused")
			.register(registry);
	}

}
