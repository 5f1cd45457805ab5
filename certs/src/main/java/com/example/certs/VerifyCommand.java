package com.example.certs;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.PrivateKey;
import java.security.cert.X509CRL;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/**
 * Says beforehand what the other side of a connection will say about certificates, ours
 * or anyone's, in files or on a port.
 */
@Command(name = "verify", description = "Check certificates as the other side will, and say what to do about it.",
		footerHeading = "%nExamples:%n",
		footer = { "  certs verify                                  all of certs/out",
				"  certs verify --as server --host todo-service  is it good for that name?",
				"  certs verify --as client --cert a.pem --key a.key --ca corporate.pem",
				"  certs verify --connect localhost:8443         a real handshake",
				"%nThe password of an encrypted key is taken from KEY_PASSWORD or --key-password-file." })
class VerifyCommand extends CertsCommand {

	@Option(names = "--as", paramLabel = "SIDE",
			description = "The side they are for: ${COMPLETION-CANDIDATES} (default: both, those of --dir).")
	private Purpose side;

	@Option(names = "--host", paramLabel = "HOST", split = ",",
			description = "The names by which clients reach the server (with --connect default: the host there).")
	private List<Host> hosts = List.of();

	@Option(names = "--name", paramLabel = "NAME",
			description = "The base name of the files in --dir, with --as or --connect (default: server, client).")
	private String name;

	@Option(names = "--cert", paramLabel = "FILE", description = "The certificate chain, leaf first, as PEM.")
	private Path certificateFile;

	@Option(names = "--key", paramLabel = "FILE",
			description = "Its private key as PEM: PKCS#8, encrypted or not, PKCS#1 or SEC1.")
	private Path keyFile;

	@Option(names = "--key-password-file", paramLabel = "FILE",
			description = "A file with the password of an encrypted key (default: the variable KEY_PASSWORD).")
	private Path passwordFile;

	@Option(names = "--ca", paramLabel = "FILE",
			description = "The CA certificates that the other side trusts, as PEM (default: ca.crt in --dir).")
	private Path trustFile;

	@Option(names = "--crl", paramLabel = "FILE",
			description = "The revocation list, as PEM (default: ca.crl in --dir, if there is one).")
	private Path revocationFile;

	@Option(names = "--connect", paramLabel = "HOST:PORT",
			description = "Connect to a server as the client, and check what it presents and whether it accepts us.")
	private String target;

	private final Checklist checklist = new Checklist();

	private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

	private List<X509Certificate> authorities = List.of();

	private Optional<X509CRL> revocations = Optional.empty();

	@Override
	public Integer call() {
		refuseContradictions();
		Optional<Address> address = Optional.ofNullable(this.target).map(this::address);
		checkTrust();
		if (address.isPresent()) {
			connect(address.get());
		}
		else {
			for (Purpose purpose : (this.side != null) ? List.of(this.side) : List.of(Purpose.values())) {
				checkFiles(purpose);
			}
		}
		this.checklist.print((line) -> print("%s", line));
		return (this.checklist.count(Checklist.Outcome.FAIL) > 0) ? ExitCode.SOFTWARE : ExitCode.OK;
	}

	private void refuseContradictions() {
		if (this.side == null && this.target == null && (this.certificateFile != null || this.name != null)) {
			throw usage("Say which side the certificate is for: --as server or --as client");
		}
		if (this.keyFile != null && this.certificateFile == null) {
			throw usage("--key needs the certificate it belongs to: --cert FILE");
		}
		if (this.name != null && this.certificateFile != null) {
			throw usage("--name means files in --dir and --cert means a file: give one of them");
		}
	}

	private void checkTrust() {
		Path file = Objects.requireNonNullElse(this.trustFile, folder().certificate(PemFolder.CA));
		this.checklist.section("Trusted by the other side: " + file);
		TrustRules rules = new TrustRules(this.checklist, this.now);
		this.authorities = this.checklist.read("trust", () -> PemFile.read(file).certificates()).orElse(List.of());
		if (!this.authorities.isEmpty()) {
			rules.check(this.authorities);
		}
		Path list = (this.revocationFile != null) ? this.revocationFile : defaultRevocationList();
		if (list != null) {
			this.revocations = this.checklist.read("revocation", () -> PemFile.read(list).revocationList());
			this.revocations.ifPresent((crl) -> rules.check(crl, this.authorities));
		}
	}

	// The folder's list belongs to the folder's CA: with another CA it says nothing.
	private Path defaultRevocationList() {
		boolean ours = this.trustFile == null && Files.exists(folder().revocationList());
		return ours ? folder().revocationList() : null;
	}

	private Material checkFiles(Purpose purpose) {
		String base = Objects.requireNonNullElse(this.name, purpose.toString());
		Path certificate = Objects.requireNonNullElse(this.certificateFile, folder().certificate(base));
		Path key = (this.certificateFile != null) ? this.keyFile : folder().key(base);
		this.checklist.section(((purpose == Purpose.SERVER) ? "Server: " : "Client: ") + certificate
				+ ((key != null) ? ", " + key : ""));
		List<X509Certificate> chain = this.checklist.read("certificate", () -> PemFile.read(certificate).certificates())
			.orElse(List.of());
		if (!chain.isEmpty()) {
			checkChain(purpose, chain, this.hosts);
		}
		return new Material(checkKey(key, chain), chain);
	}

	private void checkChain(Purpose purpose, List<X509Certificate> chain, List<Host> names) {
		LeafRules rules = new LeafRules(this.checklist, purpose, this.now);
		rules.check(chain, this.authorities, names);
		this.revocations.ifPresent((list) -> rules.checkRevocation(chain.get(0), list));
	}

	private PrivateKey checkKey(Path file, List<X509Certificate> chain) {
		if (file == null) {
			this.checklist.warn("key", "no key was given, so whether it fits is unknown", "Give it with --key FILE");
			return null;
		}
		Optional<PrivateKey> key = this.checklist.read("key", () -> PemFile.read(file).privateKey(password()));
		if (key.isPresent() && !chain.isEmpty()) {
			if (KeyMatch.matches(key.get(), chain.get(0).getPublicKey())) {
				this.checklist.ok("key", "it belongs to the certificate");
			}
			else {
				this.checklist.fail("key", "it does not belong to the first certificate of the chain",
						"Use the key that was issued with it, or issue both again");
			}
		}
		if (key.isPresent() && isReadableByOthers(file)) {
			this.checklist.warn("key", "every user of this machine can read " + file, "chmod 600 " + file);
		}
		return key.orElse(null);
	}

	private static boolean isReadableByOthers(Path file) {
		try {
			Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(file);
			return permissions.contains(PosixFilePermission.OTHERS_READ);
		}
		catch (IOException | UnsupportedOperationException ex) {
			return false;
		}
	}

	// Never as an option's value: the process list shows it to every user.
	private char[] password() {
		if (this.passwordFile == null) {
			String variable = System.getenv("KEY_PASSWORD");
			return (variable != null) ? variable.toCharArray() : null;
		}
		try {
			return Files.readString(this.passwordFile, StandardCharsets.UTF_8).replaceFirst("\\R\\z", "").toCharArray();
		}
		catch (IOException ex) {
			throw new CertsException("the password file %s cannot be read".formatted(this.passwordFile),
					"Check --key-password-file");
		}
	}

	private void connect(Address address) {
		Material ours = this.presentsMaterial() ? checkFiles(Purpose.CLIENT) : new Material(null, List.of());
		Host name = this.hosts.isEmpty() ? address.host() : this.hosts.get(0);
		if (name.value().startsWith("*")) {
			throw usage("--connect needs the one --host that a client asks for, not a wildcard");
		}
		Handshake handshake = Handshake.with(address.host(), address.port(), name, ours.usableKey(), ours.chain());
		this.checklist.section("Connection to " + this.target);
		handshake.report(this.checklist);
		if (!handshake.serverChain().isEmpty()) {
			this.checklist.section("Server: as it presents itself");
			checkChain(Purpose.SERVER, handshake.serverChain(), this.hosts.isEmpty() ? List.of(name) : this.hosts);
		}
	}

	private boolean presentsMaterial() {
		if (this.certificateFile != null || this.name != null || this.side == Purpose.CLIENT) {
			return true;
		}
		return this.trustFile == null && Files.exists(folder().certificate("client"));
	}

	private Address address(String text) {
		int colon = text.lastIndexOf(':');
		try {
			int port = Integer.parseInt(text.substring(colon + 1));
			if (colon > 0 && port > 0 && port < 65_536) {
				return new Address(Host.parse(text.substring(0, colon)), port);
			}
		}
		catch (IllegalArgumentException ex) {
			throw usage("--connect '%s': give HOST:PORT, as in localhost:8443".formatted(text));
		}
		throw usage("--connect '%s': give HOST:PORT, as in localhost:8443".formatted(text));
	}

	/** Where to connect to. */
	private record Address(Host host, int port) {
	}

	/** What we present; the key is null where there is none that can be used. */
	private record Material(PrivateKey key, List<X509Certificate> chain) {

		private PrivateKey usableKey() {
			return this.chain.isEmpty() ? null : this.key;
		}

		@Override
		public String toString() {
			return "material of " + this.chain.size() + " certificates";
		}

	}

}
