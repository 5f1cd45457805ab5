package com.example.mtls.server;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import com.example.mtls.material.CertificateText;
import com.example.mtls.material.CurrentMaterial;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.ssl.SslBundles;

/**
 * Says at start, and whenever the trusted CAs were read again, which of them each caller
 * may come from. It decides nothing. Public for the package {@code tomcat} below.
 */
public class CallerTies {

	private static final Logger logger = LoggerFactory.getLogger(CallerTies.class);

	private final AllowedCallers allowed;

	private final CurrentMaterial tls;

	private final SslBundles bundles;

	private List<X509Certificate> told = List.of();

	CallerTies(AllowedCallers allowed, CurrentMaterial tls, SslBundles bundles) {
		this.allowed = allowed;
		this.tls = tls;
		this.bundles = bundles;
	}

	/** Tells, and from now on whenever there is something new to tell. */
	public void start() {
		tell();
		this.bundles.addBundleUpdateHandler(CurrentMaterial.BUNDLE, (bundle) -> tell());
	}

	private void tell() {
		List<X509Certificate> authorities = this.tls.state().material().authorities();
		if (!authorities.equals(this.told)) {
			this.told = authorities;
			authorities
				.forEach((ca) -> logger.info("Trusted CA: subject \"{}\", valid until {}, SHA-256 fingerprint {}",
						CertificateText.subject(ca), ca.getNotAfter().toInstant(), Fingerprint.of(ca)));
			tellWhoIsNotTied(authorities);
		}
		Set<Fingerprint> trusted = authorities.stream().map(Fingerprint::of).collect(Collectors.toSet());
		this.allowed.ties()
			.forEach((name, ties) -> ties.stream()
				.filter((tie) -> !trusted.contains(tie))
				.forEach((tie) -> logger.warn("The caller {} is tied to a CA that is not trusted now, so none of its "
						+ "certificates is admitted: SHA-256 fingerprint {}. Put that CA certificate into {}, or correct "
						+ "MTLS_CALLERS_n_CA.", CommonName.show(name), tie, this.tls.trusted())));
	}

	/** A CA that is renewed with its key is one CA with two certificates. */
	private void tellWhoIsNotTied(List<X509Certificate> authorities) {
		long keys = authorities.stream().map(X509Certificate::getPublicKey).distinct().count();
		List<String> free = this.allowed.ties()
			.entrySet()
			.stream()
			.filter((caller) -> caller.getValue().isEmpty())
			.map((caller) -> CommonName.show(caller.getKey()))
			.toList();
		if (keys > 1 && !free.isEmpty()) {
			logger
				.info("{} CAs are trusted, and each of them can issue a certificate that is admitted as {}. That is fine "
						+ "if you would trust each with that; else set MTLS_CALLERS_n_CA to the fingerprint of the CA that "
						+ "the caller's certificate comes from.", keys, String.join(" or ", free));
		}
	}

}
