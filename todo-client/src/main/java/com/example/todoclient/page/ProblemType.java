package com.example.todoclient.page;

import java.net.URI;

/**
 * The {@code type} of problem documents: one URI for each reason. It names the problem
 * and leads nowhere, which RFC 9457 section 3.1.1 allows and RFC 4151 has the scheme for.
 * Whoever has a page about each reason puts its address here instead.
 */
final class ProblemType {

	private static final String PREFIX = "tag:example.com,2026:todo-mtls/";

	private ProblemType() {
	}

	/**
	 * The type of a problem.
	 * @param reason the reason for programs, which stands in {@code reason} too
	 * @return an absolute URI
	 */
	static URI of(String reason) {
		return URI.create(PREFIX + reason);
	}

}
