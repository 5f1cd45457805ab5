package com.example.mtls.server;

import java.math.BigInteger;
import java.security.Principal;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.util.Date;
import java.util.Set;

/**
 * Any bytes a client sends as its certificate, even such that the JDK would not read. All
 * that the JDK's TLS client asks of a certificate of its own is its encoding and its key.
 */
class RawCertificate extends X509Certificate {

	private final byte[] encoded;

	private final PublicKey publicKey;

	RawCertificate(byte[] encoded, PublicKey publicKey) {
		this.encoded = encoded;
		this.publicKey = publicKey;
	}

	@Override
	public byte[] getEncoded() {
		return this.encoded.clone();
	}

	@Override
	public PublicKey getPublicKey() {
		return this.publicKey;
	}

	@Override
	public String toString() {
		return "RawCertificate";
	}

	@Override
	public void checkValidity() {
	}

	@Override
	public void checkValidity(Date date) {
	}

	@Override
	public void verify(PublicKey key) {
		throw new UnsupportedOperationException();
	}

	@Override
	public void verify(PublicKey key, String provider) {
		throw new UnsupportedOperationException();
	}

	@Override
	public int getVersion() {
		throw new UnsupportedOperationException();
	}

	@Override
	public BigInteger getSerialNumber() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Principal getIssuerDN() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Principal getSubjectDN() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Date getNotBefore() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Date getNotAfter() {
		throw new UnsupportedOperationException();
	}

	@Override
	public byte[] getTBSCertificate() {
		throw new UnsupportedOperationException();
	}

	@Override
	public byte[] getSignature() {
		throw new UnsupportedOperationException();
	}

	@Override
	public String getSigAlgName() {
		throw new UnsupportedOperationException();
	}

	@Override
	public String getSigAlgOID() {
		throw new UnsupportedOperationException();
	}

	@Override
	public byte[] getSigAlgParams() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean[] getIssuerUniqueID() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean[] getSubjectUniqueID() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean[] getKeyUsage() {
		throw new UnsupportedOperationException();
	}

	@Override
	public int getBasicConstraints() {
		throw new UnsupportedOperationException();
	}

	@Override
	public boolean hasUnsupportedCriticalExtension() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Set<String> getCriticalExtensionOIDs() {
		throw new UnsupportedOperationException();
	}

	@Override
	public Set<String> getNonCriticalExtensionOIDs() {
		throw new UnsupportedOperationException();
	}

	@Override
	public byte[] getExtensionValue(String oid) {
		throw new UnsupportedOperationException();
	}

}
