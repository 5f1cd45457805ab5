package com.example.mtls.server;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

import com.example.mtls.Caller;
import com.example.mtls.CallerRefusedException;
import com.example.mtls.CallerRefusedException.Reason;
import com.example.mtls.PresentedCertificate;
import com.example.mtls.material.CertificateRefusedException;
import com.example.mtls.material.CertificateRules;
import com.example.mtls.material.CertificateText;
import com.example.mtls.material.CurrentMaterial;
import com.example.mtls.material.Purpose;
import com.example.mtls.material.TrustedPath;
import jakarta.servlet.http.HttpServletRequest;
import org.jspecify.annotations.Nullable;

import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.security.core.authority.AuthorityUtils;
import org.springframework.security.core.authority.FactorGrantedAuthority;
import org.springframework.security.web.authentication.preauth.PreAuthenticatedAuthenticationToken;
import org.springframework.util.ConcurrentReferenceHashMap;

/**
 * Decides for each request whether its certificate admits the caller: a path to a CA that
 * is trusted now, every certificate on it within its validity now, none revoked, and a
 * Common Name on the allow-list, from the CA that it is tied to.
 * <p>
 * The handshake has checked much of this, but once: a connection may stay open for days,
 * and a resumed session skips the certificate altogether. The path, what is revoked on it
 * and the name are worked out once for each chain, set of trusted CAs and set of
 * revocation lists, and hold until a date passes; so comparing the clock and one look-up
 * remain for each request. A refusal is kept too, for a second: with a long revocation
 * list it costs more than ten requests of an admitted caller.
 */
public final class Admission {

	private static final Duration REFUSALS_KEPT = Duration.ofSeconds(1);

	private final CurrentMaterial tls;

	private final RevocationLists revoked;

	private final AllowedCallers allowed;

	private final Clock clock;

	private final String service;

	/** Softly referenced: entries go when memory is short, and nothing is lost. */
	private final Map<List<X509Certificate>, Verdict> verdicts = new ConcurrentReferenceHashMap<>();

	/** The request attribute that holds an {@link Admitted}. */
	static final String ADMITTED = Admission.class.getName() + ".ADMITTED";

	/**
	 * Who sends a request, as the connection tells it.
	 *
	 * @param caller for Spring Security
	 * @param peer the address of the other end
	 * @param chain what was presented in the handshake
	 */
	record Admitted(Authentication caller, String peer, X509Certificate[] chain) {
	}

	/** What holds as long as these CAs are trusted and these lists count. */
	private record Verdict(List<X509Certificate> trusted, Map<PublicKey, List<RevocationList>> lists, Instant from,
			Instant until, @Nullable Caller caller, List<GrantedAuthority> authorities,
			@Nullable CallerRefusedException refusal) {

		boolean holds(List<X509Certificate> trusted, Map<PublicKey, List<RevocationList>> lists, Instant now) {
			return this.trusted == trusted && this.lists == lists && !now.isBefore(this.from)
					&& !now.isAfter(this.until);
		}

	}

	Admission(CurrentMaterial tls, RevocationLists revoked, AllowedCallers allowed, Clock clock, String service) {
		this.tls = tls;
		this.revoked = revoked;
		this.allowed = allowed;
		this.clock = clock;
		this.service = service;
	}

	/** Whether it was decided for this request before. */
	public static boolean isAdmitted(HttpServletRequest request) {
		return request.getAttribute(ADMITTED) instanceof Admitted;
	}

	/**
	 * Reads what decisions need, before the first connection.
	 * @throws com.example.mtls.SettingException if some of it cannot be used
	 */
	public void prepare() {
		this.tls.state();
		this.revoked.current();
	}

	/**
	 * Decides, and tells the host's security chains.
	 * @param request a request that nobody has seen yet
	 * @param peer the address that its connection comes from
	 * @param chain what the caller has presented on that, the leaf first
	 * @throws CallerRefusedException if the caller is not admitted, saying why
	 */
	public void admit(HttpServletRequest request, String peer, X509Certificate[] chain) throws CallerRefusedException {
		request.setAttribute(ADMITTED, new Admitted(admit(chain), peer, chain));
	}

	/**
	 * Decides.
	 * @param chain what the caller presented, the leaf first
	 * @return the admitted caller: its principal is a {@link Caller}, its authorities are
	 * its roles and {@code FACTOR_X509}
	 * @throws CallerRefusedException if it is not admitted, saying why
	 */
	Authentication admit(X509Certificate[] chain) throws CallerRefusedException {
		if (chain.length == 0) {
			throw new CallerRefusedException(Reason.NO_CERTIFICATE, "the connection has no client certificate");
		}
		List<X509Certificate> trusted = this.tls.state().material().authorities();
		Map<PublicKey, List<RevocationList>> lists = this.revoked.current();
		Instant now = this.clock.instant();
		List<X509Certificate> key = List.of(chain);
		Verdict verdict = this.verdicts.get(key);
		if (verdict == null || !verdict.holds(trusted, lists, now)) {
			verdict = judge(key, trusted, lists, now);
			this.verdicts.put(key, verdict);
		}
		if (verdict.refusal() != null) {
			throw verdict.refusal();
		}
		return authentication(verdict.caller(), verdict.authorities());
	}

	/**
	 * Whom a certificate names, and nothing about whether it is good: for tests of a host
	 * that have no server, and so no connection to judge.
	 */
	Authentication named(X509Certificate certificate) throws CallerRefusedException {
		String name = this.allowed.nameIn(certificate);
		Caller caller = new Caller(name, roles(name), PresentedCertificate.of(certificate));
		return authentication(caller, AuthorityUtils.createAuthorityList(caller.roles()));
	}

	/** A host may change the token, so each request has its own. */
	private static Authentication authentication(Caller caller, List<GrantedAuthority> roles) {
		List<GrantedAuthority> authorities = new ArrayList<>(roles);
		// With the time, by which a host may ask for a fresh proof.
		authorities.add(FactorGrantedAuthority.fromAuthority(FactorGrantedAuthority.X509_AUTHORITY));
		return new PreAuthenticatedAuthenticationToken(caller, caller.certificate(), authorities);
	}

	private Verdict judge(List<X509Certificate> chain, List<X509Certificate> trusted,
			Map<PublicKey, List<RevocationList>> lists, Instant now) {
		try {
			TrustedPath path = CertificateRules.check(chain, trusted, Purpose.CLIENT, now);
			String name = this.allowed.nameIn(path.leaf());
			if (!isTied(name, path)) {
				path = tied(name, path, chain, trusted, now);
			}
			if (!lists.isEmpty()) {
				path = Revocation.check(path, lists, now);
			}
			Caller caller = new Caller(name, roles(name), PresentedCertificate.of(path.leaf()));
			return new Verdict(trusted, lists, path.holdsFrom(), path.holdsUntil(), caller,
					AuthorityUtils.createAuthorityList(caller.roles()), null);
		}
		catch (CertificateRefusedException ex) {
			return refused(trusted, lists, now, new CallerRefusedException(Reason.CERTIFICATE_REFUSED,
					ex.getMessage() + " (" + CertificateText.describe(ex.certificate()) + ")"));
		}
		catch (CallerRefusedException ex) {
			return refused(trusted, lists, now, ex);
		}
	}

	private Set<String> roles(String name) throws CallerRefusedException {
		return this.allowed.rolesOf(name)
			.orElseThrow(() -> new CallerRefusedException(Reason.UNKNOWN_CALLER, "the caller " + CommonName.show(name)
					+ " is not on the allow-list of " + this.service
					+ this.allowed.lookAlike(name).map((other) -> ", but " + CommonName.show(other) + " is").orElse(""),
					name));
	}

	private boolean isTied(String name, TrustedPath path) {
		Set<Fingerprint> ties = this.allowed.authoritiesOf(name);
		return ties.isEmpty() || ties.contains(Fingerprint.of(anchor(path)));
	}

	/**
	 * Several paths may lead to trusted CAs, as when a CA was renewed with its key or
	 * signed by another one, and the JDK takes any of them. So a caller that is tied is
	 * judged as if nothing but its CAs were trusted.
	 */
	private TrustedPath tied(String name, TrustedPath path, List<X509Certificate> chain,
			List<X509Certificate> authorities, Instant now) throws CallerRefusedException {
		Set<Fingerprint> ties = this.allowed.authoritiesOf(name);
		List<X509Certificate> own = authorities.stream().filter((ca) -> ties.contains(Fingerprint.of(ca))).toList();
		try {
			if (!own.isEmpty()) {
				return CertificateRules.check(chain, own, Purpose.CLIENT, now);
			}
		}
		catch (CertificateRefusedException ex) {
			// By another CA it was good, so that one is the reason.
		}
		throw new CallerRefusedException(Reason.UNKNOWN_CALLER, "the caller " + CommonName.show(name)
				+ " is tied to a CA (MTLS_CALLERS_n_CA), and this certificate comes from another one: \""
				+ CertificateText.subject(anchor(path)) + "\", SHA-256 fingerprint " + Fingerprint.of(anchor(path)),
				name);
	}

	private static X509Certificate anchor(TrustedPath path) {
		return path.certificates().get(path.certificates().size() - 1);
	}

	private static Verdict refused(List<X509Certificate> trusted, Map<PublicKey, List<RevocationList>> lists,
			Instant now, CallerRefusedException refusal) {
		return new Verdict(trusted, lists, now, now.plus(REFUSALS_KEPT), null, List.of(), refusal);
	}

}
