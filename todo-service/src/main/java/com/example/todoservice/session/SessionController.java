package com.example.todoservice.session;

import java.util.List;

import com.example.mtls.Caller;
import com.example.mtls.PresentedCertificate;
import jakarta.servlet.http.HttpServletRequest;

import org.springframework.security.core.annotation.AuthenticationPrincipal;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Tells a caller how the service sees its connection.
 */
@RestController
class SessionController {

	/**
	 * The connection as the service sees it.
	 *
	 * @param name the Common Name of the caller
	 * @param roles what the caller may do
	 * @param protocol the TLS version
	 * @param cipherSuite the TLS cipher suite
	 * @param certificate the certificate the caller presented
	 * @param greeting a friendly word
	 */
	record Session(String name, List<String> roles, String protocol, String cipherSuite,
			PresentedCertificate certificate, String greeting) {
	}

	@GetMapping("/session")
	Session session(@AuthenticationPrincipal Caller caller, HttpServletRequest request) {
		return new Session(caller.name(), caller.roles().stream().sorted().toList(),
				(String) request.getAttribute("jakarta.servlet.request.secure_protocol"),
				(String) request.getAttribute("jakarta.servlet.request.cipher_suite"), caller.certificate(),
				"Hello, " + caller.name() + "!");
	}

}
