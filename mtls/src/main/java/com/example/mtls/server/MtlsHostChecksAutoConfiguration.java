package com.example.mtls.server;

import java.util.List;

import com.example.mtls.SettingException;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.PropertyOrigin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.config.BeanFactoryPostProcessor;
import org.springframework.beans.factory.config.ConfigurableListableBeanFactory;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;
import org.springframework.util.StringUtils;
import org.springframework.web.context.ConfigurableWebEnvironment;

/**
 * Refuses to start where the host's settings look like the door and would leave it open,
 * or let it stand nowhere. It looks at settings and at what is on the class path only, so
 * it holds whatever else is configured.
 */
@AutoConfiguration
@ConditionalOnWebApplication
class MtlsHostChecksAutoConfiguration {

	private static final Logger logger = LoggerFactory.getLogger(MtlsHostChecksAutoConfiguration.class);

	private static final String BUNDLE = "server.ssl.bundle";

	private static final String CLIENT_AUTH = "server.ssl.client-auth";

	private static final String SERVER_NAMES = "server.ssl.server-name-bundles";

	private static final String CALLERS = "mtls.callers";

	private static final String TOMCAT = "org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory";

	/** The last bean of the door: there only if all the others are. */
	private static final String DOOR = "mtlsDoorInPlace";

	private static final String SECURITY = "org.springframework.security.web.SecurityFilterChain";

	@Bean
	static BeanFactoryPostProcessor mtlsHostChecks(Environment environment) {
		return (beans) -> check(environment, beans, beans.getBeanClassLoader());
	}

	private static void check(Environment environment, ConfigurableListableBeanFactory beans, ClassLoader loader) {
		if (!CurrentMaterial.BUNDLE.equals(environment.getProperty(BUNDLE))) {
			// What is no servlet application shares variables with the service beside it.
			boolean servlet = environment instanceof ConfigurableWebEnvironment;
			if (servlet ? PropertyOrigin.isSet(environment, CALLERS)
					: PropertyOrigin.isSetElsewhere(environment, CALLERS)) {
				throw problem(environment, CALLERS, "has no effect: the server does not use the bundle mtls",
						"Set server.ssl.bundle=mtls and server.ssl.client-auth=need, or take mtls.callers out. As it is, "
								+ "everybody would be let in.");
			}
			return;
		}
		checkBundle(environment);
		if (!ClassUtils.isPresent(SECURITY, loader)) {
			throw problem(environment, BUNDLE, "is mtls, but there is no Spring Security to tell who is calling",
					"Add the dependency spring-boot-starter-security.");
		}
		if (!ClassUtils.isPresent(TOMCAT, loader)
				|| beans.getBeanNamesForType(ClassUtils.resolveClassName(TOMCAT, loader), true, false).length == 0) {
			throw problem(environment, BUNDLE, "is mtls, but the server is not Tomcat with Spring MVC",
					"The door knows how to stand before no other. Add spring-boot-starter-web and take other servers "
							+ "off the class path, or give the bundle another name and check callers yourself.");
		}
		if (!beans.containsBeanDefinition(DOOR)) {
			throw problem(environment, BUNDLE, "is mtls, but an auto-configuration of the door is left out",
					"Take its class out of spring.autoconfigure.exclude and of @SpringBootApplication(exclude = …): without "
							+ "it whoever has a certificate of the CA would reach the service.");
		}
		String port = environment.getProperty("management.server.port");
		if (ClassUtils.isPresent("org.springframework.boot.actuate.endpoint.web.WebEndpointsSupplier", loader)
				// 0 is any port that is free, and so never the same.
				&& (!StringUtils.hasText(port)
						|| !port.equals("0") && port.equals(environment.getProperty("server.port", "8080")))) {
			logger
				.warn("The actuator is on the service's own port, so probes and metrics need a certificate of a caller "
						+ "of mtls.callers, too. To give them a plain port of their own: management.server.port=8081 and "
						+ "management.server.ssl.enabled=false.");
		}
	}

	private static void checkBundle(Environment environment) {
		if (!PropertyOrigin.isSet(environment, "spring.ssl.bundle.pem.mtls")) {
			boolean keyStore = PropertyOrigin.isSet(environment, "spring.ssl.bundle.jks.mtls");
			throw problem(environment, BUNDLE,
					keyStore ? "names a bundle of key stores (spring.ssl.bundle.jks.mtls)"
							: "names a bundle that is not configured",
					"Give the bundle as PEM: spring.ssl.bundle.pem.mtls with "
							+ "keystore.certificate, keystore.private-key and truststore.certificate.");
		}
		if (!environment.getProperty("server.ssl.enabled", Boolean.class, true)) {
			throw problem(environment, "server.ssl.enabled", "is false, so that nobody would show a certificate",
					"Take it out. To start without TLS, take out server.ssl.bundle and mtls.callers, too.");
		}
		if (PropertyOrigin.isSet(environment, SERVER_NAMES)) {
			throw problem(environment, SERVER_NAMES, "has no effect: the door presents one certificate to all",
					"Take it out, and put all host names into the certificate of the bundle mtls.");
		}
		String clientAuth = environment.getProperty(CLIENT_AUTH, "none");
		if (!clientAuth.equalsIgnoreCase("need")) {
			throw problem(environment, CLIENT_AUTH,
					"is " + (List.of("want", "none").contains(clientAuth.toLowerCase()) ? clientAuth : "not need"),
					"Set it to need: with anything else a connection without a certificate would "
							+ "reach the service.");
		}
	}

	private static SettingException problem(Environment environment, String property, String why, String cure) {
		return new SettingException(PropertyOrigin.describe(environment, property), why, cure);
	}

}
