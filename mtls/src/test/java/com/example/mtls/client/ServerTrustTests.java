package com.example.mtls.client;

import java.net.URI;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.stream.Stream;

import javax.net.ssl.X509ExtendedTrustManager;

import com.example.mtls.TestCa;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateRefusedException.Reason;
import com.example.mtls.material.TestTls;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

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

	/**
	 * What a CA is told, what its leaf is for, what we call: CVE-2025-61727 and its like.
	 */
	@ParameterizedTest(name = "{0}: {1} called as {2}: {3}")
	@CsvSource({ "-bar.example.com, *.example.com, bar.example.com, false",
			"-bar.example.com, *.example.com, foo.example.com, true",
			"-BAR.example.COM, *.Example.com, bar.EXAMPLE.com, false",
			"-bar.example.com, *.example.com, bar.example.com., false",
			"-bar.example.com, *.bar.example.com, a.bar.example.com, false",
			"-a.bar.example.com, *.bar.example.com, a.bar.example.com, false",
			"-.bar.example.com, *.bar.example.com, a.bar.example.com, false",
			"-.example.com, *.example.com, bar.example.com, false",
			"-xbar.example.com, *.example.com, bar.example.com, true",
			"+example.com -bar.example.com, *.example.com, bar.example.com, false",
			"+example.com -bar.example.com, *.example.com, foo.example.com, true",
			"+.example.com, *.example.com, bar.example.com, true",
			"+example.org, *.example.com, bar.example.com, false", "-10.0.0.0/255.0.0.0, 10.0.0.1, 10.0.0.1, false",
			"-10.0.0.0/255.0.0.0, 127.0.0.1, 127.0.0.1, true",
			"-10.0.0.0/255.0.0.0, 10.0.0.1, [::ffff:10.0.0.1], false", "+10.0.0.0/255.0.0.0, 10.0.0.1, 10.0.0.1, true",
			"-::/ffff::, ::1, [::1], false", "-10.0.0.0/255.0.0.0, *.example.com, bar.example.com, true",
			"-bar.example.com, 127.0.0.1, 127.0.0.1, true" })
	void hostIsAskedOfTheNameConstraintsOfEachCa(String constraints, String name, String host, boolean taken)
			throws Exception {
		byte[] limits = constraints(constraints).getEncoded();
		TestCa root = TestCa.root("limited-root").extension(Extension.nameConstraints, true, limits).asCa();
		Issued upper = CA.leaf().commonName("upper").ca(2).extension(Extension.nameConstraints, true, limits).issue();
		Issued middle = upper.asCa().leaf().commonName("Middle CA").ca(1).issue();
		Issued free = CA.leaf().commonName("free").ca(1).issue();
		Issued lower = free.asCa()
			.leaf()
			.commonName("lower")
			.ca(0)
			.extension(Extension.nameConstraints, true, limits)
			.issue();
		assertThat(isTaken(host, root, leaf(root, name))).as("of the root").isEqualTo(taken);
		assertThat(isTaken(host, CA, leaf(middle.asCa(), name), middle.certificate(), upper.certificate()))
			.as("of the upper CA")
			.isEqualTo(taken);
		assertThat(isTaken(host, CA, leaf(lower.asCa(), name), lower.certificate(), free.certificate()))
			.as("of the lower CA")
			.isEqualTo(taken);
	}

	@Test
	void refusalForANameConstraintNamesTheCaAndTheHost() throws Exception {
		Issued limited = CA.leaf()
			.commonName("limited")
			.ca(0)
			.extension(Extension.nameConstraints, true, constraints("-bar.example.com").getEncoded())
			.issue();
		assertThatExceptionOfType(CertificateRefusedException.class)
			.isThrownBy(() -> trust(CA).check(
					new X509Certificate[] { leaf(limited.asCa(), "*.example.com"), limited.certificate() },
					"bar.example.com"))
			.withMessageContaining(
					"the name constraints of the CA \"CN=limited\" do not let it issue for bar.example.com")
			.satisfies((ex) -> assertThat(ex.reason()).isEqualTo(Reason.UNTRUSTED));
	}

	/** Subtrees, the permitted ones with a plus, the excluded ones with a minus. */
	private static NameConstraints constraints(String text) {
		return new NameConstraints(subtrees(text, "+"), subtrees(text, "-"));
	}

	private static GeneralSubtree[] subtrees(String text, String sign) {
		return Stream.of(text.split(" "))
			.filter((each) -> each.startsWith(sign))
			.map((each) -> new GeneralSubtree(name(each.substring(1))))
			.toArray(GeneralSubtree[]::new);
	}

	private static GeneralName name(String name) {
		return new GeneralName(name.matches("[0-9./]+|.*:.*") ? GeneralName.iPAddress : GeneralName.dNSName, name);
	}

	private static X509Certificate leaf(TestCa ca, String name) {
		return ca.leaf().commonName("leaf").names(name(name)).issue().certificate();
	}

	private static boolean isTaken(String host, X509Certificate leaf) {
		return isTaken(host, CA, leaf);
	}

	private static boolean isTaken(String host, TestCa trusted, X509Certificate... chain) {
		try {
			trust(trusted).check(chain, ServiceAddress.of(URI.create("https://" + host)).host());
			return true;
		}
		catch (CertificateRefusedException ex) {
			return false;
		}
	}

	private static ServerTrust trust(TestCa trusted) {
		X509ExtendedTrustManager jdk = (X509ExtendedTrustManager) TestTls
			.bundle(TestConnection.material(CA.client("todo-client"), trusted))
			.getManagers()
			.getTrustManagers()[0];
		return new ServerTrust(jdk, Clock.systemUTC());
	}

}
