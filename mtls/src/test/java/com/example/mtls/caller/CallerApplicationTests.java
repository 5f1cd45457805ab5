package com.example.mtls.caller;

import java.net.URI;
import java.nio.file.Path;
import java.util.List;

import com.example.mtls.CallFailure;
import com.example.mtls.CallFailure.Reason;
import com.example.mtls.MtlsClients;
import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.caller.CallerApplication.Orders;
import com.example.mtls.caller.CallerApplication.Stock;
import com.example.mtls.client.FakeService;
import mockwebserver3.MockResponse;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.ProblemDetail;
import org.springframework.web.client.HttpClientErrorException;
import org.springframework.web.client.RestClient;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

/**
 * A host that is called and calls: two services with paths, typed and fluent, blocking
 * and reactive, over one bundle.
 */
class CallerApplicationTests {

	private static final TestCa CA = TestCa.create("test-ca");

	private static final String PROBLEM = "{\"title\":\"Gone\",\"detail\":\"Not here.\",\"reason\":\"gone\"}";

	private static FakeService orders;

	private static FakeService stock;

	private static ConfigurableApplicationContext context;

	@BeforeAll
	static void start(@TempDir Path folder) {
		Issued ours = CA.leaf().commonName("caller").names(new GeneralName(GeneralName.dNSName, "localhost")).issue();
		TestCa.write(folder.resolve("ca.crt"), CA.certificatePem());
		TestCa.write(folder.resolve("own.crt"), ours.certificatePem());
		TestCa.write(folder.resolve("own.key"), ours.keyPem());
		orders = FakeService.start(CA.server(), CA.certificate());
		stock = FakeService.start(CA.server(), CA.certificate());
		String bundle = "--spring.ssl.bundle.pem.mtls.";
		context = new SpringApplication(CallerApplication.class).run("--server.port=0", "--server.ssl.bundle=mtls",
				"--server.ssl.client-auth=need", "--mtls.callers[0].name=someone", "--mtls.callers[0].roles=any",
				bundle + "keystore.certificate=" + folder.resolve("own.crt"),
				bundle + "keystore.private-key=" + folder.resolve("own.key"),
				bundle + "truststore.certificate=" + folder.resolve("ca.crt"),
				bundle + "options.enabled-protocols=TLSv1.3", bundle + "options.ciphers=TLS_AES_128_GCM_SHA256",
				"--spring.http.serviceclient.orders.base-url=" + orders.url() + "/api/v1",
				"--spring.http.serviceclient.orders.ssl.bundle=mtls",
				"--spring.http.serviceclient.stock.base-url=" + stock.url() + "/stock",
				"--spring.http.serviceclient.stock.ssl.bundle=mtls");
	}

	@AfterAll
	static void stop() {
		context.close();
		orders.close();
		stock.close();
	}

	@Test
	void typedClientsCallEachItsServiceBelowItsPath() {
		orders.json(200, "one");
		stock.json(200, "two").json(200, "three");
		assertThat(context.getBean(Orders.class).order("1").block()).isEqualTo("one");
		assertThat(context.getBean(Stock.class).item("2")).isEqualTo("two");
		assertThat(context.getBean(Stock.class).change("3", "Zähler")).isEqualTo("three");
		assertThat(orders.taken().getTarget()).isEqualTo("/api/v1/orders/1");
		assertThat(stock.taken().getTarget()).isEqualTo("/stock/items/2");
		assertThat(stock.taken().getBody().utf8()).isEqualTo("Zähler");
	}

	@Test
	void fluentClientsCallAnyService() {
		for (FakeService service : List.of(orders, stock)) {
			service.json(200, "one").json(200, "two");
			assertThat(reactive(service.url() + "/a")).isEqualTo("one");
			assertThat(blocking(service.url() + "/b")).isEqualTo("two");
			assertThat(service.taken().getHandshake().peerCertificates()).isNotEmpty();
			service.taken();
		}
	}

	@Test
	void answersStaySpringsOwnWithTheirProblemDocument() {
		orders.json(404, PROBLEM);
		stock.json(409, PROBLEM);
		WebClientResponseException.NotFound notFound = catchThrowableOfType(WebClientResponseException.NotFound.class,
				() -> context.getBean(Orders.class).order("1").block());
		assertThat(notFound.getResponseBodyAs(ProblemDetail.class).getProperties()).containsEntry("reason", "gone");
		HttpClientErrorException.Conflict conflict = catchThrowableOfType(HttpClientErrorException.Conflict.class,
				() -> context.getBean(Stock.class).item("1"));
		assertThat(conflict.getResponseHeaders().getContentType()).hasToString("application/problem+json");
		assertThat(conflict.getResponseBodyAs(ProblemDetail.class).getDetail()).isEqualTo("Not here.");
		MtlsClients clients = context.getBean(MtlsClients.class);
		for (CallFailure failure : List.of(clients.service("orders").explain(notFound),
				clients.service("stock").explain(conflict))) {
			assertThat(failure.reason()).isEqualTo(Reason.ERROR_RESPONSE);
			assertThat(failure.detail()).endsWith("(gone): Gone. Not here.");
		}
		orders.taken();
		stock.taken();
	}

	@Test
	void whatPreventsAnAnswerIsAFailureForBothKinds() {
		String nobody = "https://localhost:1/";
		for (CallFailure failure : List.of(catchThrowableOfType(CallFailure.class, () -> reactive(nobody)),
				catchThrowableOfType(CallFailure.class, () -> blocking(nobody)))) {
			assertThat(failure.reason()).isEqualTo(Reason.CONNECTION_REFUSED);
			assertThat(failure.isSent()).isFalse();
			assertThat(failure.isTlsRefusal()).isFalse();
			assertThat(failure.title()).isEqualTo("Nobody listens where localhost should be");
		}
	}

	@Test
	void hostIsCheckedForEachTarget() {
		Issued elsewhere = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "elsewhere.example"))
			.issue();
		try (FakeService other = FakeService.start(elsewhere, CA.certificate())) {
			for (CallFailure failure : List.of(catchThrowableOfType(CallFailure.class, () -> reactive(other.url())),
					catchThrowableOfType(CallFailure.class, () -> blocking(other.url())))) {
				assertThat(failure.reason()).isEqualTo(Reason.SERVER_CERTIFICATE_FOR_ANOTHER_HOST);
			}
			assertThat(other.server().getRequestCount()).isZero();
		}
	}

	@Test
	void nothingLeavesHttps() {
		try (FakeService plain = FakeService.plain()) {
			String url = "http://localhost:" + plain.server().getPort() + "/";
			int before = orders.server().getRequestCount();
			for (CallFailure failure : List.of(catchThrowableOfType(CallFailure.class, () -> reactive(url)),
					catchThrowableOfType(CallFailure.class, () -> blocking(url)))) {
				assertThat(failure.reason()).isEqualTo(Reason.INTERNAL_ERROR);
			}
			for (int i = 0; i < 2; i++) {
				orders.answer(new MockResponse.Builder().code(302).setHeader("Location", url));
			}
			for (CallFailure failure : List.of(catchThrowableOfType(CallFailure.class, () -> reactive(orders.url())),
					catchThrowableOfType(CallFailure.class, () -> blocking(orders.url())))) {
				assertThat(failure.reason()).isEqualTo(Reason.REDIRECTED);
			}
			assertThat(plain.server().getRequestCount()).isZero();
			assertThat(orders.server().getRequestCount()).isEqualTo(before + 2);
			orders.taken();
			orders.taken();
		}
	}

	@Test
	void clientOfAGroupCallsNobodyElse() {
		MtlsClients clients = context.getBean(MtlsClients.class);
		WebClient reactive = WebClient.builder().apply(clients.service("orders").webClient()).build();
		RestClient blocking = RestClient.builder().apply(clients.service("orders").restClient()).build();
		int before = stock.server().getRequestCount();
		assertThatExceptionOfType(CallFailure.class)
			.isThrownBy(() -> reactive.get().uri(URI.create(stock.url())).retrieve().bodyToMono(String.class).block())
			.withMessageContaining("We call nobody but " + orders.url());
		assertThatExceptionOfType(CallFailure.class)
			.isThrownBy(() -> blocking.get().uri(URI.create(stock.url())).retrieve().body(String.class))
			.withMessageContaining("We call nobody but " + orders.url());
		assertThat(stock.server().getRequestCount()).isEqualTo(before);
	}

	@Test
	void serviceIsKnownByItsGroup() {
		orders.json(200, "one");
		context.getBean(Orders.class).order("1").block();
		orders.taken();
		MtlsClients clients = context.getBean(MtlsClients.class);
		assertThat(clients.service("orders").url()).hasToString(orders.url() + "/api/v1");
		assertThat(clients.service("orders").latestHandshake().protocol()).isEqualTo("TLSv1.3");
	}

	private static String reactive(String url) {
		return context.getBean(WebClient.class).get().uri(URI.create(url)).retrieve().bodyToMono(String.class).block();
	}

	private static String blocking(String url) {
		return context.getBean(RestClient.class).get().uri(URI.create(url)).retrieve().body(String.class);
	}

}
