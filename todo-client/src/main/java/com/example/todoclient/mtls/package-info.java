/**
 * The door: how todo-service is called, and whether it is the right one. You configure
 * it, and read it only to change a rule. It knows nothing of todos.
 * <p>
 * A call meets these files, in this order:
 * <ol>
 * <li>{@code ServiceClientConfiguration}: what every client of the service gets.
 * <li>{@code failure/FailureLog}, {@code TimeLimit}, {@code Retries} and
 * {@code Explanations}: what is logged, how long it may take, what is tried again, and
 * that each failure has its reason.
 * <li>{@code connection/RotatingConnector}: hands the call to the connections of the
 * certificate of the moment.
 * <li>{@code connection/ServiceConnections}: the pool and the TLS client, which presents
 * {@code OurCertificate}; what must hold now is asked again before each call.
 * <li>{@code connection/ServerTrust}: is this the host we call? Then
 * {@code material/CertificateRules} and {@code PathValidation}: which certificates are
 * <b>good enough</b>.
 * <li>On the way back {@code failure/FailureExplainer} and {@code CallFailure}: <b>how a
 * failed call is explained</b>, with the reason for programs.
 * </ol>
 * {@code material} also reads, checks and replaces what we present ourselves. Nothing
 * points back up: failure, connection, material.
 * <p>
 * The protocols, cipher suites, times and sizes are in {@code application.yml};
 * {@code META-INF/spring.factories} starts {@code material/EnvironmentVariables} before
 * all else. Who may use the page, and with it our certificate, is for
 * {@code page/PageGuard} and {@code page/ManagementPort}.
 */
@NullMarked
package com.example.todoclient.mtls;

import org.jspecify.annotations.NullMarked;
