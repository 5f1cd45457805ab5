package com.example.mtls.host;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

import com.example.mtls.Caller;
import com.example.mtls.PresentedCertificate;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * An application that was there before the door: one chain, and notes that belong to
 * whoever wrote them.
 */
@SpringBootApplication
@RestController
public class HostApplication {

	private final Map<UUID, Note> notes = new ConcurrentHashMap<>();

	record Note(String owner, String title) {
	}

	record Session(String name, List<String> roles, String protocol, String cipherSuite,
			PresentedCertificate certificate) {
	}

	@Bean
	SecurityFilterChain rules(HttpSecurity http) {
		return http.csrf(AbstractHttpConfigurer::disable)
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/session")
				.authenticated()
				.requestMatchers(HttpMethod.GET)
				.hasAuthority("read")
				.anyRequest()
				.hasAuthority("write"))
			.build();
	}

	@GetMapping("/session")
	Session session(@AuthenticationPrincipal Caller caller, HttpServletRequest request) {
		return new Session(caller.name(), caller.roles().stream().sorted().toList(),
				(String) request.getAttribute("jakarta.servlet.request.secure_protocol"),
				(String) request.getAttribute("jakarta.servlet.request.cipher_suite"), caller.certificate());
	}

	@GetMapping("/notes")
	List<Note> list(@AuthenticationPrincipal Caller caller) {
		return this.notes.values().stream().filter((note) -> note.owner().equals(caller.name())).toList();
	}

	@GetMapping("/notes/{id}")
	Note get(@AuthenticationPrincipal Caller caller, @PathVariable UUID id) {
		Note note = this.notes.get(id);
		if (note == null || !note.owner().equals(caller.name())) {
			throw new ResponseStatusException(HttpStatus.NOT_FOUND);
		}
		return note;
	}

	@PostMapping("/notes")
	@ResponseStatus(HttpStatus.CREATED)
	Map<String, UUID> add(@AuthenticationPrincipal Caller caller, @RequestBody Map<String, String> note) {
		UUID id = UUID.randomUUID();
		this.notes.put(id, new Note(caller.name(), note.get("title")));
		return Map.of("id", id);
	}

}
