package com.example.mtls.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

import com.example.mtls.RawConnection;
import com.example.mtls.RawConnection.Answer;
import com.example.mtls.TestCa.Issued;
import com.example.mtls.TestClient;
import com.example.mtls.TestService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Nothing in a request changes who is calling: no header, no cookie, no path, no method.
 */
public class CallerIdentityTests {

	protected static final TestService service = TestService.shared();

	protected static final Issued victim = service.ca().client("todo-client");

	protected static final Issued reader = service.ca().client("reader");

	protected static final Issued stranger = service.ca().client("stranger");

	private static final AuditLines lines = new AuditLines();

	protected RawConnection connection;

	@BeforeAll
	static void listen() {
		lines.listen();
	}

	@AfterAll
	static void stop() {
		lines.end();
	}

	@BeforeEach
	void forget() {
		service.bean(RefusalLog.class).summarise();
		lines.list.clear();
	}

	@AfterEach
	void close() {
		if (this.connection != null) {
			this.connection.close();
		}
	}

	/** What proxies, frameworks and servers put the identity of a caller into. */
	static Stream<String> claims() throws Exception {
		String pem = victim.certificatePem();
		String der = Base64.getEncoder().encodeToString(victim.certificate().getEncoded());
		String escaped = URLEncoder.encode(pem, StandardCharsets.UTF_8);
		String basic = Base64.getEncoder().encodeToString("todo-client:".getBytes(StandardCharsets.US_ASCII));
		return Stream.of("X-SSL-Client-CN: todo-client", "X-SSL-Client-S-DN: CN=todo-client",
				"X-SSL-Client-Verify: SUCCESS\r\nX-SSL-Client-Cert: " + escaped, "SSL_CLIENT_CERT: " + escaped,
				"SSL_CLIENT_S_DN: CN=todo-client", "X-Client-Cert: " + escaped, "X-Client-Certificate: " + der,
				"X-ARR-ClientCert: " + der, "Client-Cert: :" + der + ":", "Client-Cert-Chain: :" + der + ":",
				"X-Amzn-Mtls-Clientcert: " + escaped,
				"X-Forwarded-Client-Cert: By=spiffe://x;Subject=\"CN=todo-client\";Cert=\"" + escaped + "\"",
				"X-Forwarded-User: todo-client", "X-Remote-User: todo-client", "Remote-User: todo-client",
				"X-Authenticated-User: todo-client", "From: todo-client", "Authorization: Basic " + basic,
				"Authorization: Bearer todo-client", "Proxy-Authorization: Basic " + basic,
				"jakarta.servlet.request.X509Certificate: " + der, "javax.servlet.request.X509Certificate: " + der,
				"Forwarded: for=10.0.0.1;proto=https;host=localhost;by=todo-client",
				"X-Forwarded-For: 10.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Port: 80\r\nX-Forwarded-Prefix: /session",
				"X-Forwarded-Host: todo-client", "X-Real-IP: 10.0.0.1",
				"Cookie: JSESSIONID=1; user=todo-client; name=todo-client",
				"Cookie: $Version=1; SPRING_SECURITY_CONTEXT=todo-client", "X-Original-URL: /todos",
				"X-Rewrite-URL: /todos", "X-HTTP-Method-Override: POST", "X-Method-Override: DELETE",
				"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
				"Expect: todo-client", "Origin: https://localhost",
				"X-Caller: todo-client\r\nX-Owner: todo-client\r\nX-Roles: read,write");
	}

	@ParameterizedTest
	@MethodSource("claims")
	void whenHeaderClaimsAnotherCallerThenItIsIgnored(String header) {
		connect(reader);
		String plain = this.connection.get("/session").body();
		assertThat(plain).contains("\"name\":\"reader\",\"roles\":[\"read\"]");
		Answer claimed = send("GET /session", header);
		// What is not understood may be refused, but never believed.
		if (header.startsWith("Expect:")) {
			assertThat(claimed.status()).isEqualTo(417);
			return;
		}
		assertThat(claimed.status()).isEqualTo(200);
		assertThat(claimed.body()).isEqualTo(plain);
		assertReadsAndWritesNothingOfAnother(header);
	}

	/** For what is behind the door, asked by the reader with this header. */
	protected void assertReadsAndWritesNothingOfAnother(String header) {
	}

	/** A path that is there, and whose odd forms lead nowhere else. */
	protected String path() {
		return "session";
	}

	@ParameterizedTest
	@MethodSource("claims")
	void whenStrangerClaimsAnotherCallerThenForbidden(String header) {
		connect(stranger);
		Answer answer = send("GET /session", header);
		assertThat(answer.status()).isEqualTo(header.startsWith("Expect:") ? 417 : 403);
		if (answer.status() == 403) {
			assertThat(answer.body()).contains("\"name\":\"stranger\"");
			// The address in the line is that of the connection.
			assertThat(List.copyOf(lines.list)).singleElement()
				.satisfies((line) -> assertThat(line.getFormattedMessage())
					.startsWith("peer=127.0.0.1 reason=unknown-caller certificate=[subject \"CN=stranger\""));
		}
	}

	/** The path of one rule, with the meaning of another; or of no meaning. */
	@ParameterizedTest
	@ValueSource(strings = { "/P/", "//P", "/./P", "/x/../P", "/P;x=1", "/;/P", "/P;/", "/%xP", "/P%2f", "/P%2F..%2fP",
			"/P%00", "/P%0a", "/P%20", "/P.json", "/UPPER", "/%2e/P", "/%2e%2e/P", "/P/..;/P", "/actuator/..;/P",
			"/actuator/../P", "/actuator/health/../../P", "/error", "/error/../P", "https://localhost/P",
			"/P?_method=GET", "/P?name=todo-client&owner=todo-client", "/P\\", "/P%5c", "/P%252f", "/P%c0%af", "/P%",
			"/P#x", "*", "P", "/\u00e9" })
	void whenPathIsOddThenNeitherStrangerNorRoleIsLetThrough(String pattern) {
		String path = pattern.replace("%xP", "%%%x".formatted((int) path().charAt(0)) + path().substring(1))
			.replace("P", path())
			.replace("U" + path() + "PER", path().toUpperCase(Locale.ROOT));
		connect(stranger);
		assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status())
			.isIn(400, 403);
		connect(reader);
		assertThat(exchange("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				+ "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"title\":\"x\"}")
			.status()).isIn(400, 403, 404, 405);
		connect(reader);
		assertThat(this.connection.get("/session").status()).isEqualTo(200);
		assertReadsAndWritesNothingOfAnother("X-Nothing: 1");
	}

	/** The method of one rule, with the meaning of another; or of no meaning. */
	@ParameterizedTest
	@CsvSource({ "HEAD, 403", "OPTIONS, 403", "PATCH, 403", "TRACE, 405", "CONNECT, 501", "PROPFIND, 403", "MOVE, 403",
			"get, 403", "G@T, 400" })
	void whenMethodIsOddThenStrangerIsNotLetThrough(String method, int status) {
		connect(stranger);
		assertStatus(method, status);
	}

	/** TRACE would show what a proxy has added. */
	@Test
	void whenTracedThenNothingComesBack() {
		connect(reader);
		assertThat(send("TRACE /session", "X-Secret: 4711").body()).doesNotContain("4711");
	}

	/** An HTTP/1.0 request, and one without a version, are no way around. */
	@ParameterizedTest
	@ValueSource(strings = { "GET /session HTTP/1.0\r\n\r\n", "GET /session HTTP/2.0\r\nHost: localhost\r\n\r\n",
			"GET /session\r\n\r\n", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" })
	void whenVersionIsOddThenStrangerIsNotLetThrough(String request) {
		connect(stranger);
		this.connection.send(request);
		assertThat(this.connection.readAll()).allMatch((answer) -> List.of(400, 403, 505).contains(answer.status()));
	}

	protected void assertStatus(String method, int status) {
		String request = method + " /" + path() + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		if (method.equals("HEAD")) {
			this.connection.send(request);
			assertThat(this.connection.readHead().status()).isEqualTo(status);
		}
		else {
			assertThat(exchange(request).status()).isEqualTo(status);
		}
	}

	protected Answer exchange(String request) {
		return this.connection.exchange(request);
	}

	protected Answer send(String requestLine, String header) {
		return exchange(requestLine + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n");
	}

	protected void connect(Issued certificate) {
		close();
		this.connection = RawConnection.open(TestClient.sslContext(certificate, service.ca().certificate()),
				service.port());
	}

}
