package com.example.certs.issue;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.cert.X509Certificate;
import java.util.List;

import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;

/**
 * The subject alternative names of a certificate (RFC 5280, section 4.2.1.6): the hosts
 * of a server, or the URI or DNS name by which a caller is known.
 */
public final class AlternativeNames {

	private AlternativeNames() {
	}

	/** The names exactly as they are encoded; none where they cannot be read. */
	static List<GeneralName> of(X509Certificate certificate) {
		byte[] extension = extension(certificate);
		if (extension == null) {
			return List.of();
		}
		try {
			return List.of(GeneralNames.getInstance(JcaX509ExtensionUtils.parseExtensionValue(extension)).getNames());
		}
		catch (IOException | IllegalArgumentException ex) {
			return List.of();
		}
	}

	static boolean areReadable(X509Certificate certificate) {
		return extension(certificate) == null || !of(certificate).isEmpty();
	}

	private static byte[] extension(X509Certificate certificate) {
		return certificate.getExtensionValue(Extension.subjectAlternativeName.getId());
	}

	/** The names as people write them, in their order. */
	public static List<String> textsOf(X509Certificate certificate) {
		return of(certificate).stream().map(AlternativeNames::textOf).toList();
	}

	/** A name as people write it, an IP address in its short form. */
	static String textOf(GeneralName name) {
		try {
			return switch (name.getTagNo()) {
				case GeneralName.dNSName, GeneralName.uniformResourceIdentifier, GeneralName.rfc822Name ->
					name.getName().toString();
				case GeneralName.iPAddress ->
					shortened(InetAddress.getByAddress(ASN1OctetString.getInstance(name.getName()).getOctets()));
				default -> name.toString();
			};
		}
		catch (UnknownHostException ex) {
			return name.toString();
		}
	}

	static String shortened(InetAddress address) {
		return address.getHostAddress().replaceFirst("(^|:)(0(:|$)){2,}", "::");
	}

}
