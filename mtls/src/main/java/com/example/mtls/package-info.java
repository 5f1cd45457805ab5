/**
 * The door: who may come in, and with which certificate. In this package is what a host
 * writes against; the packages below are no API. It knows nothing of what is behind it.
 * <p>
 * Who gets in, as whom, until when, and why not is decided by these files, in the order
 * in which a connection and its requests meet them:
 * <ol>
 * <li>{@code server/MtlsHostChecksAutoConfiguration}, before anything is made, and
 * {@code server/tomcat/DoorInPlace}, before the port opens: the service does not start
 * where the host's settings or its own code would leave the door open.
 * <li>{@code server/tomcat/AuditedHttpsProtocol} and {@code ClientTrust}: the TLS
 * handshake. The JDK refuses who has no certificate of a trusted CA, or one that is not
 * valid now or not for a client; {@code HandshakeRefusals} says why in the log.
 * <li>{@code server/tomcat/AdmissionValve}: the first valve of Tomcat's engine, before
 * everything of the host. Each request is judged here, and by nothing else.
 * <li>{@code server/Admission}: is this caller admitted <b>now</b>? It asks, in this
 * order:
 * <ol>
 * <li>{@code material/CertificateRules} and {@code PathValidation}: which certificates
 * are <b>good enough</b>: path, validity, purpose, strength. How long that holds is in
 * {@code TrustedPath};
 * <li>{@code server/CommonName}: <b>as whom</b>;
 * <li>{@code server/AllowedCallers}, from {@code mtls.callers}: of which CA that name has
 * to come ({@code CallerTies} only tells people);
 * <li>{@code server/Revocation}, {@code RevocationLists} and {@code RevocationList}: what
 * is <b>revoked</b>;
 * <li>{@code server/AllowedCallers} once more: <b>who may call</b>, with which roles.
 * </ol>
 * <li>{@code server/CallerRefusals}, {@code RefusalLog} and {@link RefusalAnswer}: the
 * line in the log and the answer, <b>why not</b>.
 * <li>{@code server/CallerFilter}: tells each of the host's chains of Spring Security who
 * is admitted, a {@link Caller}. What that one may do is the host's business.
 * </ol>
 * What is decided holds until a date on the path or a list passes, or until
 * {@code material/CurrentMaterial} or {@code RevocationLists} have taken other files;
 * then the next request is judged anew, on open connections too. An answer that has begun
 * goes on: a stream or a WebSocket is judged when it is asked for.
 * <p>
 * {@code material} also reads, checks and replaces what we present ourselves, and
 * {@code client} is the other side: it follows that material, judges the server's
 * certificate and explains failures. Nothing points back up: server, material; client,
 * material.
 */
@NullMarked
package com.example.mtls;

import org.jspecify.annotations.NullMarked;
