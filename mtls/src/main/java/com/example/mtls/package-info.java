/**
 * The door: who may come in, and with which certificate. You configure it, and read it
 * only to change a rule. It knows nothing of todos; what is behind it gets a
 * {@link java.security.Principal} and nothing else.
 * <p>
 * A request meets these files, in this order:
 * <ol>
 * <li>{@code connector/AuditedHttpsProtocol} and {@code TlsDefaults}: the TLS handshake.
 * The JDK refuses who has no certificate of a trusted CA, or one that is not valid now or
 * not for a client; {@code ClientTrust} and {@code HandshakeRefusals} say why.
 * <li>{@code connector/RequestLimit}: no more requests at once than can be worked on.
 * <li>{@code caller/CallerSecurity}: which filters there are, in Spring Security's chain.
 * <li>{@code caller/CallerFilter} and {@code Admission}: is this caller admitted now?
 * <li>{@code material/CertificateRules} and {@code PathValidation}: which certificates
 * are <b>good enough</b>: path, validity, purpose, strength.
 * <li>{@code caller/Revocation}, {@code RevocationLists} and {@code RevocationList}:
 * which of them are revoked.
 * <li>{@code caller/CommonName}: whom the certificate names.
 * <li>{@code caller/AllowedCallers}: <b>who may call</b>, and from which CA;
 * {@code mtls.callers} in {@code application.yml}. {@code CallerTies} only tells people.
 * <li>{@code caller/Role}: what a caller <b>may do</b>; {@code CallerSecurity} says which
 * role a request needs.
 * <li>{@code caller/CallerRefusals} and {@code RefusalLog}: the answer to who is refused,
 * and the line in the log.
 * </ol>
 * {@code material} also reads, checks and replaces what we present ourselves. Nothing
 * points back up: connector, caller, material.
 * <p>
 * What they rely on is elsewhere: {@code application.yml} demands a certificate
 * ({@code client-auth: need}) and has the protocols, cipher suites and limits;
 * {@code META-INF/spring.factories} starts {@code TlsDefaults} and
 * {@code material/EnvironmentVariables} before all else; {@code problem} writes each
 * refusal, limits bodies, and tells nobody what failed inside. What a caller then gets is
 * decided behind the door, by the name of the Principal.
 */
@NullMarked
package com.example.mtls;

import org.jspecify.annotations.NullMarked;
