/**
 * Who is calling, and may they, now. No API: what is public here is so for Spring, for
 * Tomcat or for {@code tomcat} below. {@link com.example.mtls} has the map.
 */
@NullMarked
package com.example.mtls.server;

import org.jspecify.annotations.NullMarked;
