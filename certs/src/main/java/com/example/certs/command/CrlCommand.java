package com.example.certs.command;

import java.security.cert.X509CRL;
import java.time.Instant;
import java.util.List;

import com.example.certs.issue.CertificateAuthority;
import com.example.certs.issue.RevocationList;
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
			X509CRL list = authority.signRevocationList(previous, List.of(), null, planned);
			folder().write(list, authority.certificate());
			print("Revocation list %s", folder().revocationList());
			print("  next update  %s", RevocationList.validity(list).describeEnd(Instant.now()));
			if (!RevocationList.validity(list).equals(planned)) {
				refuseWhenNotTaken(list);
			}
		});
	}

}
