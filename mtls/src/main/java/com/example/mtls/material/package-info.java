/**
 * The certificate and the key this application presents, the CAs it trusts, and the rules
 * that decide whether a certificate is good enough.
 * <p>
 * From the settings to what is in use: {@code MaterialSettings} has Boot's properties of
 * the bundle, {@code PropertyOrigin} the names that people know them by. A
 * {@code PemSetting} says where one points to, and shows nothing that may be a secret.
 * {@code PemText} undoes what forms and consoles do to PEM, {@code PemReader} reads
 * certificates, keys and revocation lists from it, and {@code ForeignFormat} names what
 * is something else. {@code Material} checks our own set. {@code CurrentMaterial} has it
 * as Boot's bundle {@code mtls} ({@code MaterialBundle}): read by {@code Watched} when
 * somebody needs it, and again when it changes.
 * <p>
 * What the other side presents: {@code CertificateRules} decides, with the JDK's path
 * validation in {@code PathValidation}; {@code PeerTrust} asks it in handshakes of
 * whoever uses the bundle's managers.
 * <p>
 * No API: what is public here is so for {@code server} and {@code client}.
 */
@NullMarked
package com.example.mtls.material;

import org.jspecify.annotations.NullMarked;
