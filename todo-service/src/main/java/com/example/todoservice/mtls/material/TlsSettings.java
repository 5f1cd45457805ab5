package com.example.todoservice.mtls.material;

import java.time.Duration;
import java.util.List;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the TLS material comes from. Every value but the password is a path or the PEM
 * text itself.
 *
 * @param purpose which end of the connection the certificate is for
 * @param certificate the certificate chain, leaf first ({@code CERT_FILE_PATH})
 * @param key the private key ({@code KEY_FILE_PATH})
 * @param keyPassword the password of an encrypted PKCS#8 key ({@code KEY_PASSWORD})
 * @param trust the trusted CA certificates ({@code CA_CERT_FILE_PATH})
 * @param reloadInterval how often the files are looked at; a change is taken once it has
 * been the same for two looks
 */
@ConfigurationProperties("tls")
public record TlsSettings(Purpose purpose, @Nullable String certificate, @Nullable String key,
		@Nullable String keyPassword, @Nullable String trust, @DefaultValue("1s") Duration reloadInterval) {

	PemSetting certificateSource() {
		return new PemSetting("CERT_FILE_PATH", this.certificate);
	}

	PemSetting keySource() {
		return new PemSetting("KEY_FILE_PATH", this.key);
	}

	PemSetting trustSource() {
		return new PemSetting("CA_CERT_FILE_PATH", this.trust);
	}

	List<PemSetting> sources() {
		return List.of(certificateSource(), keySource(), trustSource());
	}

	/** Keeps the password and an inline key out of any log. */
	@Override
	public String toString() {
		return "TlsSettings[" + certificateSource() + ", " + keySource() + ", " + trustSource() + "]";
	}

}
