package com.example.todoservice.database;

import java.io.EOFException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import javax.net.ssl.SSLException;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGProperty;
import org.postgresql.jdbc.SslMode;
import org.postgresql.util.GT;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Why PostgreSQL, or the TLS to it, cannot be used: which certificate, file, parameter of
 * the URL or rule of the server is wrong. It goes by states, types and the files, because
 * driver and server translate their messages.
 *
 * @param why what is wrong, to be read behind the name of the setting
 * @param cure what to do about it
 */
record PostgresFailure(String why, String cure) {

	private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

	/** Of IP, as the server writes it. */
	private static final Pattern ADDRESS = Pattern
		.compile("(?<![\\w.:])((?:\\d{1,3}\\.){3}\\d{1,3}|[0-9a-f]{0,4}:[0-9a-f:.]+)(?![\\w.:])");

	/**
	 * Explains a failure, or returns {@code null} if it is none of these.
	 * @param ex what the driver said
	 * @param parameters of the URL, with user and password, neither of which is repeated
	 */
	static @Nullable PostgresFailure of(PSQLException ex, Properties parameters) {
		PostgresTls tls = new PostgresTls(parameters);
		String state = String.valueOf(ex.getSQLState());
		if (ex.getServerErrorMessage() != null) {
			return refused(state, ex.getServerErrorMessage(), tls);
		}
		SSLException handshake = cause(ex, SSLException.class);
		if (handshake != null) {
			return handshake(handshake, tls);
		}
		if (GT.tr("The server does not support SSL.").equals(ex.getMessage())) {
			return new PostgresFailure("leads to a server that takes no TLS, which sslmode demands",
					"Give the server a certificate, and set ssl = on in its postgresql.conf.");
		}
		if (state.equals("08004") && String.valueOf(PGProperty.PASSWORD.getOrDefault(parameters)).isEmpty()) {
			return new PostgresFailure("leads to a server that asks for a password, and we have none",
					"Set SPRING_DATASOURCE_PASSWORD.");
		}
		if (state.equals("08P01")) {
			return new PostgresFailure("leads to something that does not speak as PostgreSQL does",
					"Correct host and port: PostgreSQL itself listens on 5432.");
		}
		if (isNetwork(ex)) {
			return ended(ex, tls);
		}
		PostgresFailure mistake = state.startsWith("08") ? tls.mistake() : null;
		if (mistake != null || tls.mode() != SslMode.VERIFY_FULL || ex.getCause() != null) {
			return mistake;
		}
		return new PostgresFailure("leads to a server whose certificate is for another host",
				"Call the server by a name that its certificate has as SAN, or issue one for the host of the URL: certs "
						+ "server --host NAME.");
	}

	/** What the server answered, over a connection that works. */
	private static @Nullable PostgresFailure refused(String state, ServerErrorMessage server, PostgresTls tls) {
		return switch (state) {
			case "28000" -> rule(server, tls);
			case "28P01" -> new PostgresFailure("refuses our user or password",
					"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD." + (tls.hasClientCertificate()
							? " Where the rule in pg_hba.conf says clientcert=verify-full, the CN of sslcert has to be the user."
							: ""));
			case "42501" -> new PostgresFailure("does not let our user make tables",
					"Make that user the owner of the database: ALTER DATABASE NAME OWNER TO USER.");
			case "25006" -> new PostgresFailure("takes no changes: it is a standby, or was made read-only",
					"Give the host of the primary server.");
			case "53300" -> new PostgresFailure("has no connection left for us",
					"Raise max_connections of the server, or lower SPRING_DATASOURCE_HIKARI_MAXIMUM_POOL_SIZE.");
			case "57P03" -> new PostgresFailure("is starting, stopping or recovering",
					"Wait until pg_isready says that it accepts connections, then start again.");
			default -> null;
		};
	}

	/** No rule of {@code pg_hba.conf} lets us in, or one that fits refuses us. */
	private static PostgresFailure rule(ServerErrorMessage server, PostgresTls tls) {
		String message = String.valueOf(server.getMessage());
		if (message.contains("pg_hba.conf")) {
			Matcher address = ADDRESS.matcher(message);
			String us = address.find() ? "us at " + address.group(1) : "us";
			return (tls.mode() == SslMode.DISABLE)
					? new PostgresFailure("has no rule in its pg_hba.conf for %s without TLS".formatted(us),
							"Replace sslmode=disable by sslmode=verify-full&sslrootcert=FILE: rules that begin with "
									+ "hostssl take TLS only. Otherwise add a rule for our user, database and address.")
					: new PostgresFailure("has no rule in its pg_hba.conf for %s with TLS".formatted(us),
							"Add a rule for our user, database and address (hostssl DATABASE USER ADDRESS/32 "
									+ "scram-sha-256), and reload the server.");
		}
		if ("ClientAuthentication".equals(server.getRoutine())) {
			return tls.hasClientCertificate()
					? new PostgresFailure(
							"asks for a client certificate, and %s is not of a CA that it knows"
								.formatted(tls.clientCertificate()),
							"Give a certificate of a CA in the server's ssl_ca_file, or add the CA there.")
					: new PostgresFailure("asks for a client certificate, and we have none",
							"Add sslcert=FILE and sslkey=FILE to the URL, issued by a CA in the server's ssl_ca_file.");
		}
		return tls.hasClientCertificate() ? new PostgresFailure(
				"does not take %s for our user".formatted(tls.clientCertificate()),
				"The CN of that certificate has to be SPRING_DATASOURCE_USERNAME, unless a map in pg_ident.conf "
						+ "says otherwise.")
				: new PostgresFailure("refuses our user or password",
						"Correct SPRING_DATASOURCE_USERNAME and SPRING_DATASOURCE_PASSWORD, or let that user log in "
								+ "(CREATE ROLE, pg_hba.conf).");
	}

	/** One side refuses the certificate of the other, or they have no TLS in common. */
	private static PostgresFailure handshake(SSLException ex, PostgresTls tls) {
		Matcher alert = ALERT.matcher(String.valueOf(ex.getMessage()));
		if (alert.find()) {
			return alert(alert.group(1), tls);
		}
		if (cause(ex, CertificateExpiredException.class) != null) {
			return new PostgresFailure("leads to a server whose certificate has expired",
					"Issue the server a new one and reload it, or set the clock. If it is the CA's that has expired, "
							+ "replace that in sslrootcert too.");
		}
		if (cause(ex, CertificateNotYetValidException.class) != null) {
			return new PostgresFailure("leads to a server whose certificate is not valid yet",
					"Set the clock here, or on the machine where it was issued.");
		}
		if (cause(ex, CertPathBuilderException.class) != null) {
			return new PostgresFailure(
					"leads to a server whose certificate comes from no CA in " + tls.rootCertificate(),
					"Put the root CA of the server's certificate there; openssl s_client -starttls postgres -connect "
							+ "HOST:5432 shows who issued it. An intermediate CA belongs into the server's ssl_cert_file.");
		}
		CertPathValidatorException path = cause(ex, CertPathValidatorException.class);
		if (path != null || cause(ex, CertificateException.class) != null) {
			return new PostgresFailure(
					"leads to a server whose certificate Java refuses"
							+ ((path != null) ? " (" + path.getReason() + ")" : ""),
					"Issue it a new one for a server, with EC P-256 or RSA of at least 2048 bits, and SHA-256.");
		}
		return new PostgresFailure("leads to something with which no TLS is possible",
				"It has to offer TLS 1.2 or 1.3; openssl s_client -starttls postgres -connect HOST:5432 shows what it "
						+ "does.");
	}

	private static PostgresFailure alert(String alert, PostgresTls tls) {
		PostgresFailure mistake = tls.clientMistake();
		if (mistake != null) {
			return mistake;
		}
		return switch (alert) {
			case "unknown_ca", "bad_certificate", "certificate_unknown", "unsupported_certificate", "decrypt_error",
					"certificate_required", "certificate_expired", "certificate_revoked", "access_denied" ->
				new PostgresFailure(
						"leads to a server that refuses %s (%s)".formatted(tls.hasClientCertificate()
								? tls.clientCertificate() : "a connection without a client certificate", alert),
						"Give a client certificate that is valid now, of a CA in the server's ssl_ca_file. The log of "
								+ "the server says more.");
			default -> new PostgresFailure("leads to a server that ends TLS (%s)".formatted(alert),
					"It has to offer TLS 1.2 or 1.3 (ssl_min_protocol_version and ssl_ciphers in postgresql.conf).");
		};
	}

	/** In TLS 1.3 the alert about our certificate can be lost to a reset. */
	private static @Nullable PostgresFailure ended(PSQLException ex, PostgresTls tls) {
		SocketException socket = cause(ex, SocketException.class);
		boolean ended = (socket != null && socket.getClass() == SocketException.class)
				|| cause(ex, EOFException.class) != null;
		if (!ended || !tls.hasClientCertificate()) {
			return null;
		}
		PostgresFailure mistake = tls.clientMistake();
		return (mistake != null) ? mistake
				: new PostgresFailure(
						"leads to a server that ends the connection; perhaps it refuses " + tls.clientCertificate(),
						"The log of the server says why.");
	}

	private static boolean isNetwork(PSQLException ex) {
		return Stream
			.of(SocketException.class, SocketTimeoutException.class, UnknownHostException.class, EOFException.class)
			.anyMatch((type) -> cause(ex, type) != null);
	}

	private static <T extends Throwable> @Nullable T cause(Throwable failure, Class<T> type) {
		for (Throwable each = failure; each != null; each = each.getCause()) {
			if (type.isInstance(each)) {
				return type.cast(each);
			}
		}
		return null;
	}

}
