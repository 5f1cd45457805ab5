package com.example.mtls.client;

import com.example.mtls.SettingException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import org.springframework.web.util.UriComponentsBuilder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

class ServiceAddressTests {

	@ParameterizedTest
	@CsvSource({ "https://localhost:8443, localhost, 8443", "https://todo-service, todo-service, 443",
			"HTTPS://todo-service:8443/, todo-service, 8443", "https://127.0.0.1:1, 127.0.0.1, 1",
			"https://[::1]:65535, ::1, 65535", "https://[0:0:0:0:0:0:0:1], ::1, 443",
			"https://[::ffff:127.0.0.1], 127.0.0.1, 443", "https://[64:ff9b::192.0.2.33]:1, 64:ff9b::c000:221, 1",
			"https://[64:FF9B::1:192.0.2.33], 64:ff9b::1:c000:221, 443", "https://[::127.0.0.1], ::7f00:1, 443",
			"https://[2001:db8:0:0:1:0:0:1], 2001:db8::1:0:0:1, 443", "' https://a.example:8443 ', a.example, 8443",
			"https://todo-service.:8443, todo-service, 8443", "https://a.example., a.example, 443" })
	void takesSchemeHostAndPort(String text, String host, int port) {
		ServiceAddress address = address(text);
		assertThat(address.host()).isEqualTo(host);
		assertThat(address.port()).isEqualTo(port);
		assertThat(address.path()).isEmpty();
		assertThat(UriComponentsBuilder.fromUriString(address.toString()).build().toUri()).isEqualTo(address.origin());
	}

	@ParameterizedTest
	@CsvSource({ "http://localhost:8443, does not start with https://", "localhost:8443, does not start with https://",
			"todo-service, does not start with https://", "ws://localhost, does not start with https://",
			"https:localhost, names no host", "https:///todos, names no host", "https://my_service:8443, names no host",
			"https://:8443, names no host", "https://a b, is not a URL", "https://localhost:x, names no host",
			"https://localhost:0, has a port outside 1 to 65535", "https://localhost:65536, has a port outside",
			"https://localhost:8443/todos?a, has more than a host", "https://localhost:8443#a, has more than a host" })
	void refusesAnythingElseAndSaysWhy(String text, String why) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> address(text))
			.withMessageStartingWith(
					"TODO_SERVICE_URL " + (text.contains("%") || text.matches(".*[?#].*") ? "" : "(" + text + ") "))
			.withMessageContaining(why)
			.satisfies((ex) -> assertThat(ex.cure()).contains("for example https://todo-service:8443"));
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "  " })
	void refusesNothing(String text) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> address(text))
			.withMessage("TODO_SERVICE_URL is not set");
	}

	@ParameterizedTest
	@ValueSource(strings = { "https://me:secret@localhost:8443", "https://localhost:8443?token=secret",
			"https://localhost:8443#secret", "https://localhost:8443/AbCd1234AbCd1234?secret",
			"MIGHAgEAMBMGByqGSM49AgEG", "-----BEGIN PRIVATE KEY----- secret", "correct horse; battery",
			"https://AbCd1234AbCd1234/x?a", "5ec4e700-5ec4-4e70-8e70-5ec4e7005ec4", "Summer-2024-5ec4" })
	void refusesWhatMayBeASecretWithoutRepeatingIt(String text) {
		assertThatExceptionOfType(SettingException.class).isThrownBy(() -> address(text))
			.withMessageStartingWith("TODO_SERVICE_URL ")
			.satisfies((ex) -> assertThat(ex.getMessage() + ex.cure()).doesNotContain("secret", "AbCd1234", "MIGH",
					"correct horse", "5ec4"));
	}

	@ParameterizedTest
	@CsvSource({ "https://localhost:8443/, ''", "https://localhost:8443/orders, /orders",
			"https://localhost:8443/a/b%20c//, /a/b%20c" })
	void keepsThePath(String text, String path) {
		assertThat(address(text).path()).isEqualTo(path);
		assertThat(address(text).url()).hasToString("https://localhost:8443" + path);
		assertThat(address(text)).hasToString("https://localhost:8443");
	}

	private static ServiceAddress address(String text) {
		return ServiceAddress.of(text, "TODO_SERVICE_URL", "todo-service");
	}

	@Test
	void dotAtTheEndIsNotPartOfTheName() {
		assertThat(address("https://a.example.:8443").isAbsolute()).isTrue();
		assertThat(address("https://a.example.:8443")).hasToString("https://a.example:8443");
		assertThat(address("https://a.example:8443").isAbsolute()).isFalse();
	}

}
