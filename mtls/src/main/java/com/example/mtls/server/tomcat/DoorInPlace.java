package com.example.mtls.server.tomcat;

import com.example.mtls.SettingException;
import org.apache.catalina.Valve;
import org.apache.catalina.connector.Connector;
import org.apache.coyote.http11.AbstractHttp11Protocol;

import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.boot.web.server.servlet.context.ServletWebServerInitializedEvent;
import org.springframework.context.ApplicationContext;
import org.springframework.context.ApplicationListener;
import org.springframework.context.SmartLifecycle;

/**
 * Looks at the server as it has become, after everything of the host that may have
 * changed it, and lets it not start without the door.
 */
final class DoorInPlace implements SmartLifecycle, ApplicationListener<ServletWebServerInitializedEvent> {

	private final ApplicationContext context;

	private boolean running;

	DoorInPlace(ApplicationContext context) {
		this.context = context;
	}

	/** Just before the port opens. */
	@Override
	public int getPhase() {
		return WebServerApplicationContext.START_STOP_LIFECYCLE_PHASE - 1;
	}

	@Override
	public void start() {
		this.running = true;
		// Tests without a server have a context that is none of one.
		if (this.context instanceof WebServerApplicationContext host) {
			if (!(host.getWebServer() instanceof TomcatWebServer server)) {
				throw missing("The server", "is none of Boot's for Tomcat");
			}
			Valve first = server.getTomcat().getEngine().getPipeline().getFirst();
			if (!(first instanceof AdmissionValve)) {
				throw missing("The first valve of Tomcat's engine",
						"is not the door, but " + first.getClass().getName());
			}
		}
	}

	/**
	 * Connectors are there once the port is open; until then nobody gets past the valve.
	 */
	@Override
	public void onApplicationEvent(ServletWebServerInitializedEvent event) {
		if (event.getApplicationContext() == this.context && event.getWebServer() instanceof TomcatWebServer tomcat) {
			Connector main = tomcat.getTomcat().getConnector();
			if (!(main.getProtocolHandler() instanceof AuditedHttpsProtocol)) {
				throw missing("The protocol of Tomcat's connector", "is not the door's, but " + main.getProtocol());
			}
			for (Connector each : tomcat.getTomcat().getService().findConnectors()) {
				if (!(each.getProtocolHandler() instanceof AbstractHttp11Protocol)) {
					throw missing("A connector of Tomcat",
							"speaks " + each.getProtocol() + ", by which somebody else says who is calling");
				}
			}
		}
	}

	private static SettingException missing(String what, String why) {
		return new SettingException(what, why,
				"A WebServerFactoryCustomizer or a TomcatServletWebServerFactory of this application has changed it, or "
						+ "the door is loaded twice. Take that change out, or server.ssl.bundle=mtls and mtls.callers: as "
						+ "it is, the door would not stand before everything.");
	}

	@Override
	public void stop() {
		this.running = false;
	}

	@Override
	public boolean isRunning() {
		return this.running;
	}

}
