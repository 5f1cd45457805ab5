package com.example.todoservice;

import com.example.todoservice.problem.ProblemWriter;
import jakarta.servlet.DispatcherType;

import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.actuate.autoconfigure.endpoint.web.WebEndpointProperties;
import org.springframework.boot.actuate.autoconfigure.web.server.ConditionalOnManagementPort;
import org.springframework.boot.actuate.autoconfigure.web.server.ManagementPortType;
import org.springframework.boot.security.autoconfigure.actuate.web.servlet.EndpointRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.security.authentication.AuthenticationManager;
import org.springframework.security.authentication.AuthenticationServiceException;
import org.springframework.security.config.ObjectPostProcessor;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.observation.SecurityObservationSettings;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.access.AccessDeniedHandler;
import org.springframework.security.web.firewall.RequestRejectedHandler;
import org.springframework.security.web.header.HeaderWriterFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.AndRequestMatcher;

/**
 * Which caller may send which request. Nothing is kept between requests: no session, no
 * login, no cookie.
 */
@Configuration(proxyBeanMethods = false)
class CallerSecurity {

	/** Look at what is the caller's own. */
	private static final String READ = "read";

	/** Create, change and delete what is the caller's own. */
	private static final String WRITE = "write";

	/** Written last, the headers need a wrapper around each request and each answer. */
	private static final ObjectPostProcessor<HeaderWriterFilter> WRITE_AT_ONCE = new ObjectPostProcessor<>() {

		@Override
		public <O extends HeaderWriterFilter> O postProcess(O filter) {
			filter.setShouldWriteHeadersEagerly(true);
			return filter;
		}

	};

	/**
	 * The management port: anyone who reaches it may ask, only health, info and metrics
	 * answer. Where it is the service port itself, the rules of that port hold.
	 */
	@Bean
	@Order(1)
	@ConditionalOnManagementPort(ManagementPortType.DIFFERENT)
	SecurityFilterChain managementPort(HttpSecurity http, WebEndpointProperties endpoints) {
		// Asked for each request of the service port too, so the path, which is cheaper
		// to tell, comes first.
		return stateless(http)
			.securityMatcher(
					new AndRequestMatcher(PathPatternRequestMatcher.pathPattern(endpoints.getBasePath() + "/**"),
							EndpointRequest.toAnyEndpoint()))
			.authorizeHttpRequests((requests) -> requests.anyRequest().permitAll())
			.build();
	}

	/**
	 * Everything else: whoever is admitted may ask how it is seen, and has to be allowed
	 * to read or to write for the rest.
	 */
	@Bean
	@Order(2)
	SecurityFilterChain servicePort(HttpSecurity http, @Qualifier("mtls") AccessDeniedHandler refusals) {
		return stateless(http).exceptionHandling((handling) -> handling.accessDeniedHandler(refusals))
			.authorizeHttpRequests((requests) -> requests
				// The way to the error page, which only the container can take; it shows
				// a status, and nothing of anybody.
				.dispatcherTypeMatchers(DispatcherType.ERROR)
				.permitAll()
				.requestMatchers("/session")
				.authenticated()
				// Which methods there are, which tells nothing of anybody.
				.requestMatchers(HttpMethod.OPTIONS)
				.authenticated()
				.requestMatchers(HttpMethod.GET)
				.hasAuthority(READ)
				.requestMatchers(HttpMethod.HEAD)
				.hasAuthority(READ)
				.anyRequest()
				.hasAuthority(WRITE))
			.build();
	}

	/**
	 * Paths with tricks in them, such as encoded slashes, are refused before any rule.
	 */
	@Bean
	RequestRejectedHandler rejectedRequests(ProblemWriter problems) {
		return (request, response, ex) -> problems.write(response,
				ProblemDetail.forStatusAndDetail(HttpStatus.BAD_REQUEST, "The request line or a header is malformed."));
	}

	/**
	 * Nobody logs in. Without this bean Boot would make up a user and log its password.
	 */
	@Bean
	AuthenticationManager nobodyLogsIn() {
		return (authentication) -> {
			throw new AuthenticationServiceException("There is no login");
		};
	}

	/**
	 * An observation of each filter and each decision cost a third of a request's time.
	 * That of the whole request, {@code http.server.requests}, stays.
	 */
	@Bean
	SecurityObservationSettings observations() {
		return SecurityObservationSettings.noObservations();
	}

	/**
	 * Without the filters that look for a session: each costs time on every request.
	 */
	private static HttpSecurity stateless(HttpSecurity http) {
		return http.sessionManagement(AbstractHttpConfigurer::disable)
			.securityContext(AbstractHttpConfigurer::disable)
			.csrf(AbstractHttpConfigurer::disable)
			.anonymous(AbstractHttpConfigurer::disable)
			.requestCache(AbstractHttpConfigurer::disable)
			.logout(AbstractHttpConfigurer::disable)
			.headers((headers) -> headers.addObjectPostProcessor(WRITE_AT_ONCE));
	}

}
