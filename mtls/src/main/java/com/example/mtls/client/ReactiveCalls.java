package com.example.mtls.client;

import java.net.URI;
import java.util.function.Consumer;

import com.example.mtls.CallFailure;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Mono;

import org.springframework.http.ProblemDetail;
import org.springframework.util.unit.DataSize;
import org.springframework.web.reactive.function.client.WebClient;
import org.springframework.web.reactive.function.client.WebClientResponseException;

/**
 * What only those need who have WebClient: in a class of its own, since the types in the
 * methods of a class have to be there when Spring looks at it.
 */
final class ReactiveCalls implements Consumer<WebClient.Builder> {

	private final Calls calls;

	private final @Nullable URI url;

	private final @Nullable DataSize maxResponseSize;

	ReactiveCalls(Calls calls, @Nullable URI url, @Nullable DataSize maxResponseSize) {
		this.calls = calls;
		this.url = url;
		this.maxResponseSize = maxResponseSize;
	}

	/** Failures of the client are a {@link CallFailure}, as the error or as its cause. */
	@Override
	public void accept(WebClient.Builder builder) {
		builder.clientConnector(this.calls)
			.filter((request, next) -> next.exchange(request).onErrorResume((ex) -> Mono.error(unwrapped(ex))));
		if (this.maxResponseSize != null) {
			int most = (int) this.maxResponseSize.toBytes();
			builder.codecs((codecs) -> codecs.defaultCodecs().maxInMemorySize(most));
		}
		if (this.url != null) {
			builder.baseUrl(this.url.toString());
		}
	}

	private static Throwable unwrapped(Throwable error) {
		CallFailure failure = FailureExplainer.find(error, CallFailure.class);
		return (failure != null) ? failure : error;
	}

	/** The answer that an error of a WebClient stands for, in words. */
	static @Nullable CallFailure answer(Throwable error, FailureExplainer explainer) {
		WebClientResponseException answer = FailureExplainer.find(error, WebClientResponseException.class);
		if (answer == null || !answer.getStatusCode().isError()) {
			return null;
		}
		return explainer.answered(answer.getStatusCode().value(),
				Calls.problem(() -> answer.getResponseBodyAs(ProblemDetail.class)));
	}

}
