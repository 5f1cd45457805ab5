package com.example.mtls.server;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Enumeration;
import java.util.List;
import java.util.Random;

import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.BERTags;
import org.bouncycastle.asn1.DERBMPString;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x500.X500NameBuilder;
import org.bouncycastle.asn1.x500.style.BCStyle;

/**
 * Encoded names that are almost right, without end, and certificates around them.
 */
final class MalformedNames {

	/** Where the subject stands in a version 3 TBSCertificate. */
	private static final int SUBJECT = 5;

	private final List<byte[]> seeds = new ArrayList<>();

	private final Random random;

	MalformedNames(Random random) {
		this.random = random;
		DERUTF8String allowed = new DERUTF8String("todo-client");
		add(new X500NameBuilder().addRDN(BCStyle.CN, allowed));
		add(new X500NameBuilder().addRDN(BCStyle.CN, new DERPrintableString("todo-client")));
		add(new X500NameBuilder().addRDN(BCStyle.CN, new DERUTF8String("todo-clienu")));
		add(new X500NameBuilder().addRDN(BCStyle.CN, new DERBMPString("todo-client")));
		add(new X500NameBuilder().addRDN(BCStyle.OU, allowed).addRDN(BCStyle.CN, new DERUTF8String("stranger")));
		add(new X500NameBuilder().addRDN(BCStyle.CN, allowed).addRDN(BCStyle.CN, new DERUTF8String("stranger")));
		add(new X500NameBuilder().addMultiValuedRDN(new ASN1ObjectIdentifier[] { BCStyle.CN, BCStyle.OU },
				new ASN1Encodable[] { allowed, new DERUTF8String("unit") }));
	}

	private void add(X500NameBuilder name) {
		this.seeds.add(encoded(name.build()));
	}

	byte[] next() {
		byte[] name = this.seeds.get(this.random.nextInt(this.seeds.size()));
		for (int i = 1 + this.random.nextInt(3); i > 0; i--) {
			name = mutate(name);
		}
		return name;
	}

	private byte[] mutate(byte[] bytes) {
		int at = this.random.nextInt(bytes.length);
		int to = Math.min(bytes.length, at + 1 + this.random.nextInt(12));
		byte[] changed = bytes.clone();
		switch (this.random.nextInt(6)) {
			case 0 -> changed[at] ^= (byte) (1 << this.random.nextInt(8));
			case 1 -> changed[at] = (byte) this.random.nextInt(256);
			// The tags of all string types lie here.
			case 2 -> changed[at] = (byte) (BERTags.UTF8_STRING + this.random.nextInt(20));
			case 3 -> changed = joined(Arrays.copyOf(bytes, at), Arrays.copyOfRange(bytes, to, bytes.length));
			case 4 -> changed = joined(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, at, bytes.length));
			default -> changed = joined(bytes, this.seeds.get(this.random.nextInt(this.seeds.size())));
		}
		if (changed.length == 0) {
			return bytes;
		}
		// A wrong length is found at once and leads nowhere: mostly set it right again.
		if (changed.length > 2 && changed.length < 130 && this.random.nextInt(8) > 0) {
			changed[0] = BERTags.SEQUENCE | BERTags.CONSTRUCTED;
			changed[1] = (byte) (changed.length - 2);
		}
		return changed;
	}

	/**
	 * The certificate with this subject in place of its own.
	 * @param certificate a version 3 certificate
	 * @param subject any bytes
	 * @param signer the key to sign with, or {@code null} to keep the signature, which
	 * then is wrong
	 */
	static byte[] certificate(X509Certificate certificate, byte[] subject, PrivateKey signer) {
		try {
			ASN1Sequence whole = ASN1Sequence.getInstance(certificate.getEncoded());
			ByteArrayOutputStream fields = new ByteArrayOutputStream();
			Enumeration<?> each = ASN1Sequence.getInstance(whole.getObjectAt(0)).getObjects();
			for (int i = 0; each.hasMoreElements(); i++) {
				byte[] field = encoded((ASN1Encodable) each.nextElement());
				fields.writeBytes((i == SUBJECT) ? subject : field);
			}
			byte[] tbs = sequence(fields.toByteArray());
			byte[] signature = encoded(whole.getObjectAt(2));
			if (signer != null) {
				Signature ecdsa = Signature.getInstance("SHA256withECDSA");
				ecdsa.initSign(signer);
				ecdsa.update(tbs);
				signature = encoded(new DERBitString(ecdsa.sign()));
			}
			return sequence(joined(joined(tbs, encoded(whole.getObjectAt(1))), signature));
		}
		catch (GeneralSecurityException ex) {
			throw new IllegalStateException(ex);
		}
	}

	private static byte[] sequence(byte[] content) {
		byte[] header = { BERTags.SEQUENCE | BERTags.CONSTRUCTED, (byte) 0x83, (byte) (content.length >> 16),
				(byte) (content.length >> 8), (byte) content.length };
		if (content.length < 0x100) {
			header = new byte[] { header[0], (byte) 0x81, header[4] };
		}
		else if (content.length < 0x10000) {
			header = new byte[] { header[0], (byte) 0x82, header[3], header[4] };
		}
		return joined(header, content);
	}

	private static byte[] joined(byte[] first, byte[] second) {
		byte[] joined = Arrays.copyOf(first, first.length + second.length);
		System.arraycopy(second, 0, joined, first.length, second.length);
		return joined;
	}

	private static byte[] encoded(ASN1Encodable value) {
		try {
			return value.toASN1Primitive().getEncoded("DER");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	static byte[] encoded(X500Name name) {
		return encoded((ASN1Encodable) name);
	}

}
