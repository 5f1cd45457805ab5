package com.example.mtls.server.tomcat;

import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import com.example.mtls.server.Admission;
import com.example.mtls.server.CallerRefusals;
import com.example.mtls.server.CallerTies;
import com.example.mtls.server.MtlsServerAutoConfiguration;
import com.example.mtls.server.RefusalLog;
import org.jspecify.annotations.Nullable;

import org.springframework.aot.hint.MemberCategory;
import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.RuntimeHintsRegistrar;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ImportRuntimeHints;
import org.springframework.context.annotation.Lazy;
import org.springframework.core.Ordered;

/**
 * What is put into Tomcat's connector of the service port, and before everything of the
 * host. The management port has none of it.
 */
@AutoConfiguration(after = MtlsServerAutoConfiguration.class)
@ConditionalOnBean(Admission.class)
@ImportRuntimeHints(MtlsTomcatAutoConfiguration.MadeByName.class)
class MtlsTomcatAutoConfiguration {

	@Bean
	Connector mtlsConnector(Admission admission, CallerTies ties,
			@Qualifier(MtlsMaterialAutoConfiguration.MTLS) CallerRefusals refusals, RefusalLog log) {
		return new Connector(admission, ties, refusals, new HandshakeRefusals(log));
	}

	/**
	 * Comes first, so that its valve does. Boot asks the object for its order, and not
	 * the method that makes it.
	 */
	record Connector(Admission admission, CallerTies ties, CallerRefusals refusals, HandshakeRefusals handshakes)
			implements
				WebServerFactoryCustomizer<TomcatServletWebServerFactory>,
				Ordered {

		@Override
		public int getOrder() {
			return Ordered.HIGHEST_PRECEDENCE;
		}

		@Override
		public void customize(TomcatServletWebServerFactory factory) {
			factory.setProtocol(AuditedHttpsProtocol.class.getName());
			factory.addProtocolHandlerCustomizers((AuditedHttpsProtocol protocol) -> {
				// Only where a server is made: a test without one has no need of files.
				this.admission.prepare();
				this.ties.start();
				protocol.tell(this.handshakes);
			});
			factory.addEngineValves(new AdmissionValve(this.admission, this.refusals));
		}

	}

	@Bean
	@Lazy(false)
	DoorInPlace mtlsDoorInPlace(ApplicationContext context) {
		return new DoorInPlace(context);
	}

	/** For a native image, and whatever else keeps only what is mentioned. */
	static class MadeByName implements RuntimeHintsRegistrar {

		@Override
		public void registerHints(RuntimeHints hints, @Nullable ClassLoader loader) {
			hints.reflection()
				.registerType(AuditedHttpsProtocol.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS)
				.registerType(ClientTrust.Implementation.class, MemberCategory.INVOKE_PUBLIC_CONSTRUCTORS);
		}

	}

}
