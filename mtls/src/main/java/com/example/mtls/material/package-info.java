/**
 * The certificate and the key this application presents, the CAs it trusts, and the rules
 * that decide whether a certificate is good enough.
 * <p>
 * From the settings to what is in use: {@code PemSetting} says where a setting points to,
 * and shows nothing that may be a secret. {@code PemText} undoes what forms and consoles
 * do to PEM, {@code PemReader} reads certificates, keys and revocation lists from it, and
 * {@code ForeignFormat} names what is something else. {@code Material} checks our own
 * set, and {@code CurrentMaterial} puts it into Boot's bundle {@code mtls}, again and
 * again.
 * <p>
 * What the other side presents: {@code CertificateRules} decides, with the JDK's path
 * validation in {@code PathValidation}.
 * <p>
 * No API: what is public here is so for {@code server} and {@code client}.
 */
@NullMarked
package com.example.mtls.material;

import org.jspecify.annotations.NullMarked;
