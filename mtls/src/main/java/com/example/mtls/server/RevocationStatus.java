package com.example.mtls.server;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Shows how long the revocation lists last and whether a newer one was refused. Always
 * up: an answer that says why is better than none.
 */
class RevocationStatus extends AbstractHealthIndicator implements MeterBinder {

	private final RevocationLists revoked;

	private final Clock clock;

	RevocationStatus(RevocationLists revoked, Clock clock) {
		this.revoked = revoked;
		this.clock = clock;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up()
			.withDetail("nextUpdate", this.revoked.nextUpdate().map(Object::toString).orElse("no revocation list"))
			.withDetail("reload", this.revoked.isRefused() ? "refused, see the log" : "ok");
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
