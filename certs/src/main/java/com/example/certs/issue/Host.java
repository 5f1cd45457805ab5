package com.example.certs.issue;

import java.net.IDN;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;

import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.util.IPAddress;

/**
 * A DNS name or an IP address as a client matches it (RFC 9525, section 6).
 *
 * @param value the DNS name in lower-case A-labels, or the address in its short form
 */
public record Host(String value) {

	private static final int MAX_DNS_NAME_LENGTH = 253;

	/**
	 * Reads what a user typed. International names become A-labels; a wildcard may stand
	 * for the whole left-most label only.
	 * @param text a DNS name or an IP address
	 * @throws IllegalArgumentException with the reason why this is no host
	 */
	public static Host parse(String text) {
		if (text.isBlank()) {
			throw new IllegalArgumentException("the host is empty");
		}
		if (text.contains("/")) {
			throw new IllegalArgumentException("give the host alone, without scheme, path or network mask");
		}
		String literal = (text.startsWith("[") && text.endsWith("]")) ? text.substring(1, text.length() - 1) : text;
		if (IPAddress.isValid(literal)) {
			return ofAddress(literal);
		}
		if (text.contains(":")) {
			throw new IllegalArgumentException("give the host alone, without a port, or a whole IPv6 address");
		}
		boolean wildcard = text.startsWith("*.");
		String name = toAscii(wildcard ? text.substring(2) : text);
		if (name.endsWith(".")) {
			throw new IllegalArgumentException("leave out the dot at the end");
		}
		if (name.length() + (wildcard ? 2 : 0) > MAX_DNS_NAME_LENGTH) {
			throw new IllegalArgumentException("a DNS name has at most %d characters".formatted(MAX_DNS_NAME_LENGTH));
		}
		if (wildcard && !name.contains(".")) {
			throw new IllegalArgumentException("a wildcard needs two labels after it, as in *.example.com");
		}
		if (name.substring(name.lastIndexOf('.') + 1).chars().allMatch(Character::isDigit)) {
			throw new IllegalArgumentException("this is neither an IP address nor a DNS name");
		}
		return new Host(wildcard ? "*." + name : name);
	}

	private static String toAscii(String name) {
		if (name.contains("*")) {
			throw new IllegalArgumentException("a wildcard stands for the whole left-most label, as in *.example.com");
		}
		if (name.matches(".*[\u00df\u03c2\u1e9e].*")) {
			throw new IllegalArgumentException(
					"tools differ in what they make of \u00df and \u03c2; give the name that "
							+ "clients look up, with xn--");
		}
		try {
			return IDN.toASCII(name, IDN.USE_STD3_ASCII_RULES).toLowerCase(Locale.ROOT);
		}
		catch (IllegalArgumentException ex) {
			throw new IllegalArgumentException(
					"a DNS name has labels of 1 to 63 letters, digits and hyphens, no hyphen at either end of a label",
					ex);
		}
	}

	private static Host ofAddress(String literal) {
		try {
			// A literal is never looked up.
			return new Host(AlternativeNames.shortened(InetAddress.getByName(literal)));
		}
		catch (UnknownHostException ex) {
			throw new IllegalArgumentException("this is no IP address", ex);
		}
	}

	/** Whether this is one DNS name, and neither an IP address nor a wildcard. */
	public boolean isOneName() {
		return !IPAddress.isValid(this.value) && !this.value.startsWith("*");
	}

	GeneralName toGeneralName() {
		return new GeneralName(IPAddress.isValid(this.value) ? GeneralName.iPAddress : GeneralName.dNSName, this.value);
	}

	@Override
	public String toString() {
		return this.value;
	}

}
