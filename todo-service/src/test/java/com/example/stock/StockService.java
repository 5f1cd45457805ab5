package com.example.stock;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Map;

import jakarta.servlet.http.HttpServletRequest;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.flyway.autoconfigure.FlywayAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.DataSourceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.core.userdetails.UsernameNotFoundException;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Mutual TLS as the documentation of Spring Boot and Spring Security shows it, for the
 * benchmark to compare with. It checks less than todo-service does. No component scan,
 * which would find {@link BareService} too.
 */
@RestController
@SpringBootConfiguration
@EnableAutoConfiguration(exclude = { DataSourceAutoConfiguration.class, FlywayAutoConfiguration.class })
public class StockService {

	public static void main(String[] args) {
		SpringApplication.run(StockService.class, args);
	}

	@Bean
	SecurityFilterChain security(HttpSecurity http) {
		return http.x509(Customizer.withDefaults())
			.authorizeHttpRequests((requests) -> requests.anyRequest().authenticated())
			.build();
	}

	@Bean
	UserDetailsService users() {
		return (name) -> {
			if (!name.equals("todo-client")) {
				throw new UsernameNotFoundException(name);
			}
			return User.withUsername(name).password("").authorities("read", "write").build();
		};
	}

	/** As long as the answer of todo-service. */
	@GetMapping("/session")
	Map<String, Object> session(HttpServletRequest request) {
		X509Certificate certificate = ((X509Certificate[]) request
			.getAttribute("jakarta.servlet.request.X509Certificate"))[0];
		return Map.of("name", request.getUserPrincipal().getName(), "roles", List.of("read", "write"), "protocol",
				"TLSv1.3", "cipherSuite", request.getAttribute("jakarta.servlet.request.cipher_suite"), "certificate",
				Map.of("subject", certificate.getSubjectX500Principal().getName(), "issuer",
						certificate.getIssuerX500Principal().getName(), "serialNumber",
						certificate.getSerialNumber().toString(16), "notBefore", certificate.getNotBefore().toInstant(),
						"notAfter", certificate.getNotAfter().toInstant(), "sha256", "0".repeat(64)),
				"greeting", "Hello, " + request.getUserPrincipal().getName() + "!");
	}

}
