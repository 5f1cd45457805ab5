package com.example.mtls.shop;

import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;
import org.springframework.http.MediaType;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configuration.WebSecurityCustomizer;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.core.userdetails.User;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.provisioning.InMemoryUserDetailsManager;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/**
 * A service that was there before the door, with about everything that Spring Security
 * lets people do: three chains, paths without any, users with passwords, roles on
 * methods, and answers that come later.
 */
@SpringBootApplication(proxyBeanMethods = false)
@EnableMethodSecurity
@RestController
public class ShopApplication {

	/** It was public, and now it is so for callers. */
	@Bean
	@Order(1)
	SecurityFilterChain catalogue(HttpSecurity http) {
		return http.securityMatcher("/catalogue/**")
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.build();
	}

	/** For people, who come through a caller and log in besides. */
	@Bean
	@Order(2)
	SecurityFilterChain people(HttpSecurity http) {
		return http.securityMatcher("/people/**", "/login")
			.authorizeHttpRequests((requests) -> requests.anyRequest().hasRole("CLERK"))
			.httpBasic(Customizer.withDefaults())
			.formLogin(Customizer.withDefaults())
			.build();
	}

	@Bean
	@Order(3)
	SecurityFilterChain orders(HttpSecurity http) {
		return http.securityMatcher("/orders/**", "/later/**")
			.csrf(AbstractHttpConfigurer::disable)
			.authorizeHttpRequests((requests) -> requests.requestMatchers("/orders/cancelled")
				.hasRole("MANAGER")
				.requestMatchers("/orders/open")
				.hasAuthority("orders")
				.anyRequest()
				.authenticated())
			.build();
	}

	@Bean
	WebSecurityCustomizer ignored() {
		return (web) -> web.ignoring().requestMatchers("/ignored/**");
	}

	@Bean
	UserDetailsService users() {
		return new InMemoryUserDetailsManager(
				User.withUsername("clerk").password("{noop}secret").roles("CLERK").build());
	}

	/** In a chain with a rule, in one without, in none, and in what Security ignores. */
	@GetMapping({ "/orders/open", "/orders/cancelled", "/orders", "/catalogue/pens", "/nowhere", "/ignored/pens",
			"/people/me" })
	String plain(java.security.Principal principal) {
		return name(principal);
	}

	@GetMapping("/orders/audited")
	@PreAuthorize("hasRole('AUDITOR') and hasAuthority('FACTOR_X509')")
	String audited(java.security.Principal principal) {
		return name(principal);
	}

	@GetMapping("/later/callable")
	Callable<String> callable(java.security.Principal principal) {
		return () -> name(principal);
	}

	@GetMapping("/later/future")
	CompletableFuture<String> future(java.security.Principal principal) {
		return CompletableFuture.supplyAsync(() -> name(principal), later());
	}

	@GetMapping("/later/deferred")
	DeferredResult<String> deferred(java.security.Principal principal) {
		DeferredResult<String> result = new DeferredResult<>();
		later().execute(() -> result.setResult(name(principal)));
		return result;
	}

	@GetMapping("/later/mono")
	Publisher<String> mono(java.security.Principal principal) {
		return Mono.fromCallable(() -> name(principal)).delaySubscription(java.time.Duration.ofMillis(20));
	}

	@GetMapping(path = "/later/sse", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
	SseEmitter sse(java.security.Principal principal) {
		SseEmitter events = new SseEmitter();
		later().execute(() -> {
			try {
				events.send(name(principal), MediaType.TEXT_PLAIN);
				events.complete();
			}
			catch (java.io.IOException ex) {
				events.completeWithError(ex);
			}
		});
		return events;
	}

	@GetMapping("/later/stream")
	StreamingResponseBody stream(java.security.Principal principal) {
		return (out) -> out.write(name(principal).getBytes(StandardCharsets.UTF_8));
	}

	@GetMapping("/later/failing")
	Callable<String> failing() {
		return () -> {
			throw new IllegalStateException("on purpose");
		};
	}

	private static Executor later() {
		return CompletableFuture.delayedExecutor(20, java.util.concurrent.TimeUnit.MILLISECONDS);
	}

	private static String name(java.security.Principal principal) {
		return (principal != null) ? "for " + principal.getName() : "for nobody in particular";
	}

}
