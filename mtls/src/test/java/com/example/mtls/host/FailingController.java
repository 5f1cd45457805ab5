package com.example.mtls.host;

import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** A feature with a mistake in it. */
@TestConfiguration(proxyBeanMethods = false)
@RestController
public class FailingController {

	@GetMapping("/fail")
	String fail() {
		throw new IllegalStateException("The secret is 4711");
	}

}
