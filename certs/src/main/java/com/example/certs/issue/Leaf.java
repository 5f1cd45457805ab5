package com.example.certs.issue;

import java.io.IOException;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;

import com.example.certs.problem.Printable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;

/**
 * What a leaf certificate is to say, before there is a key or a serial number.
 *
 * @param purpose which side of the connection it is for
 * @param subject whom it names; may be empty for a server, whose names are its hosts
 * @param hosts the subject alternative names
 * @param keyType the kind of key
 */
public record Leaf(Purpose purpose, X500Name subject, List<Host> hosts, KeyType keyType) {

	private static final X500Name NO_SUBJECT = X500Name.getInstance(new DERSequence());

	/**
	 * A server certificate. Clients match its alternative names only; the common name is
	 * there for people, and left out where the first host does not fit into it.
	 * @param hosts its hosts, at least one
	 * @param keyType the kind of key
	 * @return what to issue
	 */
	public static Leaf server(List<Host> hosts, KeyType keyType) {
		String first = hosts.get(0).value();
		X500Name subject = (first.length() <= CommonName.MAX_LENGTH) ? new CommonName(first).toSubject() : NO_SUBJECT;
		return new Leaf(Purpose.SERVER, subject, hosts, keyType);
	}

	/** A client certificate, which names a caller and no host. */
	public static Leaf client(CommonName name, KeyType keyType) {
		return new Leaf(Purpose.CLIENT, name.toSubject(), List.of(), keyType);
	}

	/** What another certificate says, so that its successor says the same. */
	public static Leaf like(X509Certificate certificate, Purpose purpose) {
		return new Leaf(purpose, CommonName.subject(certificate), Host.allOf(certificate),
				KeyType.of(certificate.getPublicKey()));
	}

	/**
	 * Whether the successor of a certificate would say all that it says.
	 * @param certificate the certificate to replace
	 * @return {@code false} for a CA, for another purpose than one of ours, for names
	 * that are no hosts, and for keys that we do not make
	 */
	public static boolean canBeLike(X509Certificate certificate) {
		return certificate.getBasicConstraints() < 0 && Purpose.extendedKeyUsage(certificate).size() == 1
				&& (Purpose.SERVER.isNamedBy(certificate) || Purpose.CLIENT.isNamedBy(certificate))
				&& Host.areAllNamesOf(certificate) && KeyType.isMade(certificate.getPublicKey());
	}

	/**
	 * Whether a certificate is for the same as this: the client of the same name, or a
	 * server that has a host in common.
	 * @param present a certificate that this one would replace
	 * @return whether its holder would still be who it was
	 */
	public boolean isForWhomThisIs(X509Certificate present) {
		if (!Purpose.extendedKeyUsage(present).isEmpty() && !this.purpose.isNamedBy(present)) {
			return false;
		}
		return (this.purpose == Purpose.SERVER) ? !Collections.disjoint(this.hosts, Host.allOf(present))
				: CommonName.allOf(this.subject).equals(CommonName.allOf(CommonName.subject(present)));
	}

	/** The options of the command that issues it. */
	public String options() {
		if (this.purpose == Purpose.SERVER) {
			return "server --host " + this.hosts.stream().map(Host::toString).collect(Collectors.joining(","));
		}
		List<String> names = CommonName.allOf(this.subject);
		return "client --cn " + ((names.size() == 1) ? Printable.word(names.get(0)) : "NAME");
	}

	/**
	 * Whether both say the same; the order of the hosts does not matter.
	 * @param other another one
	 * @return whether a certificate for one will do for the other
	 */
	public boolean saysTheSameAs(Leaf other) {
		return this.purpose == other.purpose && this.keyType == other.keyType
				&& Arrays.equals(encoded(this.subject), encoded(other.subject))
				&& new HashSet<>(this.hosts).equals(new HashSet<>(other.hosts));
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
