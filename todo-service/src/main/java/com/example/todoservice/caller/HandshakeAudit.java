package com.example.todoservice.caller;

import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.stereotype.Component;

/**
 * Makes the service port one whose refused handshakes are logged.
 */
@Component
class HandshakeAudit implements WebServerFactoryCustomizer<TomcatServletWebServerFactory> {

	private final HandshakeRefusals refusals;

	HandshakeAudit(HandshakeRefusals refusals) {
		this.refusals = refusals;
	}

	@Override
	public void customize(TomcatServletWebServerFactory factory) {
		factory.setProtocol(AuditedHttpsProtocol.class.getName());
		factory.addProtocolHandlerCustomizers((AuditedHttpsProtocol protocol) -> protocol.tell(this.refusals));
	}

}
