package com.example.todoservice.caller;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import com.example.todoservice.tls.CertificateText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
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
				throw invalid(i, "name", name, "The caller is listed twice. Keep one row for each caller.");
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

	/**
	 * What a caller may do.
	 * @param name the Common Name of its certificate
	 * @return its roles, or nothing if it is not on the list
	 */
	Optional<Set<Role>> rolesOf(String name) {
		return Optional.ofNullable(this.callers.get(name));
	}

	private static String checkedName(@Nullable String name, int i) {
		if (name == null || name.isBlank()) {
			throw invalid(i, "name", name,
					"The name of a caller is missing or blank. Set %s to the CN of its certificate."
						.formatted(variable(i, "NAME")));
		}
		Optional<String> problem = CommonName.problemOf(name);
		if (problem.isPresent()) {
			throw invalid(i, "name", CertificateText.escape(name), "No certificate can match this name: it "
					+ problem.get() + ". Correct " + variable(i, "NAME") + ".");
		}
		return name;
	}

	private static Set<Role> checkedRoles(List<String> names, int i) {
		Set<Role> roles = EnumSet.noneOf(Role.class);
		for (String name : names) {
			roles.add(Role.named(name)
				.orElseThrow(() -> invalid(i, "roles", CertificateText.escape(name),
						"There is no such role. Set %s to read, write, or read,write."
							.formatted(variable(i, "ROLES")))));
		}
		if (roles.isEmpty()) {
			throw invalid(i, "roles", null, "The caller may do nothing. Set %s to read, write, or read,write, or take "
				.formatted(variable(i, "ROLES")) + "the caller off the list.");
		}
		return Set.copyOf(roles);
	}

	private static String variable(int i, String part) {
		return "TODO_CALLERS_" + i + "_" + part;
	}

	private static InvalidConfigurationPropertyValueException invalid(int i, String part, @Nullable String value,
			String reason) {
		return new InvalidConfigurationPropertyValueException("todo.callers[" + i + "]." + part, value, reason);
	}

}
