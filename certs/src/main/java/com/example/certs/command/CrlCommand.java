package com.example.certs.command;

import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.List;

import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/**
 * Signs the revocation list again, with the same entries, or a first one without any.
 */
@Command(name = "crl",
		description = "Sign the revocation list again before it runs out, or a first, empty one: ca.crl.")
public class CrlCommand extends CertsCommand implements Runnable {

	@Mixin
	private ValidityOptions validity;

	@Override
	public void run() {
		Validity planned = this.validity.validity(Validity.CRL_LIFETIME);
		folder().locked(() -> {
			CertificateAuthority authority = folder().authority();
			X509CRL previous = folder().revocationList(authority.certificate()).orElse(null);
			folder().write(authority.signRevocationList(previous, List.of(), null, planned), authority.certificate());
			print("Revocation list %s", folder().revocationList());
			print("  next update  %s", planned.describeEnd(Instant.now()));
		});
	}

}
