package com.example.certs;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.function.Consumer;

import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.TrustManagerFactory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What {@code verify --connect} learns from a real server.
 */
class ConnectTests {

	@TempDir
	Path dir;

	@BeforeEach
	void issue() {
		Cli.ok("dev", "--dir", this.dir);
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void serverThatAcceptsUs(String protocol) throws Exception {
		try (Server server = tls((socket) -> socket.setEnabledProtocols(new String[] { protocol }))) {
			assertThat(Cli.ok("verify", "--dir", this.dir, "--connect", server.address()).out()).contains(
					"Client: " + this.dir.resolve("client.crt"), "OK    connect      something listens on localhost:",
					"OK    handshake    " + protocol + ", TLS_",
					"OK    request      the server asks for a client certificate issued by CN=Todo mTLS CA; ours is presented",
					"OK    accepted     the server answers: HTTP/1.1 200 OK", "Server: as it presents itself",
					"OK    host         it is for localhost (of localhost, 127.0.0.1, ::1, todo-service)", "0 failed");
		}
	}

	@Test
	void materialInOtherFilesIsPresented() throws Exception {
		Cli.ok("client", "--dir", this.dir, "--cn", "alice", "--name", "alice");
		try (Server server = tls((socket) -> {
		})) {
			assertThat(Cli
				.ok("verify", "--dir", this.dir.resolve("none"), "--connect", server.address(), "--ca",
						this.dir.resolve("ca.crt"), "--cert", this.dir.resolve("alice.crt"), "--key",
						this.dir.resolve("alice.key"), "--host", "todo-service")
				.out()).contains("the service sees the caller \"alice\"", "the server answers: HTTP/1.1 200 OK",
						"it is for todo-service");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void serverThatDemandsACertificateWeDoNotHave(String protocol) throws Exception {
		try (Server server = tls((socket) -> socket.setEnabledProtocols(new String[] { protocol }))) {
			String out = findings("--dir", this.dir.resolve("none"), "--connect", server.address(), "--ca",
					this.dir.resolve("ca.crt"));
			assertThat(out).contains("WARN  request      the server asks for a client certificate",
					"we have none to present",
					"FAIL  accepted     the server refused us: it wants a client certificate (",
					"Give --cert and --key", "OK    issuer       signed by the trusted CN=Todo mTLS CA");
		}
	}

	@ParameterizedTest
	@ValueSource(strings = { "TLSv1.2", "TLSv1.3" })
	void serverThatDoesNotTrustOurIssuer(String protocol) throws Exception {
		Path other = this.dir.resolve("other");
		Cli.ok("init", "--dir", other, "--cn", "other CA");
		Cli.ok("client", "--dir", other, "--cn", "todo-client");
		try (Server server = tls((socket) -> socket.setEnabledProtocols(new String[] { protocol }))) {
			String out = findings("--connect", server.address(), "--ca", this.dir.resolve("ca.crt"), "--cert",
					other.resolve("client.crt"), "--key", other.resolve("client.key"));
			assertThat(out).contains("FAIL  issuer       issued by CN=other CA, which is not trusted",
					"FAIL  request      the server asks for a client certificate issued by CN=Todo mTLS CA; ours is issued by CN=other CA",
					"FAIL  accepted     the server refused our certificate", "the server has to trust CN=other CA");
		}
	}

	@Test
	void serverThatFindsOurCertificateExpired() throws Exception {
		Cli.ok("client", "--dir", this.dir, "--cn", "todo-client", "--days", "-1");
		try (Server server = tls((socket) -> {
		})) {
			assertThat(findings("--dir", this.dir, "--connect", server.address())).contains("FAIL  validity",
					"FAIL  accepted     the server refused our certificate");
		}
	}

	@Test
	void serverThatDoesNotAdmitUs() throws Exception {
		try (Server server = tls("HTTP/1.1 403 ", (socket) -> {
		})) {
			assertThat(Cli.ok("verify", "--dir", this.dir, "--connect", server.address()).out())
				.contains("WARN  accepted     the server answers: HTTP/1.1 403", "TODO_CALLERS_n_NAME");
		}
	}

	@Test
	void serverThatDoesNotAdmitUsAndSaysWhy() throws Exception {
		try (Server server = tls("HTTP/1.1 403 \r\n\r\n{\"detail\":\"Not \\\"you\\\". Do this.\"}", (socket) -> {
		})) {
			Cli verify = Cli.run("verify", "--dir", this.dir, "--connect", server.address());
			assertThat(verify.out()).contains("FAIL  accepted     the server answers: HTTP/1.1 403",
					"cure: TLS is fine; the service says: Not \"you\". Do this.");
			assertThat(verify.exitCode()).isEqualTo(1);
		}
	}

	@Test
	void serverThatDoesNotAsk() throws Exception {
		try (Server server = tls((socket) -> socket.setNeedClientAuth(false))) {
			assertThat(Cli.ok("verify", "--dir", this.dir, "--connect", server.address()).out()).contains(
					"WARN  request      the server does not ask for a client certificate: this is not mutual TLS",
					"client-auth has to be 'need'");
		}
	}

	@Test
	void serverOfAnotherName() throws Exception {
		Cli.ok("dev", "--dir", this.dir, "--host", "other.example");
		try (Server server = tls((socket) -> {
		})) {
			assertThat(findings("--dir", this.dir, "--connect", server.address()))
				.contains("FAIL  host         it is not for localhost, only for other.example", "OK    accepted");
		}
	}

	@Test
	void serverWithoutAlternativeNameAndOfAnotherAuthority() throws Exception {
		KeyAndCertificate other = Forgery.authority("CN=other").selfSigned();
		Forgery.write(this.dir, "server", Forgery.leaf("CN=localhost").by(other));
		try (Server server = tls((socket) -> {
		})) {
			assertThat(findings("--dir", this.dir, "--connect", server.address())).contains(
					"FAIL  host         it has no subject alternative name",
					"FAIL  issuer       issued by CN=other, which is not trusted");
		}
	}

	@Test
	void serverThatIsRevoked() throws Exception {
		Cli.ok("revoke", "--dir", this.dir, "server.crt");
		try (Server server = tls((socket) -> {
		})) {
			assertThat(findings("--dir", this.dir, "--connect", server.address()))
				.contains("FAIL  revocation   revoked since");
		}
	}

	@Test
	void plainTextPort() throws Exception {
		try (Server server = new Server(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), "HTTP/1.1 400 ")) {
			assertThat(findings("--dir", this.dir, "--connect", server.address()))
				.contains("FAIL  handshake    " + server.address() + " does not speak TLS", "8443", "8081");
		}
	}

	@Test
	void serverThatHangsUp() throws Exception {
		try (Server server = new Server(new ServerSocket(0, 0, InetAddress.getLoopbackAddress()), null)) {
			assertThat(findings("--dir", this.dir, "--connect", server.address()))
				.contains("FAIL  handshake    the server closed the connection", "server's log");
		}
	}

	@Test
	void serverThatSpeaksOtherProtocolsOnly() throws Exception {
		try (Server server = tls(
				(socket) -> socket.setEnabledCipherSuites(new String[] { "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256" }))) {
			assertThat(findings("--dir", this.dir, "--connect", server.address()))
				.contains("FAIL  handshake    the server refused the handshake (alert handshake_failure)");
		}
	}

	@Test
	void nothingListens() throws Exception {
		int port;
		try (ServerSocket free = new ServerSocket(0)) {
			port = free.getLocalPort();
		}
		assertThat(findings("--dir", this.dir, "--connect", "127.0.0.1:" + port))
			.contains("FAIL  connect      nothing listens on 127.0.0.1:" + port, "Start the service");
	}

	@Test
	void nameThatIsNotKnown() {
		assertThat(findings("--dir", this.dir, "--connect", "no-such-host.invalid:8443"))
			.contains("FAIL  connect      the name no-such-host.invalid is not known here", "Check the name");
	}

	@ParameterizedTest
	@ValueSource(strings = { "localhost", "localhost:", "localhost:0", "localhost:70000", ":8443",
			"https://localhost:8443" })
	void addressThatIsNone(String address) {
		assertThat(Cli.failing(2, "verify", "--dir", this.dir, "--connect", address)).contains("give HOST:PORT");
	}

	private String findings(Object... args) {
		Object[] all = new Object[args.length + 1];
		all[0] = "verify";
		System.arraycopy(args, 0, all, 1, args.length);
		Cli result = Cli.run(all);
		assertThat(result.exitCode()).as(result.toString()).isEqualTo(1);
		assertThat(result.err()).isEmpty();
		return result.out();
	}

	private Server tls(Consumer<SSLServerSocket> settings) throws Exception {
		return tls("HTTP/1.1 200 OK", settings);
	}

	private Server tls(String answer, Consumer<SSLServerSocket> settings) throws Exception {
		KeyAndCertificate own = Forgery.read(this.dir, "server");
		KeyStore keys = KeyStore.getInstance("PKCS12");
		keys.load(null, null);
		keys.setKeyEntry("own", own.key(), new char[0], new X509Certificate[] { own.certificate() });
		KeyManagerFactory keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
		keyManagers.init(keys, new char[0]);
		KeyStore trusted = KeyStore.getInstance("PKCS12");
		trusted.load(null, null);
		trusted.setCertificateEntry("ca", PemFile.read(this.dir.resolve("ca.crt")).certificate());
		TrustManagerFactory trustManagers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
		trustManagers.init(trusted);
		SSLContext context = SSLContext.getInstance("TLS");
		context.init(keyManagers.getKeyManagers(), trustManagers.getTrustManagers(), null);
		SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory()
			.createServerSocket(0, 0, InetAddress.getLoopbackAddress());
		socket.setNeedClientAuth(true);
		settings.accept(socket);
		return new Server(socket, answer);
	}

	/** Answers each request with one line, or hangs up without one. */
	private static final class Server implements Closeable {

		private final ServerSocket socket;

		private final String answer;

		private Server(ServerSocket socket, String answer) {
			this.socket = socket;
			this.answer = answer;
			Thread thread = new Thread(this::serve, "test server");
			thread.setDaemon(true);
			thread.start();
		}

		private void serve() {
			while (!this.socket.isClosed()) {
				try (Socket connection = this.socket.accept()) {
					if (this.answer != null && connection.getInputStream().read(new byte[4096]) > 0) {
						connection.getOutputStream()
							.write((this.answer + "\r\n\r\n").getBytes(StandardCharsets.US_ASCII));
					}
				}
				catch (IOException ex) {
					// A refused handshake is what several tests are about.
					continue;
				}
			}
		}

		private String address() {
			return "localhost:" + this.socket.getLocalPort();
		}

		@Override
		public void close() throws IOException {
			this.socket.close();
		}

	}

}
