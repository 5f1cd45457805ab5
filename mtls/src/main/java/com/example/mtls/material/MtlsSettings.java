package com.example.mtls.material;

import org.jspecify.annotations.Nullable;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What concerns both ends.
 *
 * @param certs how the tool that issues certificates is run, for example
 * {@code java -jar certs.jar}; messages that advise to issue one then name the command
 * @param jvmDefaults whether connections of this JVM other than ours, too, take no SHA-1
 * signatures, chains of six at the most, and no renegotiation
 */
@ConfigurationProperties("mtls")
record MtlsSettings(@Nullable String certs, @DefaultValue("false") boolean jvmDefaults) {
}
