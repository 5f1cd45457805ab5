package com.example.mtls.server;

import java.security.cert.X509Certificate;
import java.text.Normalizer;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.SettingException;
import com.example.mtls.material.CertificateText;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The allow-list: names, compared exactly, of which CA, and what each may do. Checked as
 * a whole at start, because a list that is not what its author meant must not be used.
 */
class AllowedCallers {

	private static final Logger logger = LoggerFactory.getLogger(AllowedCallers.class);

	private static final String FINGERPRINT = "Set it to what this prints, several separated by commas: openssl x509 "
			+ "-noout -fingerprint -sha256 -in ca.crt";

	private final Map<String, Entry> callers = new LinkedHashMap<>();

	private record Entry(Set<String> roles, Set<Fingerprint> authorities) {

		@Override
		public String toString() {
			return this.roles + (this.authorities.isEmpty() ? "" : " of the CA " + this.authorities);
		}

	}

	private final Identity identity;

	private final UnaryOperator<String> names;

	/**
	 * Checks the list.
	 * @param identity what kind of names is on it
	 * @param names how people know a property
	 */
	AllowedCallers(CallerSettings settings, Identity identity, UnaryOperator<String> names) {
		this.identity = identity;
		this.names = names;
		List<CallerSettings.Entry> entries = settings.callers();
		for (int i = 0; i < entries.size(); i++) {
			String name = checkedName(entries.get(i).name(), i);
			Entry caller = new Entry(checkedRoles(entries.get(i).roles(), settings.roles(), i),
					checkedAuthorities(entries.get(i).ca(), i));
			if (this.callers.put(name, caller) != null) {
				throw problem(i, "name", name, "is on the allow-list twice",
						"Keep one row for each caller; its CA may be several, separated by commas.");
			}
		}
		if (this.callers.isEmpty()) {
			logger
				.warn("The allow-list is empty, so every caller will be refused. Set MTLS_CALLERS_0_NAME to the CN of "
						+ "a client certificate and MTLS_CALLERS_0_ROLES to read,write.");
		}
		else {
			logger.info("Allowed callers: {}",
					this.callers.entrySet()
						.stream()
						.map((caller) -> CommonName.show(caller.getKey()) + "=" + caller.getValue())
						.collect(Collectors.joining(", ", "{", "}")));
		}
	}

	/** Whom a certificate names. */
	String nameIn(X509Certificate certificate) throws CallerRefusedException {
		return this.identity.of(certificate);
	}

	/** What the caller of that name may do, if it is on the list. */
	Optional<Set<String>> rolesOf(String name) {
		return Optional.ofNullable(this.callers.get(name)).map(Entry::roles);
	}

	/**
	 * The CAs that the caller of that name has to come from; empty for any trusted one.
	 */
	Set<Fingerprint> authoritiesOf(String name) {
		Entry caller = this.callers.get(name);
		return (caller != null) ? caller.authorities() : Set.of();
	}

	/** The same for all callers, by name. */
	Map<String, Set<Fingerprint>> ties() {
		Map<String, Set<Fingerprint>> ties = new LinkedHashMap<>();
		this.callers.forEach((name, caller) -> ties.put(name, caller.authorities()));
		return ties;
	}

	/** A name on the list that people may take for this one. */
	Optional<String> lookAlike(String name) {
		return this.callers.keySet().stream().filter((each) -> looks(each).equals(looks(name))).findFirst();
	}

	/** Without what is not seen, or is easily overlooked. */
	private static String looks(String name) {
		return Normalizer.normalize(name, Normalizer.Form.NFKC)
			.replaceAll("[\\p{C}\\p{Z}]", "")
			.toLowerCase(Locale.ROOT);
	}

	private String checkedName(@Nullable String name, int i) {
		if (name == null || name.isBlank()) {
			throw problem(i, "name", "", "is missing or blank",
					"Set it to the " + this.identity.title() + " of the caller's certificate.");
		}
		this.identity.problemOf(name).ifPresent((problem) -> {
			throw problem(i, "name", name, "can match no certificate: it " + problem, "Correct it.");
		});
		return name;
	}

	private Set<String> checkedRoles(List<String> names, List<String> known, int i) {
		String choice = known.isEmpty() ? "Set it to words of your own, separated by commas" : "Set it to "
				+ String.join(", ", known) + ((known.size() > 1) ? ", or " + String.join(",", known) : "");
		for (String name : names) {
			if (name.isBlank() || !known.isEmpty() && !known.contains(name)) {
				throw problem(i, "roles", name, "is not a role", choice + ".");
			}
		}
		if (names.isEmpty()) {
			throw problem(i, "roles", "", "is missing, so that the caller may do nothing",
					choice + ", or take the caller off the list.");
		}
		return Collections.unmodifiableSet(new LinkedHashSet<>(names));
	}

	/** Its value is not shown: it may be whatever else was pasted. */
	private Set<Fingerprint> checkedAuthorities(@Nullable List<String> ca, int i) {
		if (ca == null) {
			return Set.of();
		}
		Set<Fingerprint> fingerprints = new LinkedHashSet<>();
		for (String line : ca.stream().flatMap(String::lines).toList()) {
			fingerprints.add(Fingerprint.parse(line)
				.orElseThrow(
						() -> problem(i, "ca", "", "holds something else than SHA-256 fingerprints of CA certificates, "
								+ "which have 64 hexadecimal digits each", FINGERPRINT)));
		}
		if (fingerprints.isEmpty()) {
			throw problem(i, "ca", "", "is set to nothing, so it is not clear which CA the caller is tied to",
					"Remove it if any trusted CA will do. " + FINGERPRINT);
		}
		return Collections.unmodifiableSet(fingerprints);
	}

	private SettingException problem(int i, String part, String value, String why, String cure) {
		String variable = this.names.apply("mtls.callers[" + i + "]." + part);
		return new SettingException(value.isBlank() ? variable : variable + " (" + CertificateText.escape(value) + ")",
				why, cure);
	}

}
