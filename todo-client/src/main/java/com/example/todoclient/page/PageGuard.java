package com.example.todoclient.page;

import java.net.InetSocketAddress;
import java.util.Locale;
import java.util.Set;

import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.context.ApplicationContext;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Component;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Keeps other web sites away from the page and its API. Whoever opens the page acts with
 * our certificate, so a site that the same person has open must not be able to.
 * <p>
 * A browser says where a request comes from (Fetch Metadata, or the {@code Origin} of RFC
 * 6454 where the page is not served from a secure context). Requests without either, such
 * as those of curl, are no browser's.
 */
@Component
@Order(Ordered.HIGHEST_PRECEDENCE)
class PageGuard implements WebFilter {

	/** Only what is served from here, and no inline code. */
	private static final String CONTENT_SECURITY_POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; "
			+ "img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'";

	/** As requests are mapped: with escapes such as {@code /%61pi} undone. */
	private static final PathPattern API = PathPatternParser.defaultInstance.parse("/api/**");

	private static final Set<HttpMethod> SAFE = Set.of(HttpMethod.GET, HttpMethod.HEAD);

	private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

	private final PageSettings settings;

	private final JsonMapper json;

	private final ApplicationContext context;

	PageGuard(PageSettings settings, JsonMapper json, ApplicationContext context) {
		this.settings = settings;
		this.json = json;
		this.context = context;
	}

	@Override
	public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
		if (exchange.getApplicationContext() != this.context) {
			// The management port inherits this filter; its probers call by IP address.
			return chain.filter(exchange);
		}
		ServerHttpRequest request = exchange.getRequest();
		addHeaders(request, exchange.getResponse().getHeaders());
		if (!isKnownHost(request)) {
			return refuse(exchange.getResponse(), "Unknown host", "unknown-host",
					"This page is not known by the host name of the request. To allow it, set PAGE_HOSTS to the names "
							+ "people use for this page, separated by commas.");
		}
		if (isCrossSite(request)) {
			return refuse(exchange.getResponse(), "Cross-site request refused", "cross-site",
					"Another web site asked for this. Only the page itself may use its API.");
		}
		return chain.filter(exchange);
	}

	private static void addHeaders(ServerHttpRequest request, HttpHeaders headers) {
		headers.set("Content-Security-Policy", CONTENT_SECURITY_POLICY);
		headers.set("X-Content-Type-Options", "nosniff");
		headers.set("Referrer-Policy", "no-referrer");
		headers.set("Cross-Origin-Opener-Policy", "same-origin");
		headers.set("Cross-Origin-Resource-Policy", "same-origin");
		headers.setCacheControl(isApi(request) ? "no-store" : "no-cache");
	}

	/**
	 * A site can let its own name point to 127.0.0.1 (DNS rebinding), and the browser
	 * then takes our page for that site's. So what arrives on the loopback interface must
	 * be addressed to it. Elsewhere people choose the names, and may list them.
	 */
	private boolean isKnownHost(ServerHttpRequest request) {
		String host = hostName(request.getHeaders().getFirst(HttpHeaders.HOST));
		if (!this.settings.hosts().isEmpty()) {
			return this.settings.hosts().stream().anyMatch((known) -> known.equalsIgnoreCase(host));
		}
		InetSocketAddress local = request.getLocalAddress();
		return local == null || !local.getAddress().isLoopbackAddress() || LOOPBACK.contains(host);
	}

	private static String hostName(@Nullable String header) {
		return (header == null) ? "" : header.replaceFirst(":\\d*$", "").toLowerCase(Locale.ROOT);
	}

	private static boolean isCrossSite(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		String site = headers.getFirst("Sec-Fetch-Site");
		if (site != null) {
			return !site.equals("same-origin") && !site.equals("none") && !isNavigation(request);
		}
		String origin = headers.getFirst(HttpHeaders.ORIGIN);
		return origin != null && !SAFE.contains(request.getMethod())
				&& !isSameOrigin(origin, headers.getFirst(HttpHeaders.HOST));
	}

	/** A link to the page is fine. What it then loads is its own. */
	private static boolean isNavigation(ServerHttpRequest request) {
		HttpHeaders headers = request.getHeaders();
		return request.getMethod() == HttpMethod.GET && !isApi(request)
				&& "navigate".equals(headers.getFirst("Sec-Fetch-Mode"))
				&& "document".equals(headers.getFirst("Sec-Fetch-Dest"));
	}

	/** The scheme may differ, where a proxy in front of us ends TLS. */
	private static boolean isSameOrigin(String origin, @Nullable String host) {
		return host != null
				&& (origin.equalsIgnoreCase("http://" + host) || origin.equalsIgnoreCase("https://" + host));
	}

	private static boolean isApi(ServerHttpRequest request) {
		return API.matches(request.getPath().pathWithinApplication());
	}

	private Mono<Void> refuse(ServerHttpResponse response, String title, String reason, String detail) {
		ProblemDetail problem = Problems.of(HttpStatus.FORBIDDEN, reason, title, detail);
		response.setStatusCode(HttpStatus.FORBIDDEN);
		response.getHeaders().setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return response
			.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(this.json.writeValueAsBytes(problem))));
	}

}
