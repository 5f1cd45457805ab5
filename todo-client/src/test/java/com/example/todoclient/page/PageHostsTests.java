package com.example.todoclient.page;

import com.example.mtls.TestCa;
import com.example.todoclient.TestClientApplication;
import org.junit.jupiter.api.Test;

class PageHostsTests {

	@Test
	void listedHostsReplaceTheDefault() {
		TestCa ca = TestCa.create("test-ca");
		try (TestClientApplication client = TestClientApplication.start("https://localhost:1", ca,
				ca.client("todo-client"), "--PAGE_HOSTS=todos.example, intranet")) {
			for (String host : new String[] { "todos.example", "Intranet:8443" }) {
				client.http()
					.get()
					.uri("/nope")
					.header("Host", host)
					.exchange()
					.expectStatus()
					.isNotFound()
					.expectBody();
			}
			client.http()
				.get()
				.uri("/nope")
				.header("Host", "localhost")
				.exchange()
				.expectStatus()
				.isForbidden()
				.expectBody()
				.jsonPath("$.reason")
				.isEqualTo("unknown-host");
		}
	}

}
