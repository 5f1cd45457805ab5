package com.example.todoservice.problem;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/**
 * Reads at most 64 KiB of a {@link StrictBody}, whatever its {@code Content-Length} says
 * or where it has none: Tomcat limits the size of forms only.
 */
@RestControllerAdvice
class BodyLimit extends RequestBodyAdviceAdapter {

	private static final int LIMIT = 64 * 1024;

	@Override
	public boolean supports(MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converter) {
		return StrictBody.class.isAssignableFrom(parameter.getParameterType());
	}

	@Override
	public HttpInputMessage beforeBodyRead(HttpInputMessage message, MethodParameter parameter, Type type,
			Class<? extends HttpMessageConverter<?>> converter) throws IOException {
		byte[] body = message.getBody().readNBytes(LIMIT + 1);
		if (body.length > LIMIT) {
			throw new FieldException(LIMIT);
		}
		// JSON is UTF-8 (RFC 8259 section 8.1); Jackson would also take malformed text.
		StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body));
		return new HttpInputMessage() {

			@Override
			public InputStream getBody() {
				return new ByteArrayInputStream(body);
			}

			@Override
			public HttpHeaders getHeaders() {
				return message.getHeaders();
			}

		};
	}

}
