package com.example.mtls;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/**
 * One TLS connection on which bytes are sent as they are, and which stays open until a
 * test closes it. An HTTP client would correct, hide or repeat what matters here.
 */
public final class RawConnection implements AutoCloseable {

	private static final String KNOWN = "known";

	private final SSLSocket socket;

	private final InputStream in;

	private final boolean resumed;

	/** An answer as it came: the status, the headers by lower-case name, the body. */
	public record Answer(int status, Map<String, String> headers, String body) {

		/** The header, or {@code null}. */
		public String header(String name) {
			return this.headers.get(name.toLowerCase(Locale.ROOT));
		}

	}

	private RawConnection(SSLSocket socket) throws IOException {
		this.socket = socket;
		socket.setSoTimeout(60_000);
		socket.startHandshake();
		// What is put into a session comes back when the session is resumed.
		this.resumed = socket.getSession().getValue(KNOWN) != null;
		socket.getSession().putValue(KNOWN, KNOWN);
		this.in = socket.getInputStream();
	}

	/**
	 * Connects and completes the handshake. Connections of one context resume each
	 * other's sessions.
	 */
	public static RawConnection open(SSLContext context, int port, String... protocols) {
		try {
			SSLSocket socket = (SSLSocket) context.getSocketFactory()
				.createSocket(InetAddress.getLoopbackAddress().getHostAddress(), port);
			if (protocols.length > 0) {
				socket.setEnabledProtocols(protocols);
			}
			return new RawConnection(socket);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** Whether no certificate was exchanged. */
	public boolean isResumed() {
		return this.resumed;
	}

	public SSLSocket socket() {
		return this.socket;
	}

	/** Asks for a path and waits for the answer. */
	public Answer get(String path) {
		return exchange("GET " + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n");
	}

	/** Sends and waits for the first answer. */
	public Answer exchange(String bytes) {
		send(bytes);
		return read();
	}

	/** Sends each character as one byte. */
	public void send(String bytes) {
		try {
			this.socket.getOutputStream().write(bytes.getBytes(StandardCharsets.ISO_8859_1));
			this.socket.getOutputStream().flush();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The next answer to anything but a HEAD request. */
	public Answer read() {
		Answer head = readHead();
		try {
			return new Answer(head.status(), head.headers(), body(head.headers()));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The next answer without its body, as a HEAD request gets it. */
	public Answer readHead() {
		try {
			String[] status = line().split(" ", 3);
			Map<String, String> headers = new LinkedHashMap<>();
			for (String line = line(); !line.isEmpty(); line = line()) {
				int colon = line.indexOf(':');
				headers.put(line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).trim());
			}
			return new Answer(Integer.parseInt(status[1]), headers, "");
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/** The answers until the service closes the connection, at least none. */
	public List<Answer> readAll() {
		List<Answer> answers = new ArrayList<>();
		try {
			while (true) {
				answers.add(read());
			}
		}
		catch (UncheckedIOException ex) {
			return answers;
		}
	}

	private String body(Map<String, String> headers) throws IOException {
		if (headers.containsKey("content-length")) {
			return text(Integer.parseInt(headers.get("content-length")));
		}
		StringBuilder body = new StringBuilder();
		if ("chunked".equals(headers.get("transfer-encoding"))) {
			for (int length = chunk(); length > 0; length = chunk()) {
				body.append(text(length));
				line();
			}
			line();
		}
		return body.toString();
	}

	private int chunk() throws IOException {
		return Integer.parseInt(line(), 16);
	}

	private String text(int length) throws IOException {
		byte[] bytes = this.in.readNBytes(length);
		if (bytes.length < length) {
			throw new EOFException("the connection ended within a body");
		}
		return new String(bytes, StandardCharsets.UTF_8);
	}

	private String line() throws IOException {
		ByteArrayOutputStream line = new ByteArrayOutputStream();
		for (int c = this.in.read(); c != '\n'; c = this.in.read()) {
			if (c == -1) {
				throw new EOFException("the connection ended");
			}
			if (c != '\r') {
				line.write(c);
			}
		}
		return line.toString(StandardCharsets.UTF_8);
	}

	@Override
	public void close() {
		try {
			this.socket.close();
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

}
