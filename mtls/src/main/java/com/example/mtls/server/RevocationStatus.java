package com.example.mtls.server;

import org.springframework.boot.health.contributor.AbstractHealthIndicator;
import org.springframework.boot.health.contributor.Health;

/**
 * Shows how long the revocation lists last and whether a newer one was refused. Always
 * up: an answer that says why is better than none.
 */
class RevocationStatus extends AbstractHealthIndicator {

	private final RevocationLists revoked;

	RevocationStatus(RevocationLists revoked) {
		this.revoked = revoked;
	}

	@Override
	protected void doHealthCheck(Health.Builder builder) {
		builder.up()
			.withDetail("nextUpdate", this.revoked.nextUpdate().map(Object::toString).orElse("no revocation list"))
			.withDetail("reload", this.revoked.isRefused() ? "refused, see the log" : "ok");
	}

}
