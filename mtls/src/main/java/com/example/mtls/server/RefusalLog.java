package com.example.mtls.server;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

import com.example.mtls.material.CertificateText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line for each refused connection or caller. What repeats is counted and summarised
 * once a minute, so that a misconfigured or hostile peer cannot fill the log.
 */
public class RefusalLog {

	private static final Logger logger = LoggerFactory.getLogger("audit.refused");

	/** What {@link #refused} is told instead of a request. */
	public static final String HANDSHAKE = "handshake";

	/** Different refusals a minute that get a line of their own. */
	private static final int LINES = 200;

	/**
	 * And those of one peer for one reason in handshakes, where anyone can be the peer.
	 */
	private static final int LINES_OF_A_PEER = 5;

	/** Kept apart from requests, whose lines no stranger may use up. */
	private final Map<String, AtomicInteger> handshakes = new ConcurrentHashMap<>();

	/** How many lines of a peer and a reason there are among them. */
	private final Map<String, Integer> handshakeLines = new ConcurrentHashMap<>();

	private final Map<String, AtomicInteger> requests = new ConcurrentHashMap<>();

	private final AtomicLong unlisted = new AtomicLong();

	/**
	 * Logs a refusal.
	 * @param peer the address it came from
	 * @param certificate the description of the certificate, or "none"
	 * @param reason the reason for programs
	 * @param why the reason for people
	 * @param request what was asked for, or {@link #HANDSHAKE}
	 */
	public void refused(String peer, String certificate, String reason, String why, String request) {
		// No quote inside the quotes, and no bracket inside the brackets, so that no name
		// can add a field of its own.
		String reasonForPeople = "why=\"" + why.replace('"', '\'') + "\"";
		String kind = "peer=%s reason=%s".formatted(shortForm(peer), reason);
		String subject = kind + " certificate=[" + certificate.replace('[', '(').replace(']', ')') + "]";
		// Without a certificate nothing else tells two mistakes of one peer apart.
		String key = certificate.equals("none") ? subject + " " + reasonForPeople : subject;
		boolean handshake = request.equals(HANDSHAKE);
		Map<String, AtomicInteger> repeats = handshake ? this.handshakes : this.requests;
		AtomicInteger count = repeats.get(key);
		if (count == null && repeats.size() < LINES) {
			boolean one = !handshake || this.handshakeLines.merge(kind, 1, Integer::sum) <= LINES_OF_A_PEER;
			count = repeats.computeIfAbsent(one ? key : kind, (first) -> new AtomicInteger(-1));
		}
		if (count == null) {
			this.unlisted.incrementAndGet();
		}
		else if (count.incrementAndGet() == 0) {
			logger.warn("{} request=\"{}\" {}", subject, CertificateText.escape(request), reasonForPeople);
		}
	}

	/** An IPv6 address as RFC 5952 section 4.2 writes it; others as they are. */
	private static String shortForm(String address) {
		for (int zeros = 8; zeros > 1 && address.indexOf(':') >= 0; zeros--) {
			String shorter = address.replaceFirst("(^|:)0(:0){" + (zeros - 1) + "}(:|(?=%)|$)", "::");
			if (!shorter.equals(address)) {
				return shorter;
			}
		}
		return address;
	}

	void summarise() {
		summarise(this.handshakes);
		this.handshakeLines.clear();
		summarise(this.requests);
		long others = this.unlisted.getAndSet(0);
		if (others > 0) {
			logger.warn("others={}: more kinds of refusals in the last minute than are logged one by one", others);
		}
	}

	private static void summarise(Map<String, AtomicInteger> repeats) {
		repeats.forEach((key, count) -> {
			repeats.remove(key);
			int repeated = count.get();
			if (repeated > 0) {
				logger.warn("{} repeated={}", key, repeated);
			}
		});
	}

}
