/**
 * How services are called over the bundle {@code mtls}. No API: a host writes against
 * {@code MtlsClients} and its like, one package above.
 * <p>
 * {@code Services} knows whom we call, by Boot's settings. {@code Calls} is what each
 * call goes through, {@code ReactiveCalls} and {@code BlockingCalls} lead to it from the
 * two kinds of client. {@code Connections} has the pool, {@code CurrentTls} what a
 * connection is opened with at this moment, and {@code ServerTrust} judges the other
 * side. {@code FailureExplainer} has the words for what goes wrong.
 */
@NullMarked
package com.example.mtls.client;

import org.jspecify.annotations.NullMarked;
