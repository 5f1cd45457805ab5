package com.example.mtls.server.tomcat;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.List;

import com.example.mtls.SettingException;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import com.example.mtls.material.MtlsMaterialAutoConfiguration;
import com.example.mtls.server.MtlsServerAutoConfiguration;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.apache.catalina.Context;
import org.apache.catalina.connector.Connector;
import org.apache.catalina.startup.Tomcat;
import org.apache.catalina.valves.HealthCheckValve;
import org.apache.catalina.valves.SSLValve;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.aot.hint.RuntimeHints;
import org.springframework.aot.hint.predicate.RuntimeHintsPredicates;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.tomcat.TomcatWebServer;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.Ordered;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.awaitility.Awaitility.await;

/**
 * Hosts that configure Tomcat, the context or the start in ways of their own: nobody gets
 * in who is not admitted, or the service does not start and says why.
 */
class OtherServersTests {

	/** The plainest host: no chain, and one answer. */
	@SpringBootConfiguration(proxyBeanMethods = false)
	@EnableAutoConfiguration
	@RestController
	static class Plain {

		@GetMapping("/")
		String hello(java.security.Principal principal) {
			return "Hello, " + principal.getName();
		}

	}

	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class FirstFilter {

		@Bean
		FilterRegistrationBean<Filter> answersItself() {
			FilterRegistrationBean<Filter> bean = new FilterRegistrationBean<>(
					(request, response, chain) -> response.getWriter().write("open"));
			bean.setOrder(Ordered.HIGHEST_PRECEDENCE);
			return bean;
		}

	}

	/** And another web application beside the first. */
	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class OwnFactory {

		@Bean
		TomcatServletWebServerFactory factory() {
			return new Factory();
		}

		/** Public, because Boot makes one more for the management port. */
		public static class Factory extends TomcatServletWebServerFactory {

			@Override
			protected TomcatWebServer getTomcatWebServer(Tomcat tomcat) {
				Context beside = tomcat.addContext("/beside", null);
				Tomcat.addServlet(beside, "beside", new HttpServlet() {

					@Override
					protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
						response.getWriter().write("beside");
					}

				});
				beside.addServletMappingDecoded("/*", "beside");
				return super.getTomcatWebServer(tomcat);
			}

		}

	}

	/** Believes a header about the certificate. */
	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class BehindProxy {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> proxy() {
			return (factory) -> factory.addEngineValves(new SSLValve(), new HealthCheckValve());
		}

	}

	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class PlainConnector {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> second() {
			return (factory) -> {
				Connector plain = new Connector();
				plain.setPort(0);
				factory.addAdditionalConnectors(plain);
			};
		}

	}

	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class AjpConnector {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> second() {
			return (factory) -> {
				Connector ajp = new Connector("AJP/1.3");
				ajp.setPort(0);
				ajp.setProperty("secretRequired", "false");
				factory.addAdditionalConnectors(ajp);
			};
		}

	}

	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class OtherValves {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> valves() {
			return (factory) -> factory.setEngineValves(List.of(new HealthCheckValve()));
		}

	}

	@Import(Plain.class)
	@Configuration(proxyBeanMethods = false)
	static class OtherProtocol {

		@Bean
		WebServerFactoryCustomizer<TomcatServletWebServerFactory> protocol() {
			return (factory) -> factory.setProtocol("org.apache.coyote.http11.Http11Nio2Protocol");
		}

	}

	@ParameterizedTest
	@ValueSource(
			classes = { Plain.class, FirstFilter.class, OwnFactory.class, BehindProxy.class, PlainConnector.class })
	void whoIsNotAdmittedReachesNothing(Class<?> host) {
		try (TestService service = TestService.of(host)) {
			for (String path : List.of("/", "/beside/x", "/health", "/no-such-thing")) {
				TestClient.Answer answer = service.client("stranger").get(path);
				assertThat(answer.status()).as(path).isEqualTo(403);
				assertThat(answer.body().get("reason").asString()).as(path).isEqualTo("unknown-caller");
			}
			assertThat(service.client("todo-client").get("/").status()).isEqualTo(200);
			assertThat(service.client("todo-client").get("/beside/x").status())
				.isEqualTo((host == OwnFactory.class || host == FirstFilter.class) ? 200 : 404);
		}
	}

	@Test
	void whenHeaderHasACertificateThenItIsNotBelieved() {
		try (TestService service = TestService.of(BehindProxy.class)) {
			Issued victim = service.ca().client("todo-client");
			TestClient stranger = service.client("stranger");
			String pem = victim.certificatePem();
			for (String value : List.of(pem.replace('\n', ' '), URLEncoder.encode(pem, StandardCharsets.UTF_8))) {
				assertThat(stranger.send(stranger.request("/").header("ssl_client_cert", value.trim()).GET()).status())
					.isEqualTo(403);
			}
		}
	}

	/** It has no certificates, so it admits nobody. */
	@Test
	void whenThereIsAPlainConnectorThenItAdmitsNobody() throws Exception {
		try (TestService service = TestService.of(PlainConnector.class)) {
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest.newBuilder(URI.create("http://localhost:" + service.portOfConnector(1) + "/"))
					.build(), BodyHandlers.ofString());
			assertThat(answer.statusCode()).isEqualTo(403);
			assertThat(answer.body()).contains("no-certificate");
		}
	}

	@ParameterizedTest
	@ValueSource(classes = { AjpConnector.class, OtherValves.class, OtherProtocol.class })
	void whenTheDoorIsNotInPlaceThenServiceDoesNotStart(Class<?> host) {
		assertThat(NestedExceptionUtils.getMostSpecificCause(catchThrowable(() -> TestService.of(host).close())))
			.isInstanceOfSatisfying(SettingException.class,
					(ex) -> assertThat(ex.cure()).contains("would not stand before everything"));
	}

	@ParameterizedTest
	@ValueSource(classes = { MtlsServerAutoConfiguration.class, MtlsTomcatAutoConfiguration.class,
			MtlsMaterialAutoConfiguration.class })
	void whenAutoConfigurationIsExcludedThenServiceDoesNotStart(Class<?> left) {
		assertThat(NestedExceptionUtils.getMostSpecificCause(catchThrowable(
				() -> TestService.of(Plain.class, "--spring.autoconfigure.exclude=" + left.getName()).close())))
			.isInstanceOfSatisfying(SettingException.class, (ex) -> assertThat(ex).hasMessageContaining("left out"));
	}

	@Test
	void whenThereIsAContextPathThenAdmissionHoldsEverywhere() {
		try (TestService service = TestService.of(Plain.class, "--server.servlet.context-path=/app")) {
			assertThat(service.client("todo-client").get("/app/").status()).isEqualTo(200);
			for (String path : List.of("/app/", "/app/x", "/", "/other")) {
				assertThat(service.client("stranger").get(path).status()).as(path).isEqualTo(403);
			}
			// By Tomcat, which only knows that there is something.
			assertThat(service.client("stranger").get("/app").status()).isEqualTo(302);
		}
	}

	/** Nothing may wait until somebody asks: not the door, and not the looks at files. */
	@Test
	void whenBeansAreLazyThenRefusalsAndRotationWork() {
		try (TestService service = TestService.of(Plain.class, "--spring.main.lazy-initialization=true")) {
			assertThat(service.client("stranger").get("/").status()).isEqualTo(403);
			assertThat(service.client("todo-client").get("/").response().body()).isEqualTo("Hello, todo-client");
			TestCa next = TestCa.create("next-ca");
			TestCa.write(service.folder().resolve("ca.crt"), service.ca().certificatePem() + next.certificatePem());
			await().atMost(java.time.Duration.ofSeconds(60))
				.ignoreExceptions()
				.untilAsserted(
						() -> assertThat(service.client(next.client("todo-client")).get("/").status()).isEqualTo(200));
		}
	}

	/** As Spring Cloud does it. */
	@Test
	void whenThereIsAParentContextThenStarts() {
		try (ConfigurableApplicationContext context = new SpringApplicationBuilder(Object.class)
			.web(WebApplicationType.NONE)
			.child(Plain.class)
			.web(WebApplicationType.SERVLET)
			.run(TestService.arguments(TestCa.create("test-ca")))) {
			assertThat(context.getParent()).isNotNull();
			assertThat(context.getBeanNamesForType(DoorInPlace.class)).hasSize(1);
		}
	}

	/** Devtools does so, in the same JVM. */
	@Test
	void whenStartedAgainThenWorks() {
		for (int i = 0; i < 2; i++) {
			try (TestService service = TestService.of(Plain.class)) {
				assertThat(service.client("todo-client").get("/").status()).isEqualTo(200);
				assertThat(service.client("stranger").get("/").status()).isEqualTo(403);
			}
		}
	}

	/** The dependency, and nothing else of ours. */
	@Test
	void whenNothingIsConfiguredThenStartsAsWithoutIt() throws Exception {
		try (ConfigurableApplicationContext context = SpringApplication.run(Plain.class, "--server.port=0",
				"--management.server.port=", "--spring.config.location=optional:classpath:/nowhere/")) {
			assertThat(context.getBeanNamesForType(com.example.mtls.server.Admission.class)).isEmpty();
			HttpResponse<String> answer = HttpClient.newHttpClient()
				.send(HttpRequest
					.newBuilder(URI
						.create("http://localhost:" + context.getEnvironment().getProperty("local.server.port") + "/"))
					.build(), BodyHandlers.ofString());
			assertThat(answer.statusCode()).as("Boot's own chain").isEqualTo(401);
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "/actuator", "/manage" })
	void whenManagementHasAPortThenProbesAnswer(String path) throws Exception {
		try (TestService service = TestService.of(Plain.class, "--management.endpoints.web.base-path=" + path,
				"--management.endpoint.health.probes.enabled=true")) {
			for (String probe : List.of("/health", "/health/liveness", "/health/readiness")) {
				assertThat(management(service, path + probe)).as(probe).isEqualTo(200);
			}
			assertThat(management(service, "/")).isNotEqualTo(200);
			assertThat(service.client("stranger").get(path + "/health").status()).isEqualTo(403);
		}
	}

	private static int management(TestService service, String path) throws Exception {
		return HttpClient.newHttpClient()
			.send(HttpRequest.newBuilder(URI.create("http://localhost:" + service.managementPort() + path)).build(),
					BodyHandlers.ofString())
			.statusCode();
	}

	@Test
	void whatTomcatMakesByNameIsHinted() {
		RuntimeHints hints = new RuntimeHints();
		new MtlsTomcatAutoConfiguration.MadeByName().registerHints(hints, null);
		for (Class<?> type : List.of(AuditedHttpsProtocol.class, ClientTrust.Implementation.class)) {
			assertThat(
					RuntimeHintsPredicates.reflection().onConstructorInvocation(type.getConstructors()[0]).test(hints))
				.as(type.getName())
				.isTrue();
		}
	}

}
