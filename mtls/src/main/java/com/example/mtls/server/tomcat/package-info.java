/**
 * What stands in Tomcat: before its engine, and in its handshakes. No API: what is public
 * here is so because Tomcat makes it by name.
 */
@NullMarked
package com.example.mtls.server.tomcat;

import org.jspecify.annotations.NullMarked;
