package com.example.todoservice.problem;

import java.io.IOException;

import jakarta.servlet.http.HttpServletResponse;
import tools.jackson.databind.json.JsonMapper;

import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.stereotype.Component;

/**
 * Answers with a problem document where no controller is involved: in filters and in
 * Tomcat.
 */
@Component
public class ProblemWriter {

	private final JsonMapper json;

	ProblemWriter(JsonMapper json) {
		this.json = json;
	}

	/**
	 * Writes the whole answer.
	 * @param response an answer that has not been committed
	 * @param problem its status and its body
	 * @throws IOException if the caller has gone
	 */
	public void write(HttpServletResponse response, ProblemDetail problem) throws IOException {
		ProblemDocument.complete(problem);
		byte[] body = this.json.writeValueAsBytes(problem);
		response.setStatus(problem.getStatus());
		response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
		response.setContentLength(body.length);
		response.getOutputStream().write(body);
	}

}
