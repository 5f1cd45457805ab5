package com.example.todoservice.mtls.caller;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

import org.springframework.security.core.GrantedAuthority;

/**
 * What a caller may do.
 */
enum Role implements GrantedAuthority {

	/** Look at what is its own. */
	READ,

	/** Create, change and delete what is its own. */
	WRITE;

	@Override
	public String getAuthority() {
		return name().toLowerCase(Locale.ROOT);
	}

	static Optional<Role> named(String name) {
		return Arrays.stream(values()).filter((role) -> role.getAuthority().equals(name)).findFirst();
	}

}
