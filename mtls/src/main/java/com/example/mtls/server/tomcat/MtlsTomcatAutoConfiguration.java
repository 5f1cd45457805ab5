package com.example.mtls.server.tomcat;

import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import com.example.mtls.server.Admission;
import com.example.mtls.server.CallerRefusals;
import com.example.mtls.server.MtlsServerAutoConfiguration;
import com.example.mtls.server.RefusalLog;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * What is put into Tomcat's connector of the service port, and before everything of the
 * host. The management port has none of it.
 */
@AutoConfiguration(after = MtlsServerAutoConfiguration.class)
@ConditionalOnBean(Admission.class)
class MtlsTomcatAutoConfiguration {

	@Bean
	@Order(Ordered.LOWEST_PRECEDENCE)
	WebServerFactoryCustomizer<TomcatServletWebServerFactory> mtlsConnector(Admission admission,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) CallerRefusals refusals, RefusalLog log) {
		HandshakeRefusals handshakes = new HandshakeRefusals(log);
		return (factory) -> {
			factory.setProtocol(AuditedHttpsProtocol.class.getName());
			factory.addProtocolHandlerCustomizers((AuditedHttpsProtocol protocol) -> protocol.tell(handshakes));
			factory.addContextValves(new AdmissionValve(admission, refusals));
		};
	}

}
