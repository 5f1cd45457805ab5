package com.example.todoservice.traffic;

import java.io.IOException;

import com.example.todoservice.problem.ProblemDocument;
import com.example.todoservice.problem.ProblemWriter;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.SemaphoreValve;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/**
 * Works on so many requests at once, and answers 503 to the rest at once: with virtual
 * threads nothing else would keep a request from waiting behind all the others for the
 * database, in memory, until its caller has given up.
 */
@Component
class RequestLimit extends SemaphoreValve {

	/** Seconds: far longer than the requests that are being worked on take. */
	private static final String RETRY_AFTER = "1";

	private final ProblemWriter problems;

	private final Counter refused;

	RequestLimit(TrafficSettings settings, ProblemWriter problems, MeterRegistry meters) {
		settings.check();
		this.problems = problems;
		this.refused = Counter.builder("requests.refused")
			.description("Requests answered 503 because too many were being worked on")
			.register(meters);
		setConcurrency(settings.concurrentRequests());
		setBlock(false);
	}

	@Override
	public void permitDenied(Request request, Response response) throws IOException {
		this.refused.increment();
		ProblemDetail problem = ProblemDocument.of(HttpStatus.SERVICE_UNAVAILABLE, "Overloaded",
				"todo-service is working on %d requests already, as many as it takes on at once. Nothing was done. Try again after %s s."
					.formatted(getConcurrency(), RETRY_AFTER));
		response.setHeader(HttpHeaders.RETRY_AFTER, RETRY_AFTER);
		this.problems.write(response.getResponse(), problem);
	}

}
