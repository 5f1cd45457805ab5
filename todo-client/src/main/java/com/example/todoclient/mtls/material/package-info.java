/**
 * The certificates and the key this service presents, the authorities it trusts, and the
 * rules that decide whether a certificate is good enough: read, checked, and read again
 * when the files change.
 * <p>
 * todo-service and todo-client hold the same files here, so that each folder can be
 * copied alone; a test of todo-client keeps them the same.
 */
@NullMarked
package com.example.todoclient.mtls.material;

import org.jspecify.annotations.NullMarked;
