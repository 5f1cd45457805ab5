package com.example.todoservice.problem;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import com.example.mtls.LogLimit;
import com.example.todoservice.problem.FieldException.FieldError;
import org.apache.tomcat.util.http.InvalidParameterException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DatabindException;
import tools.jackson.databind.exc.UnrecognizedPropertyException;

import org.springframework.beans.TypeMismatchException;
import org.springframework.context.MessageSourceResolvable;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.AuthenticationException;
import org.springframework.security.web.firewall.RequestRejectedException;
import org.springframework.validation.method.ParameterValidationResult;
import org.springframework.web.bind.MethodArgumentNotValidException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.method.annotation.HandlerMethodValidationException;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;

/**
 * Makes every error of a controller a problem document (RFC 9457) that names the field,
 * the rule and, where it helps, the cure; never the value that was sent.
 */
@RestControllerAdvice
@Order(0)
class Problems extends ResponseEntityExceptionHandler {

	private static final Logger log = LoggerFactory.getLogger(Problems.class);

	/** Longer than the name of any property. */
	private static final int LONGEST_NAME = 64;

	private static final Duration PAUSE = Duration.ofMinutes(1);

	private final LogLimit limit;

	Problems(Clock clock) {
		this.limit = new LogLimit(clock, PAUSE);
	}

	static ProblemDetail ofFields(List<FieldError> errors) {
		StringBuilder detail = new StringBuilder();
		errors.forEach((error) -> detail.append(detail.isEmpty() ? "" : "; ")
			.append(error.field())
			.append(' ')
			.append(error.message()));
		ProblemDetail problem = ProblemDocument.of(HttpStatus.BAD_REQUEST, "Invalid request",
				detail.append('.').toString());
		problem.setProperty("errors", errors);
		return problem;
	}

	@Override
	protected ResponseEntity<Object> createResponseEntity(@Nullable Object body, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		if (body instanceof ProblemDetail problem) {
			ProblemDocument.complete(problem);
		}
		// Whatever the request accepts: an error that nobody can read is worse.
		HttpHeaders typed = HttpHeaders.copyOf(headers);
		typed.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
		return super.createResponseEntity(body, typed, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleMethodArgumentNotValid(MethodArgumentNotValidException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<FieldError> errors = ex.getFieldErrors()
			.stream()
			.map((error) -> new FieldError(error.getField(), String.valueOf(error.getDefaultMessage())))
			.toList();
		return handleExceptionInternal(ex, ofFields(errors), headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHandlerMethodValidationException(
			HandlerMethodValidationException ex, HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		List<FieldError> errors = new ArrayList<>();
		for (ParameterValidationResult result : ex.getParameterValidationResults()) {
			for (MessageSourceResolvable error : result.getResolvableErrors()) {
				errors.add(new FieldError(String.valueOf(result.getMethodParameter().getParameterName()),
						String.valueOf(error.getDefaultMessage())));
			}
		}
		return handleExceptionInternal(ex, ofFields(errors), headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleTypeMismatch(TypeMismatchException ex, HttpHeaders headers,
			HttpStatusCode status, WebRequest request) {
		String name = String.valueOf(ex.getPropertyName());
		Class<?> type = ex.getRequiredType();
		String rule = "must be " + ((type == int.class) ? "a whole number" : (type == Boolean.class) ? "true or false"
				: (type == java.util.UUID.class) ? "a UUID" : "something else");
		return handleExceptionInternal(ex, ofFields(List.of(new FieldError(name, rule))), headers, status, request);
	}

	@Override
	protected @Nullable ResponseEntity<Object> handleHttpMessageNotReadable(HttpMessageNotReadableException ex,
			HttpHeaders headers, HttpStatusCode status, WebRequest request) {
		return handleExceptionInternal(ex, ofFields(List.of(unreadable(ex.getCause()))), headers, status, request);
	}

	/** More parameters than Tomcat reads, or some that it cannot decode. */
	@ExceptionHandler(InvalidParameterException.class)
	@Nullable ResponseEntity<Object> handleInvalidParameters(InvalidParameterException ex, WebRequest request) {
		return handleExceptionInternal(ex, ofFields(List.of(new FieldError("query", "is malformed or too long"))),
				new HttpHeaders(), HttpStatus.BAD_REQUEST, request);
	}

	/** Spring Security looks at the value of a header when it is read. */
	@ExceptionHandler(RequestRejectedException.class)
	@Nullable ResponseEntity<Object> handleRejected(RequestRejectedException ex, WebRequest request) {
		return handleExceptionInternal(ex, ofFields(List.of(new FieldError("header", "is malformed"))),
				new HttpHeaders(), HttpStatus.BAD_REQUEST, request);
	}

	private static FieldError unreadable(@Nullable Throwable cause) {
		if (cause instanceof DatabindException databind && !databind.getPath().isEmpty()) {
			String field = databind.getPath().get(databind.getPath().size() - 1).getPropertyName();
			if (cause instanceof UnrecognizedPropertyException unknown) {
				String name = unknown.getPropertyName();
				return new FieldError((name.length() <= LONGEST_NAME) ? name : "body",
						"is not a property of this request; known are "
								+ unknown.getKnownPropertyIds().stream().map(String::valueOf).sorted().toList());
			}
			return new FieldError(String.valueOf(field), "has a value of the wrong type");
		}
		if (cause instanceof JacksonException json && json.getLocation() != null) {
			return new FieldError("body", "is not valid JSON (line %d, column %d)"
				.formatted(json.getLocation().getLineNr(), json.getLocation().getColumnNr()));
		}
		return new FieldError("body", "is missing or is not valid JSON");
	}

	/**
	 * Spring Security's filter answers these, as it does where a rule of its own refuses.
	 */
	@ExceptionHandler({ AccessDeniedException.class, AuthenticationException.class })
	void handleRefused(RuntimeException ex) {
		throw ex;
	}

	/**
	 * Anything nobody thought of: the log has it all, each kind once in a minute, and the
	 * caller only the fact.
	 */
	@ExceptionHandler(Exception.class)
	@Nullable ResponseEntity<Object> handleUnexpected(Exception ex, WebRequest request) {
		String before = this.limit.next(ex.getClass());
		if (before != null) {
			log.error("Unexpected error.{}", before, ex);
		}
		return handleExceptionInternal(ex, ProblemDocument.ofFailure(), new HttpHeaders(),
				HttpStatus.INTERNAL_SERVER_ERROR, request);
	}

}
