package com.example.todoclient.pair;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * What was measured, and its table: the median of all rounds for each server, beside that
 * of the one that the others are compared with.
 */
final class BenchmarkReport {

	private final String base;

	/** By what was measured, then by server, in the order in which they came. */
	private final Map<String, Map<String, List<Sample>>> samples = new LinkedHashMap<>();

	/** One run: requests a second, milliseconds, and microseconds of CPU a request. */
	record Sample(double rate, double p50, double p99, double cpu) {
	}

	/**
	 * Begins.
	 * @param base the server that the others are divided by
	 */
	BenchmarkReport(String base) {
		this.base = base;
	}

	void add(String what, BenchmarkServer server, Sample sample) {
		this.samples.computeIfAbsent(what, (key) -> new LinkedHashMap<>())
			.computeIfAbsent(server.name(), (key) -> new ArrayList<>())
			.add(sample);
	}

	/** The last column is missing where it would be the third one upside down. */
	void print() {
		String first = this.samples.values().iterator().next().keySet().iterator().next();
		boolean last = !first.equals(this.base);
		System.out.printf("| what | server | ÷ %s | requests/s | p50 ms | p99 ms | p99 ÷ %s | CPU µs a request |%s%n",
				this.base, this.base, last ? " " + first + " ÷ this |" : "");
		System.out.println("|---|---|---:|---:|---:|---:|---:|---:|" + (last ? "---:|" : ""));
		this.samples.forEach((what, servers) -> {
			List<Sample> base = servers.get(this.base);
			double ours = median(servers.values().iterator().next(), Sample::rate);
			String title = what;
			for (Map.Entry<String, List<Sample>> server : servers.entrySet()) {
				List<Sample> these = server.getValue();
				double rate = median(these, Sample::rate);
				System.out.printf(Locale.ROOT, "| %s | %s | %s | %,.0f | %.2f | %.2f | %s | %.0f |%s%n", title,
						server.getKey(), ratio(these, base, Sample::rate), rate, median(these, Sample::p50),
						median(these, Sample::p99), ratio(these, base, Sample::p99), median(these, Sample::cpu),
						last ? " " + ratio(ours, rate) + " |" : "");
				title = "";
			}
		});
		System.out.println();
	}

	private static String ratio(List<Sample> these, List<Sample> base, ToDoubleFunction<Sample> value) {
		return (base != null) ? ratio(median(these, value), median(base, value)) : "–";
	}

	static String ratio(double value, double base) {
		return String.format(Locale.ROOT, "%.2f", value / base);
	}

	static double median(List<Sample> samples, ToDoubleFunction<Sample> value) {
		return median(samples.stream().map(value::applyAsDouble).toList());
	}

	static double median(List<Double> values) {
		return values.stream().sorted().toList().get(values.size() / 2);
	}

}
