package com.example.mtls.client;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

import com.example.mtls.CallFailure;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.StreamingHttpOutputMessage;
import org.springframework.http.client.ClientHttpRequest;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.ClientHttpResponse;
import org.springframework.http.client.reactive.ClientHttpConnector;
import org.springframework.util.FastByteArrayOutputStream;
import org.springframework.util.StreamUtils;

/**
 * Lets a blocking client call through a reactive connector, so that whatever holds for
 * the calls of a WebClient holds for those of a RestClient. Bodies pass through both ways
 * without being kept.
 */
final class BlockingCalls implements ClientHttpRequestFactory {

	/** Parts of a body that are asked for at a time. */
	private static final int DEMAND = 32;

	private final ClientHttpConnector connector;

	BlockingCalls(ClientHttpConnector connector) {
		this.connector = connector;
	}

	@Override
	public ClientHttpRequest createRequest(URI uri, HttpMethod method) {
		return new Request(uri, method);
	}

	private final class Request implements ClientHttpRequest, StreamingHttpOutputMessage {

		private final URI uri;

		private final HttpMethod method;

		private final HttpHeaders headers = new HttpHeaders();

		private final Map<String, Object> attributes = new HashMap<>();

		private @Nullable Body body;

		private @Nullable FastByteArrayOutputStream written;

		Request(URI uri, HttpMethod method) {
			this.uri = uri;
			this.method = method;
		}

		@Override
		public OutputStream getBody() {
			if (this.written == null) {
				FastByteArrayOutputStream bytes = new FastByteArrayOutputStream();
				this.written = bytes;
				this.body = (out) -> bytes.writeTo(out);
			}
			return this.written;
		}

		@Override
		public void setBody(Body body) {
			this.body = body;
		}

		@Override
		public ClientHttpResponse execute() {
			if (this.written != null) {
				this.headers.setContentLength(this.written.size());
			}
			return BlockingCalls.this.connector.connect(this.method, this.uri, this::write)
				.map(Response::new)
				.blockOptional()
				.orElseThrow();
		}

		private Mono<Void> write(org.springframework.http.client.reactive.ClientHttpRequest request) {
			request.getHeaders().putAll(this.headers);
			Body content = this.body;
			if (content == null) {
				return request.setComplete();
			}
			Publisher<DataBuffer> parts = DataBufferUtils.outputStreamPublisher((out) -> {
				try {
					content.writeTo(StreamUtils.nonClosing(out));
				}
				catch (IOException ex) {
					throw new UncheckedIOException(ex);
				}
			}, request.bufferFactory(), Schedulers.boundedElastic()::schedule);
			return request.writeWith(parts);
		}

		@Override
		public HttpMethod getMethod() {
			return this.method;
		}

		@Override
		public URI getURI() {
			return this.uri;
		}

		@Override
		public Map<String, Object> getAttributes() {
			return this.attributes;
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.headers;
		}

	}

	private static final class Response implements ClientHttpResponse {

		private final org.springframework.http.client.reactive.ClientHttpResponse response;

		private @Nullable InputStream body;

		Response(org.springframework.http.client.reactive.ClientHttpResponse response) {
			this.response = response;
		}

		@Override
		public HttpStatusCode getStatusCode() {
			return this.response.getStatusCode();
		}

		@Override
		public String getStatusText() {
			HttpStatus known = HttpStatus.resolve(getStatusCode().value());
			return (known != null) ? known.getReasonPhrase() : "";
		}

		@Override
		public HttpHeaders getHeaders() {
			return this.response.getHeaders();
		}

		@Override
		public InputStream getBody() {
			if (this.body == null) {
				this.body = new Reading(DataBufferUtils.subscriberInputStream(this.response.getBody(), DEMAND));
			}
			return this.body;
		}

		/**
		 * Reads what is left if that is little, for the next call, and else closes the
		 * connection: a stream has no end.
		 */
		@Override
		public void close() {
			try (InputStream rest = getBody()) {
				if (getHeaders().getContentLength() >= 0) {
					rest.skip(1 << 16);
				}
			}
			catch (IOException | RuntimeException ex) {
				// Nobody waits for it any more.
			}
		}

	}

	/** What goes wrong while an answer is read is told as it is. */
	private static final class Reading extends FilterInputStream {

		Reading(InputStream in) {
			super(in);
		}

		@Override
		public int read() throws IOException {
			return told(() -> super.read());
		}

		@Override
		public int read(byte[] bytes, int from, int length) throws IOException {
			return told(() -> super.read(bytes, from, length));
		}

		private static int told(Read read) throws IOException {
			try {
				return read.now();
			}
			catch (IOException | RuntimeException ex) {
				CallFailure failure = FailureExplainer.find(ex, CallFailure.class);
				if (failure != null) {
					throw failure;
				}
				throw ex;
			}
		}

		private interface Read {

			int now() throws IOException;

		}

	}

}
