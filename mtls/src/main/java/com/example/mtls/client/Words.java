package com.example.mtls.client;

import org.jspecify.annotations.Nullable;

/**
 * How people know us and our settings.
 *
 * @param us the name of this application
 * @param certificate the setting of our certificate
 * @param trust the setting of the CAs that we trust
 * @param certs how the tool is run that issues certificates, {@code null}: not known
 */
record Words(String us, String certificate, String trust, @Nullable String certs) {

	/** What follows an advice to issue a certificate: the command, where it is known. */
	String how(String arguments) {
		return (this.certs != null) ? ": " + this.certs + " " + arguments : "";
	}

}
