package com.example.todoservice.mtls.caller;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.example.todoservice.mtls.material.CertificateText;
import com.example.todoservice.mtls.material.SettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * The allow-list: Common Names, compared exactly, and what each may do. Checked as a
 * whole at start, because a list that is not what its author meant must not be used.
 */
@Component
class AllowedCallers {

	private static final Logger logger = LoggerFactory.getLogger(AllowedCallers.class);

	private final Map<String, Set<Role>> callers = new HashMap<>();

	AllowedCallers(CallerSettings settings) {
		List<CallerSettings.Entry> entries = settings.callers();
		for (int i = 0; i < entries.size(); i++) {
			String name = checkedName(entries.get(i).name(), i);
			if (this.callers.put(name, checkedRoles(entries.get(i).roles(), i)) != null) {
				throw problem(i, "NAME", name, "is on the allow-list twice", "Keep one row for each caller.");
			}
		}
		if (this.callers.isEmpty()) {
			logger
				.warn("The allow-list is empty, so every caller will be refused. Set TODO_CALLERS_0_NAME to the CN of "
						+ "a client certificate and TODO_CALLERS_0_ROLES to read,write.");
		}
		else {
			logger.info("Allowed callers: {}", this.callers);
		}
	}

	/** What the caller of that name may do, if it is on the list. */
	Optional<Set<Role>> rolesOf(String name) {
		return Optional.ofNullable(this.callers.get(name));
	}

	private static String checkedName(@Nullable String name, int i) {
		if (name == null || name.isBlank()) {
			throw problem(i, "NAME", "", "is missing or blank", "Set it to the CN of the caller's certificate.");
		}
		CommonName.problemOf(name).ifPresent((problem) -> {
			throw problem(i, "NAME", name, "can match no certificate: it " + problem, "Correct it.");
		});
		return name;
	}

	private static Set<Role> checkedRoles(List<String> names, int i) {
		Set<Role> roles = EnumSet.noneOf(Role.class);
		for (String name : names) {
			roles.add(Role.named(name)
				.orElseThrow(
						() -> problem(i, "ROLES", name, "is not a role", "Set it to read, write, or read,write.")));
		}
		if (roles.isEmpty()) {
			throw problem(i, "ROLES", "", "is missing, so that the caller may do nothing",
					"Set it to read, write, or read,write, or take the caller off the list.");
		}
		return Set.copyOf(roles);
	}

	private static SettingException problem(int i, String part, String value, String why, String cure) {
		String variable = "TODO_CALLERS_" + i + "_" + part;
		return new SettingException(value.isBlank() ? variable : variable + " (" + CertificateText.escape(value) + ")",
				why, cure);
	}

}
