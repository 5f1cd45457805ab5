package com.example.todoclient.pair;

import java.time.Duration;
import java.util.stream.IntStream;

/**
 * A process under load, and where it listens.
 *
 * @param name as the tables call it
 * @param process ends with the benchmark
 * @param port of the service
 * @param management of its metrics, or 0
 * @param plain whether it speaks HTTP without TLS
 */
record BenchmarkServer(String name, Process process, int port, int management, boolean plain) {

	String url(String path) {
		return (this.plain ? "http" : "https") + "://localhost:" + this.port + path;
	}

	/** CPU time of the process and its children so far, in microseconds. */
	long cpu() {
		return IntStream
			.concat(IntStream.of((int) this.process.pid()),
					this.process.descendants().mapToInt((child) -> (int) child.pid()))
			.mapToLong((pid) -> ProcessHandle.of(pid)
				.flatMap((handle) -> handle.info().totalCpuDuration())
				.orElse(Duration.ZERO)
				.toNanos() / 1000)
			.sum();
	}

}
