package com.example.mtls.server;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
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
class CallerIdentityTests {

	private static final TestService service = TestService.shared();

	private static final Issued victim = service.ca().client("todo-client");

	private static final Issued reader = service.ca().client("reader");

	private static final Issued stranger = service.ca().client("stranger");

	private static final AuditLines lines = new AuditLines();

	private static String secret;

	private RawConnection connection;

	@BeforeAll
	static void start() {
		secret = service.client(victim).post("/todos", "{\"title\":\"of todo-client\"}").body().get("id").asString();
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
		assertThat(send("GET /todos", header).body()).isEqualTo("[]");
		assertThat(send("GET /todos/" + secret, header).status()).isEqualTo(404);
		assertThat(post(header).status()).isEqualTo(403);
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
	@ValueSource(strings = { "/todos/", "//todos", "/./todos", "/x/../todos", "/todos;x=1", "/;/todos", "/todos;/",
			"/%74odos", "/todos%2f", "/todos%2F..%2ftodos", "/todos%00", "/todos%0a", "/todos%20", "/todos.json",
			"/TODOS", "/%2e/todos", "/%2e%2e/todos", "/todos/..;/todos", "/actuator/..;/todos", "/actuator/../todos",
			"/actuator/health/../../todos", "/error", "/error/../todos", "https://localhost/todos",
			"/todos?_method=GET", "/todos?name=todo-client&owner=todo-client", "/todos\\", "/todos%5c", "/todos%252f",
			"/todos%c0%af", "/todos%", "/todos#x", "*", "todos", "/\u00e9" })
	void whenPathIsOddThenNeitherStrangerNorRoleIsLetThrough(String path) {
		connect(stranger);
		assertThat(exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n").status())
			.isIn(400, 403);
		connect(reader);
		assertThat(exchange("POST " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
				+ "Content-Type: application/json\r\nContent-Length: 13\r\n\r\n{\"title\":\"x\"}")
			.status()).isIn(400, 403, 404, 405);
		connect(reader);
		assertThat(this.connection.get("/todos").body()).isEqualTo("[]");
	}

	/** The method of one rule, with the meaning of another; or of no meaning. */
	@ParameterizedTest
	@CsvSource({ "HEAD, 200, 403", "OPTIONS, 403, 403", "PATCH, 403, 403", "TRACE, 405, 405", "CONNECT, 501, 501",
			"PROPFIND, 400, 400", "MOVE, 400, 400", "get, 400, 400", "G@T, 400, 400" })
	void whenMethodIsOddThenNeitherStrangerNorRoleIsLetThrough(String method, int forReader, int forStranger) {
		String request = method + " /todos HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
		connect(reader);
		assertStatus(request, method, forReader);
		connect(stranger);
		assertStatus(request, method, forStranger);
	}

	/** TRACE would show what a proxy has added. */
	@Test
	void whenTracedThenNothingComesBack() {
		connect(reader);
		assertThat(send("TRACE /session", "X-Secret: 4711").body()).doesNotContain("4711")
			.contains("method-not-allowed");
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

	private void assertStatus(String request, String method, int status) {
		if (method.equals("HEAD")) {
			this.connection.send(request);
			assertThat(this.connection.readHead().status()).isEqualTo(status);
		}
		else {
			assertThat(exchange(request).status()).isEqualTo(status);
		}
	}

	private Answer exchange(String request) {
		return this.connection.exchange(request);
	}

	private Answer send(String requestLine, String header) {
		return exchange(requestLine + " HTTP/1.1\r\nHost: localhost\r\n" + header + "\r\n\r\n");
	}

	private Answer post(String header) {
		return exchange(
				"POST /todos HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 13\r\n"
						+ header + "\r\n\r\n{\"title\":\"x\"}");
	}

	private void connect(Issued certificate) {
		close();
		this.connection = RawConnection.open(TestClient.sslContext(certificate, service.ca().certificate()),
				service.port());
	}

}
