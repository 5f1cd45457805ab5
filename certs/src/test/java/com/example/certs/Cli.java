package com.example.certs;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

import org.bouncycastle.asn1.ASN1UTF8String;
import org.bouncycastle.asn1.x500.RDN;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.style.BCStyle;
import picocli.CommandLine;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Runs one command in this process, as the shell would run it in its own.
 */
public record Cli(int exitCode, String out, String err) {

	public static Cli run(Object... args) {
		CommandLine commandLine = CertsCli.commandLine();
		StringWriter out = new StringWriter();
		StringWriter err = new StringWriter();
		commandLine.setOut(new PrintWriter(out, true));
		commandLine.setErr(new PrintWriter(err, true));
		int exitCode = commandLine.execute(Arrays.stream(args).map(String::valueOf).toArray(String[]::new));
		return new Cli(exitCode, out.toString(), err.toString());
	}

	/** Runs a command that has to succeed. */
	public static Cli ok(Object... args) {
		Cli result = run(args);
		assertThat(result.exitCode).as("%s %s", List.of(args), result).isZero();
		assertThat(result.err).isEmpty();
		return result;
	}

	/** The one CN of a subject, as it is encoded. */
	static String commonName(X509Certificate certificate) {
		RDN[] names = X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded()).getRDNs(BCStyle.CN);
		assertThat(names).hasSize(1);
		assertThat(names[0].getFirst().getValue()).isInstanceOf(ASN1UTF8String.class);
		return names[0].getFirst().getValue().toString();
	}

	/** Runs a command that has to fail, and looks at how it does. */
	public static String failing(int exitCode, Object... args) {
		Cli result = run(args);
		assertThat(result.exitCode).as("%s %s", new ArrayList<>(List.of(args)), result).isEqualTo(exitCode);
		assertThat(result.err).isNotBlank().doesNotContain("\tat ").doesNotContain("defect");
		return result.err;
	}

}
