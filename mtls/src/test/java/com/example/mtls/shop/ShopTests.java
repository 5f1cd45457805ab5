package com.example.mtls.shop;

import java.nio.file.Path;
import java.util.List;

import com.example.mtls.TestCa;
import com.example.mtls.TestService;
import com.example.mtls.server.Admission;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.webmvc.test.autoconfigure.AutoConfigureMockMvc;
import org.springframework.boot.webmvc.test.autoconfigure.WebMvcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.security.test.web.servlet.request.SecurityMockMvcRequestPostProcessors;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.assertj.MockMvcTester;
import org.springframework.test.web.servlet.request.RequestPostProcessor;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The tests that the shop had before. Without a server there is no connection to judge,
 * so they log in as they did.
 */
class ShopTests {

	private static final String NOTHING = "spring.config.location=optional:classpath:/nowhere/";

	private static void check(MockMvcTester mvc) {
		assertThat(mvc.get().uri("/orders")).hasStatus(HttpStatus.FORBIDDEN);
		assertThat(mvc.get()
			.uri("/orders/open")
			.with(SecurityMockMvcRequestPostProcessors.user("somebody").authorities(List.of(() -> "orders"))))
			.hasStatusOk()
			.bodyText()
			.isEqualTo("for somebody");
		assertThat(mvc.get().uri("/orders/open").with(SecurityMockMvcRequestPostProcessors.user("somebody")))
			.hasStatus(HttpStatus.FORBIDDEN);
		assertThat(mvc.get().uri("/orders").with(x509("stranger"))).hasStatus(HttpStatus.FORBIDDEN);
	}

	/** The lines of YAML, and files. */
	abstract static class Material {

		@DynamicPropertySource
		static void material(DynamicPropertyRegistry properties) {
			TestCa ca = TestCa.create("test-ca");
			Path folder = TestService.folder(ca, ca.server());
			properties.add("CERT_FILE_PATH", folder.resolve("server.crt")::toString);
			properties.add("KEY_FILE_PATH", folder.resolve("server.key")::toString);
			properties.add("CA_CERT_FILE_PATH", folder.resolve("ca.crt")::toString);
		}

	}

	private static RequestPostProcessor x509(String name) {
		return SecurityMockMvcRequestPostProcessors.x509(TestCa.create("test-ca").client(name).certificate());
	}

	@Nested
	@SpringBootTest(classes = ShopApplication.class, properties = NOTHING)
	@AutoConfigureMockMvc
	class Mock {

		@Test
		void whenNothingIsConfiguredThenTheDoorIsNotThere(@Autowired MockMvcTester mvc,
				@Autowired ApplicationContext context) {
			assertThat(context.getBeanNamesForType(Admission.class)).isEmpty();
			check(mvc);
		}

	}

	@Nested
	@SpringBootTest(classes = ShopApplication.class)
	@AutoConfigureMockMvc
	class MockWithBundle extends Material {

		@Test
		void whenBundleIsConfiguredThenTestsLogInAsBefore(@Autowired MockMvcTester mvc) {
			check(mvc);
			assertThat(mvc.get().uri("/orders").with(x509("todo-client"))).hasStatusOk()
				.bodyText()
				.isEqualTo("for todo-client");
		}

	}

	@Nested
	@SpringBootTest(classes = None.Job.class, webEnvironment = SpringBootTest.WebEnvironment.NONE)
	class None extends Material {

		@SpringBootConfiguration(proxyBeanMethods = false)
		@EnableAutoConfiguration
		static class Job {

		}

		@Test
		void startsWithoutAServer(@Autowired ApplicationContext context) {
			assertThat(context.getBeanNamesForType(Admission.class)).isEmpty();
		}

	}

	@Nested
	@WebMvcTest(controllers = ShopApplication.class, properties = NOTHING)
	@org.springframework.test.context.ContextConfiguration(classes = ShopApplication.class)
	class Slice {

		@Test
		void logsInAsBefore(@Autowired MockMvcTester mvc) {
			check(mvc);
		}

	}

}
