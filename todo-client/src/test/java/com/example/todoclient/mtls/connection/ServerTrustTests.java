package com.example.todoclient.mtls.connection;

import java.security.cert.X509Certificate;
import java.time.Clock;

import javax.net.ssl.X509ExtendedTrustManager;

import com.example.todoclient.TestCa;
import com.example.todoclient.mtls.material.CertificateRefusedException;
import com.example.todoclient.mtls.material.TestTls;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

class ServerTrustTests {

	private static final TestCa CA = TestCa.create("test-ca");

	@ParameterizedTest(name = "{1} for {0}: {2}")
	@CsvSource({ "api.example.com, api.example.com, true", "API.example.com, api.EXAMPLE.com, true",
			"api.example.com, *.example.com, true", "a.b.example.com, *.example.com, false",
			"example.com, *.example.com, false", "api.example.com, a*.example.com, false", "api.example.com, *, false",
			"api.example.com, example.com, false", "api.example.com, '', false",
			"api.example.com, api.example.com., false", "api.example.com, xapi.example.com, false",
			"127.0.0.1, 127.0.0.1, true", "127.0.0.1, 127.0.0.2, false", "[::1], ::1, true",
			"[0:0:0:0:0:0:0:1], ::1, true", "[::2], ::1, false" })
	void hostIsMatchedWhenItStandsInTheSan(String host, String name, boolean matches) {
		boolean address = name.matches("[0-9.]+|.*:.*");
		X509Certificate leaf = CA.leaf()
			.commonName(host)
			.names(new GeneralName(address ? GeneralName.iPAddress : GeneralName.dNSName, name))
			.issue()
			.certificate();
		assertThat(isTaken(host, leaf)).isEqualTo(matches);
	}

	@ParameterizedTest
	@CsvSource({ "127.0.0.1", "[::1]" })
	void ipAddressWrittenAsDnsNameDoesNotCount(String host) {
		X509Certificate leaf = CA.leaf()
			.commonName(host)
			.names(new GeneralName(GeneralName.dNSName, host.replaceAll("[\\[\\]]", "")))
			.issue()
			.certificate();
		assertThat(isTaken(host, leaf)).isFalse();
	}

	private static boolean isTaken(String host, X509Certificate leaf) {
		X509ExtendedTrustManager jdk = (X509ExtendedTrustManager) TestConnection.material(CA.client("todo-client"), CA)
			.toBundle(TestTls.OPTIONS)
			.getManagers()
			.getTrustManagers()[0];
		try {
			new ServerTrust(jdk, ServiceAddress.of("https://" + host), Clock.systemUTC())
				.check(new X509Certificate[] { leaf });
			return true;
		}
		catch (CertificateRefusedException ex) {
			return false;
		}
	}

}
