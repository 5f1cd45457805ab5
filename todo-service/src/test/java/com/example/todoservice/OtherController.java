package com.example.todoservice;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

import com.example.todoservice.problem.StrictBody;
import jakarta.servlet.http.HttpServletResponse;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.access.prepost.PreAuthorize;
import org.springframework.security.authentication.BadCredentialsException;
import org.springframework.security.config.annotation.method.configuration.EnableMethodSecurity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.context.request.async.DeferredResult;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;
import org.springframework.web.servlet.mvc.method.annotation.StreamingResponseBody;

/** What somebody else builds behind the door. */
@TestConfiguration(proxyBeanMethods = false)
@EnableMethodSecurity
@RestController
public class OtherController {

	private static final ScheduledExecutorService later = Executors.newScheduledThreadPool(1, (task) -> {
		Thread thread = new Thread(task, "later");
		thread.setDaemon(true);
		return thread;
	});

	/** A body that nobody looks at. */
	public record Order(String item) {
	}

	/** One that may have nothing else in it. */
	public record Strict(String item) implements StrictBody {
	}

	@GetMapping("/other/callable")
	Callable<String> callable(Principal caller) {
		return caller::getName;
	}

	@PostMapping("/other/future")
	CompletableFuture<String> future(Principal caller) {
		return CompletableFuture.supplyAsync(caller::getName);
	}

	@GetMapping("/other/deferred")
	DeferredResult<String> deferred(Principal caller) {
		DeferredResult<String> result = new DeferredResult<>();
		later.schedule(() -> result.setResult(caller.getName()), 50, TimeUnit.MILLISECONDS);
		return result;
	}

	@GetMapping("/other/sse")
	SseEmitter sse(Principal caller) {
		SseEmitter emitter = new SseEmitter();
		later.schedule(() -> {
			emitter.send(caller.getName());
			emitter.complete();
			return null;
		}, 50, TimeUnit.MILLISECONDS);
		return emitter;
	}

	@GetMapping("/other/stream")
	StreamingResponseBody stream(Principal caller) {
		return (out) -> out.write(caller.getName().getBytes(StandardCharsets.UTF_8));
	}

	/** Asked again for its caller when it is answered, by the rule and by nobody else. */
	@GetMapping("/other/late-refusal")
	CompletableFuture<String> lateRefusal() {
		return CompletableFuture.failedFuture(new AccessDeniedException("late"));
	}

	@GetMapping("/other/never")
	DeferredResult<String> never() {
		return new DeferredResult<>(50L);
	}

	@GetMapping("/other/error")
	void error(HttpServletResponse response) throws IOException {
		response.sendError(HttpStatus.CONFLICT.value());
	}

	@PreAuthorize("hasAuthority('admin')")
	@GetMapping("/other/admin")
	String admin() {
		return "admin";
	}

	@GetMapping("/other/denied")
	String denied() {
		throw new AccessDeniedException("The secret is 4711");
	}

	@GetMapping("/other/unauthenticated")
	String unauthenticated() {
		throw new BadCredentialsException("The secret is 4711");
	}

	@PostMapping("/other/upload")
	int upload(@RequestBody byte[] bytes) {
		return bytes.length;
	}

	@PostMapping("/other/strict")
	String strict(@RequestBody Strict order) {
		return order.item();
	}

	@PostMapping("/other/order")
	String order(@RequestBody Order order) {
		return order.item();
	}

}
