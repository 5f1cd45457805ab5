package com.example.todoservice.door;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateText;
import com.example.mtls.material.ReloadTests;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The same with what probes and metrics of this service show of it.
 */
class ReloadInTodosTests extends ReloadTests {

	private static final HttpClient HTTP = HttpClient.newHttpClient();

	@Test
	void brokenFilesChangeNothingAndAreShownWhileReadinessStaysUp() throws Exception {
		Issued good = CA.server();
		replace(files(good));
		await().until(() -> presented().equals(good.certificate()));
		Map<String, String> mismatched = new HashMap<>(files(good));
		mismatched.put("server.key", CA.server().keyPem());
		replace(mismatched);
		await().until(() -> metrics().contains("tls_reload_refused 1.0"));
		HttpResponse<String> readiness = management("/health/readiness");
		assertThat(readiness.statusCode()).isEqualTo(200);
		assertThat(readiness.body()).contains("\"status\":\"UP\"", "\"reload\":\"refused, see the log\"",
				"\"serialNumber\":\"" + CertificateText.serialNumber(good.certificate().getSerialNumber()) + "\"");
		assertThat(presented()).isEqualTo(good.certificate());
		Issued next = CA.server();
		replace(files(next));
		await().until(() -> presented().equals(next.certificate()));
		assertThat(metrics()).contains("tls_reload_refused 0.0");
		assertThat(management("/health/readiness").body()).contains("\"reload\":\"ok\"");
	}

	@Test
	void certificateThatIsAboutToExpireIsShownWhileReadinessStaysUp() throws Exception {
		Issued expiring = CA.leaf()
			.commonName("localhost")
			.names(new GeneralName(GeneralName.dNSName, "localhost"))
			.validity(Instant.now().minus(Duration.ofDays(89)), Instant.now().plus(Duration.ofHours(1)))
			.issue();
		replace(files(expiring));
		await().until(() -> presented().equals(expiring.certificate()));
		HttpResponse<String> readiness = management("/health/readiness");
		assertThat(readiness.statusCode()).isEqualTo(200);
		assertThat(readiness.body()).startsWith("{\"components\":")
			.contains("\"expiringChains\":[{")
			.endsWith("\"status\":\"UP\"}");
		double secondsLeft = metrics().lines()
			.filter((line) -> line.startsWith("ssl_chain_expiry_seconds{") && line.contains("source=\"keystore\""))
			.map((line) -> line.substring(line.lastIndexOf(' ')))
			.mapToDouble(Double::parseDouble)
			.filter(Double::isFinite)
			.min()
			.orElseThrow();
		assertThat(secondsLeft).isBetween(0.0, 3600.0);
	}

	private static String metrics() throws Exception {
		return management("/prometheus").body();
	}

	private static HttpResponse<String> management(String path) throws Exception {
		URI uri = URI.create("http://localhost:" + service.managementPort() + "/actuator" + path);
		return HTTP.send(HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(60)).build(),
				HttpResponse.BodyHandlers.ofString());
	}

}
