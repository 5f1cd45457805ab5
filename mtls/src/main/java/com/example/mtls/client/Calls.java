package com.example.mtls.client;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

import com.example.mtls.CallFailure;
import com.example.mtls.Handshake;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

import org.springframework.core.ResolvableType;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.core.io.buffer.DefaultDataBufferFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.http.client.reactive.ClientHttpRequest;
import org.springframework.http.client.reactive.ClientHttpResponse;
import org.springframework.http.client.reactive.ClientHttpResponseDecorator;
import org.springframework.http.codec.ClientCodecConfigurer;
import org.springframework.http.codec.HttpMessageReader;
import org.springframework.util.ClassUtils;
import org.springframework.web.client.RestClientResponseException;

/**
 * What each call goes through, of a WebClient as of a RestClient: it leaves for nobody
 * but the service and only over TLS, is tried again where that does no harm, is given up
 * after its time, and what prevents an answer becomes a {@link CallFailure} and is
 * logged, be it before the answer or while its body arrives. An answer is left as it is,
 * but for two that we do not take: redirects, and bodies without end where there is a
 * limit.
 */
final class Calls implements ClientHttpConnector {

	private static final ResolvableType PROBLEM = ResolvableType.forClassWithGenerics(Map.class, String.class,
			Object.class);

	private static final boolean REACTIVE = ClassUtils
		.isPresent("org.springframework.web.reactive.function.client.WebClient", Calls.class.getClassLoader());

	private final Connections connections;

	private final Target target;

	private final Words words;

	private final ClientSettings settings;

	private final Clock clock;

	private final ClientHttpConnector connector;

	private final Retries retries;

	private final FailureLog log;

	private volatile @Nullable Handshake latestHandshake;

	/**
	 * The calls to one service, or to any.
	 * @param connections what they share
	 * @param target whom they may call
	 * @param words how people know us
	 * @param settings their limits
	 * @param clock the time that certificates are judged by
	 */
	Calls(Connections connections, Target target, Words words, ClientSettings settings, Clock clock) {
		this.connections = connections;
		this.target = target;
		this.words = words;
		this.settings = settings;
		this.clock = clock;
		this.connector = connections.connector(target.connectTimeout(), target.responseTimeout(),
				target.address() != null && target.address().isAbsolute());
		this.retries = new Retries(settings.retry());
		this.log = new FailureLog(clock);
	}

	@Override
	public Mono<ClientHttpResponse> connect(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback) {
		FailureExplainer explainer = explainer(uri);
		String call = method + " " + uri.getRawPath();
		AtomicBoolean conditional = new AtomicBoolean();
		Mono<ClientHttpResponse> attempt = attempt(method, uri, (request) -> {
			Mono<Void> written = requestCallback.apply(request);
			conditional.set(request.getHeaders().containsHeader(HttpHeaders.IF_MATCH));
			return written;
		}, explainer);
		return limited(this.retries.around(attempt, method, conditional::get), explainer)
			.flatMap((response) -> logged(response, call, explainer))
			.doOnError(CallFailure.class, (failure) -> this.log.log(call, failure))
			.map((response) -> withBody(response,
					(body) -> body.doOnError(CallFailure.class, (failure) -> this.log.log(call, failure))));
	}

	private Mono<ClientHttpResponse> attempt(HttpMethod method, URI uri,
			Function<? super ClientHttpRequest, Mono<Void>> requestCallback, FailureExplainer explainer) {
		return Mono.defer(() -> {
			CallTrace trace = new CallTrace(this.connections.current().ours(), this::used);
			return allowed(uri)
				.then(Mono.defer(() -> this.connector.connect(method, uri,
						(request) -> Mono.defer(() -> requestCallback.apply(request))
							.onErrorMap(FailureExplainer::isOfTheRequest, explainer::unwritten))))
				.flatMap((response) -> taken(response, explainer))
				.onErrorMap((ex) -> explainer.explain(ex, trace))
				.map((response) -> withBody(response,
						(body) -> sized(body, explainer).onErrorMap((ex) -> explainer.explain(ex, trace))))
				.contextWrite((context) -> context.put(CallTrace.class, trace));
		});
	}

	/** Connections are shared, so the one that is used may be older than the latest. */
	private void used(Handshake handshake) {
		Handshake latest = this.latestHandshake;
		if (latest == null || latest.at().isBefore(handshake.at())) {
			this.latestHandshake = handshake;
		}
	}

	private Mono<Void> allowed(URI uri) {
		if (this.connections.isClosed()) {
			return Mono.error(new IllegalStateException(this.words.us() + " is shutting down"));
		}
		if (!this.target.includes(uri)) {
			return Mono.error(new IllegalStateException("We call nobody but "
					+ ((this.target.address() != null) ? this.target.address() : "services with an https URL")));
		}
		return Mono.empty();
	}

	private static Mono<ClientHttpResponse> taken(ClientHttpResponse response, FailureExplainer explainer) {
		HttpStatusCode status = response.getStatusCode();
		if (status.is1xxInformational()) {
			return refused(response, explainer.unreadable(new IllegalStateException("It ends before the answer")));
		}
		if (status.is3xxRedirection() && status.value() != HttpStatus.NOT_MODIFIED.value()) {
			return refused(response, explainer.redirected(status.value(), response.getHeaders().getLocation()));
		}
		return Mono.just(response);
	}

	/**
	 * Its body, which may have no end, is not read: to cancel it closes the connection.
	 */
	private static Mono<ClientHttpResponse> refused(ClientHttpResponse response, CallFailure failure) {
		return response.getBody()
			.doOnNext(DataBufferUtils::release)
			.takeUntilOther(Mono.empty())
			.then(Mono.error(failure));
	}

	private Flux<DataBuffer> sized(Flux<DataBuffer> body, FailureExplainer explainer) {
		if (this.settings.maxResponseSize() == null) {
			return body;
		}
		long most = this.settings.maxResponseSize().toBytes();
		AtomicLong size = new AtomicLong();
		return body.handle((buffer, sink) -> {
			if (size.addAndGet(buffer.readableByteCount()) > most) {
				DataBufferUtils.release(buffer);
				sink.error(explainer.tooLarge());
			}
			else {
				sink.next(buffer);
			}
		});
	}

	private Mono<ClientHttpResponse> limited(Mono<ClientHttpResponse> call, FailureExplainer explainer) {
		Duration limit = this.settings.callTimeout();
		if (limit == null) {
			return call;
		}
		return Mono.defer(() -> {
			long start = System.nanoTime();
			return call.timeout(limit, Mono.error(explainer::tookTooLong))
				.map((response) -> withBody(response,
						(body) -> body.takeUntilOther(Mono.delay(limit.minusNanos(System.nanoTime() - start))
							.then(Mono.error(explainer::tookTooLong)))));
		});
	}

	/**
	 * Answers that refuse us are logged with what they say. Other errors are about what a
	 * caller of ours asked for, and are its own. A problem document is read here, and
	 * once more by whoever gets the answer.
	 */
	private Mono<ClientHttpResponse> logged(ClientHttpResponse response, String call, FailureExplainer explainer) {
		int status = response.getStatusCode().value();
		if (status != HttpStatus.FORBIDDEN.value() && !response.getStatusCode().is5xxServerError()) {
			return Mono.just(response);
		}
		if (!MediaType.APPLICATION_PROBLEM_JSON.isCompatibleWith(type(response))) {
			this.log.log(call, explainer.answered(status, null));
			return Mono.just(response);
		}
		return DataBufferUtils.join(response.getBody())
			.map(Calls::bytes)
			.defaultIfEmpty(new byte[0])
			.flatMap((body) -> {
				ClientHttpResponse again = withBody(response,
						(read) -> Flux.defer(() -> Flux.just(DefaultDataBufferFactory.sharedInstance.wrap(body))));
				return problem(again).map((problem) -> explainer.answered(status, problem))
					.defaultIfEmpty(explainer.answered(status, null))
					.doOnNext((failure) -> this.log.log(call, failure))
					.thenReturn(again);
			});
	}

	private static @Nullable MediaType type(ClientHttpResponse response) {
		try {
			return response.getHeaders().getContentType();
		}
		catch (IllegalArgumentException ex) {
			return null;
		}
	}

	private static byte[] bytes(DataBuffer buffer) {
		byte[] bytes = new byte[buffer.readableByteCount()];
		buffer.read(bytes);
		DataBufferUtils.release(buffer);
		return bytes;
	}

	/** By whichever JSON library there is. */
	private static Mono<ProblemDetail> problem(ClientHttpResponse response) {
		for (HttpMessageReader<?> reader : ClientCodecConfigurer.create().getReaders()) {
			if (reader.canRead(PROBLEM, MediaType.APPLICATION_PROBLEM_JSON)) {
				return reader.readMono(PROBLEM, response, Map.of())
					.map((fields) -> problem((Map<?, ?>) fields))
					.onErrorComplete();
			}
		}
		return Mono.empty();
	}

	/**
	 * By hand: without the host's mapper its own members (RFC 9457 section 3.2) are lost.
	 */
	private static ProblemDetail problem(Map<?, ?> fields) {
		ProblemDetail problem = ProblemDetail.forStatus(0);
		problem.setTitle((fields.get("title") instanceof String title) ? title : null);
		problem.setDetail((fields.get("detail") instanceof String detail) ? detail : null);
		if (fields.get("reason") instanceof String reason) {
			problem.setProperty("reason", reason);
		}
		return problem;
	}

	private static ClientHttpResponse withBody(ClientHttpResponse response, UnaryOperator<Flux<DataBuffer>> change) {
		return new ClientHttpResponseDecorator(response) {

			@Override
			public Flux<DataBuffer> getBody() {
				return change.apply(super.getBody());
			}

		};
	}

	/**
	 * Says in words what an error of a client means, and logs what went wrong only when
	 * an answer was read.
	 */
	CallFailure explain(Throwable error) {
		CallFailure known = FailureExplainer.find(error, CallFailure.class);
		if (known != null) {
			return known;
		}
		FailureExplainer explainer = explainer(
				URI.create((this.target.address() != null) ? "" : "https://" + this.target.name()));
		CallFailure answer = answer(error, explainer);
		if (answer != null) {
			return answer;
		}
		CallFailure failure = explainer.unreadable(error);
		this.log.log("An answer", failure);
		return failure;
	}

	private static @Nullable CallFailure answer(Throwable error, FailureExplainer explainer) {
		RestClientResponseException answer = FailureExplainer.find(error, RestClientResponseException.class);
		if (answer == null) {
			return REACTIVE ? ReactiveCalls.answer(error, explainer) : null;
		}
		return explainer.answered(answer.getStatusCode().value(),
				problem(() -> answer.getResponseBodyAs(ProblemDetail.class)));
	}

	/** The problem document of an answer, if it has one that can be read. */
	static @Nullable ProblemDetail problem(Supplier<@Nullable ProblemDetail> body) {
		try {
			return body.get();
		}
		catch (RuntimeException ex) {
			return null;
		}
	}

	private FailureExplainer explainer(URI uri) {
		return new FailureExplainer(this.target.of(uri), this.words, this.settings, this.clock);
	}

	Target target() {
		return this.target;
	}

	/** The latest handshake whose connection was used, {@code null} before the first. */
	@Nullable Handshake latestHandshake() {
		return this.latestHandshake;
	}

}
