package com.example.todoservice.traffic;

import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Says goodbye before Boot's graceful shutdown, which closes each idle connection without
 * a word: a request that is on its way then is lost, and nobody may repeat a POST. So
 * after SIGTERM each answer carries {@code Connection: close} (RFC 9112 section 9.6), and
 * only when time is up does the shutdown begin: without any connection too, because new
 * ones come until whoever balances the load has seen readiness, which is out of service
 * from the beginning.
 */
@Component
class Draining implements SmartLifecycle {

	private static final Logger log = LoggerFactory.getLogger(Draining.class);

	private final WebServerApplicationContext context;

	private final TrafficSettings settings;

	private volatile boolean running;

	Draining(WebServerApplicationContext context, TrafficSettings settings) {
		this.context = context;
		this.settings = settings;
	}

	@Override
	public void start() {
		this.running = true;
	}

	@Override
	public void stop() {
		this.running = false;
		AbstractHttp11Protocol<?> protocol = (AbstractHttp11Protocol<?>) ((TomcatWebServer) this.context.getWebServer())
			.getTomcat()
			.getConnector()
			.getProtocolHandler();
		protocol.setMaxKeepAliveRequests(1);
		try {
			Thread.sleep(this.settings.drain().toMillis());
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
		// Tomcat counts the one that it waits for, too.
		log.info("Drained: {} connections are left, which nobody used", Math.max(0, protocol.getConnectionCount() - 1));
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
