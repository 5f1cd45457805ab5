package com.example.mtls.material;

import java.util.Set;

/**
 * What a setting is to hold.
 */
public enum PemKind {

	/** Certificates, one or several (RFC 7468 section 5). */
	CERTIFICATE("certificate", "-----BEGIN CERTIFICATE-----, usually NAME.crt or NAME.pem",
			Set.of("CERTIFICATE", "X509CERTIFICATE", "TRUSTEDCERTIFICATE")),

	/** One private key: PKCS #8, PKCS #1 or SEC1 (RFC 7468 section 10 and 11). */
	PRIVATE_KEY("private key", "-----BEGIN PRIVATE KEY-----, usually NAME.key",
			Set.of("PRIVATEKEY", "ENCRYPTEDPRIVATEKEY", "RSAPRIVATEKEY", "ECPRIVATEKEY")),

	/** Revocation lists, one or several (RFC 7468 section 6). */
	REVOCATION_LIST("revocation list", "-----BEGIN X509 CRL-----", Set.of("X509CRL"));

	private final String title;

	private final String file;

	private final Set<String> labels;

	PemKind(String title, String file, Set<String> labels) {
		this.title = title;
		this.file = file;
		this.labels = labels;
	}

	String title() {
		return this.title;
	}

	/** Which file to give, as a sentence. */
	String cure(IssuingTool tool) {
		return "Give the file that starts with " + this.file
				+ ((this == REVOCATION_LIST)
						? (tool.isKnown() ? ", the ca.crl that \"certs revoke\" writes" : ", usually NAME.crl") : "")
				+ ".";
	}

	boolean isLabelledBy(PemText.Block block) {
		return this.labels.contains(block.label());
	}

}
