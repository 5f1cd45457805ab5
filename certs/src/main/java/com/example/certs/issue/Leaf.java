package com.example.certs.issue;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.certs.problem.Printable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * What a leaf certificate is to say, before there is a key or a serial number.
 *
 * @param purpose which side of the connection it is for
 * @param subject whom it names; may be empty where the alternative names say that
 * @param names the subject alternative names: hosts of a server, identities of a client
 * @param keyType the kind of key
 */
public record Leaf(Purpose purpose, X500Name subject, List<GeneralName> names, KeyType keyType) {

	private static final X500Name NO_SUBJECT = X500Name.getInstance(new DERSequence());

	/**
	 * A server certificate. Clients match its alternative names only; the common name is
	 * there for people, and left out where the first host does not fit into it.
	 * @param hosts its hosts, at least one
	 * @param keyType the kind of key
	 */
	public static Leaf server(List<Host> hosts, KeyType keyType) {
		String first = hosts.get(0).value();
		X500Name subject = (first.length() <= CommonName.MAX_LENGTH) ? new CommonName(first).toSubject() : NO_SUBJECT;
		return new Leaf(Purpose.SERVER, subject, hosts.stream().map(Host::toGeneralName).distinct().toList(), keyType);
	}

	/**
	 * A client certificate. It has each name that is given, at least one, and no other.
	 * @param name the common name, or null for a certificate without a subject
	 * @param uri the one URI, or null
	 * @param dns the one DNS name, or null
	 * @param keyType the kind of key
	 */
	public static Leaf client(CommonName name, CallerUri uri, Host dns, KeyType keyType) {
		Stream<GeneralName> uris = Stream.ofNullable(uri).map(CallerUri::toGeneralName);
		Stream<GeneralName> hosts = Stream.ofNullable(dns).map(Host::toGeneralName);
		return new Leaf(Purpose.CLIENT, (name != null) ? name.toSubject() : NO_SUBJECT,
				Stream.concat(uris, hosts).toList(), keyType);
	}

	/** What another certificate says, so that its successor says the same. */
	public static Leaf like(X509Certificate certificate, Purpose purpose) {
		return new Leaf(purpose, CommonName.subject(certificate), AlternativeNames.of(certificate),
				KeyType.of(certificate.getPublicKey()));
	}

	/**
	 * Whether the successor of a certificate would say all that it says.
	 * @return {@code false} for a CA, for another purpose than one of ours, for names
	 * that cannot be read, and for keys that we do not make
	 */
	public static boolean canBeLike(X509Certificate certificate) {
		return certificate.getBasicConstraints() < 0 && Purpose.extendedKeyUsage(certificate).size() == 1
				&& (Purpose.SERVER.isNamedBy(certificate) || Purpose.CLIENT.isNamedBy(certificate))
				&& AlternativeNames.areReadable(certificate) && KeyType.isMade(certificate.getPublicKey());
	}

	/** The same, with another subject. */
	public Leaf withSubjectOf(Leaf other) {
		return new Leaf(this.purpose, other.subject, this.names, this.keyType);
	}

	/** The same, with another kind of key. */
	public Leaf with(KeyType type) {
		return new Leaf(this.purpose, this.subject, this.names, type);
	}

	/**
	 * Whether a certificate is for the same as this: the client of the same names, by
	 * whichever of them a service goes, or a server that has a host in common.
	 * @param present a certificate that this one would replace
	 * @return whether its holder would still be who it was
	 */
	public boolean isForWhomThisIs(X509Certificate present) {
		if (!Purpose.extendedKeyUsage(present).isEmpty() && !this.purpose.isNamedBy(present)) {
			return false;
		}
		Leaf said = like(present, this.purpose);
		return (this.purpose == Purpose.SERVER) ? !Collections.disjoint(this.names, said.names)
				: CommonName.allOf(this.subject).equals(CommonName.allOf(said.subject)) && hasTheNamesOf(said);
	}

	/** The options of the command that issues it. */
	public String options() {
		if (this.purpose == Purpose.SERVER) {
			return "server --host "
					+ this.names.stream().map(AlternativeNames::textOf).collect(Collectors.joining(","));
		}
		return "client"
				+ CommonName.allOf(this.subject).stream().map((name) -> option("--cn", name)).findFirst().orElse("")
				+ identity(GeneralName.uniformResourceIdentifier, "--uri") + identity(GeneralName.dNSName, "--dns");
	}

	private String identity(int kind, String option) {
		return this.names.stream()
			.filter((name) -> name.getTagNo() == kind)
			.map((name) -> option(option, AlternativeNames.textOf(name)))
			.findFirst()
			.orElse("");
	}

	private static String option(String option, String value) {
		return " %s %s".formatted(option, Printable.word(value));
	}

	/**
	 * Whether both say the same; the order of the names does not matter.
	 * @return whether a certificate for one will do for the other
	 */
	public boolean saysTheSameAs(Leaf other) {
		return this.purpose == other.purpose && this.keyType == other.keyType
				&& Arrays.equals(encoded(this.subject), encoded(other.subject)) && hasTheNamesOf(other);
	}

	private boolean hasTheNamesOf(Leaf other) {
		return new HashSet<>(this.names).equals(new HashSet<>(other.names));
	}

	// X500Name.equals folds case and blanks, which are different callers to us.
	private static byte[] encoded(X500Name name) {
		try {
			return name.getEncoded(ASN1Encoding.DER);
		}
		catch (IOException ex) {
			throw new IllegalStateException(ex);
		}
	}

}
