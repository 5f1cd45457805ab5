package com.example.todoclient.pair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

import com.example.todoclient.pair.BenchmarkReport.Sample;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a JVM spends its CPU time, by layer, and how often it stands still to collect
 * garbage. Each sample of Flight Recorder counts for the layer whose code called last: a
 * map that Tomcat asks is Tomcat's time. Needs the CPU-time samples of Java 25 on Linux
 * (JEP 509), which count system calls too.
 */
final class CpuProfile {

	/** Recognized by how the names of their classes begin; the first match counts. */
	private static final Map<String, List<String>> LAYERS = new LinkedHashMap<>();
	static {
		LAYERS.put("system calls: sending", List.of("sun.nio.ch.SocketDispatcher.write"));
		LAYERS.put("system calls: receiving and waiting",
				List.of("sun.nio.ch.SocketDispatcher", "sun.nio.ch.EPoll.", "sun.nio.ch.EventFD"));
		LAYERS.put("TLS in the JDK",
				List.of("sun.security.", "com.sun.crypto.", "javax.crypto.", "javax.net.ssl.", "java.security."));
		LAYERS.put("Tomcat, and the JDK's sockets", List.of("org.apache.", "jakarta.", "sun.nio.ch."));
		LAYERS.put("virtual threads",
				List.of("java.lang.VirtualThread", "jdk.internal.vm.", "java.util.concurrent.ForkJoin"));
		LAYERS.put("Spring Security", List.of("org.springframework.security."));
		LAYERS.put("Micrometer", List.of("io.micrometer."));
		LAYERS.put("Netty", List.of("io.netty.", "reactor.netty."));
		LAYERS.put("Reactor", List.of("reactor."));
		LAYERS.put("Spring", List.of("org.springframework."));
		LAYERS.put("Jackson", List.of("tools.jackson."));
		LAYERS.put("the database (H2) and its pool", List.of("org.h2.", "com.zaxxer."));
		LAYERS.put("our own code", List.of("com.example."));
	}

	private static final String[] START = { "JFR.start", "name=profile", "settings=none",
			"+jdk.CPUTimeSample#enabled=true", "+jdk.CPUTimeSample#throttle=5ms", "+jdk.GarbageCollection#enabled=true",
			"+jdk.GCHeapSummary#enabled=true" };

	private final String title;

	private final Map<String, Double> rows = new LinkedHashMap<>();

	private CpuProfile(String title, List<Sample> loads, int connections, int seconds, List<RecordedEvent> events) {
		this.title = title;
		double requests = loads.stream().mapToDouble((load) -> load.rate() * seconds).sum();
		double whole = BenchmarkReport.median(loads, Sample::cpu);
		Map<String, Double> layers = of(events, "jdk.CPUTimeSample").filter((event) -> event.getStackTrace() != null)
			.collect(Collectors.groupingBy(CpuProfile::layer,
					Collectors.summingDouble((sample) -> sample.getDuration("samplingPeriod").toNanos() / 1e3)));
		this.rows.put("µs of CPU", whole);
		LAYERS.keySet().forEach((layer) -> this.rows.put("– " + layer, layers.getOrDefault(layer, 0.0) / requests));
		this.rows.put("– everything else", layers.getOrDefault("", 0.0) / requests);
		this.rows.put("– garbage collection, compiling and what no sample shows",
				whole - layers.values().stream().mapToDouble(Double::doubleValue).sum() / requests);
		List<Double> pauses = of(events, "jdk.GarbageCollection")
			.map((collection) -> collection.getDuration("sumOfPauses").toNanos() / 1e6)
			.toList();
		this.rows.put("kB allocated", allocated(events) / requests / 1e3);
		this.rows.put("garbage collections a second", pauses.size() / (double) (loads.size() * seconds));
		this.rows.put("– ms that each of them stops all requests",
				pauses.isEmpty() ? 0 : BenchmarkReport.median(pauses));
		this.rows.put("– of a hundred requests, those that meet one", 100 * pauses.size() * connections / requests);
	}

	static boolean available() {
		return Runtime.version().feature() >= 25 && Files.exists(Path.of("/proc/self"));
	}

	/**
	 * Records a server while it is under load.
	 * @return what one request costs there
	 */
	static CpuProfile of(BenchmarkServer server, BenchmarkLoad load, String path, int connections, int rounds)
			throws Exception {
		Path recording = Files.createTempFile("profile", ".jfr");
		try {
			PairProcesses.jcmd(server.process().pid(), START);
			List<Sample> loads = new ArrayList<>();
			for (int round = 0; round < rounds; round++) {
				loads.add(load.keptAlive(server, path, connections));
			}
			PairProcesses.jcmd(server.process().pid(), "JFR.stop", "name=profile", "filename=" + recording);
			return new CpuProfile("%s, `%s`".formatted(server.name(), path), loads, connections, load.seconds(server),
					RecordingFile.readAllEvents(recording));
		}
		finally {
			Files.delete(recording);
		}
	}

	/** Prints them as one table, side by side. */
	static void print(int connections, CpuProfile... profiles) {
		System.out.printf("| one request, of %d connections |", connections);
		for (CpuProfile profile : profiles) {
			System.out.printf(" %s |", profile.title);
		}
		System.out.println("\n|---|" + "---:|".repeat(profiles.length));
		for (String row : profiles[0].rows.keySet()) {
			if (List.of(profiles).stream().allMatch((profile) -> profile.rows.get(row) == 0)) {
				continue;
			}
			System.out.printf("| %s |", row);
			for (CpuProfile profile : profiles) {
				System.out.printf(Locale.ROOT, " %.1f |", profile.rows.get(row));
			}
			System.out.println();
		}
		System.out.println();
	}

	private static Stream<RecordedEvent> of(List<RecordedEvent> events, String type) {
		return events.stream().filter((event) -> event.getEventType().getName().equals(type));
	}

	/** Bytes: what the heap has grown by from the end of each collection to the next. */
	private static double allocated(List<RecordedEvent> events) {
		double allocated = 0;
		long before = 0;
		for (RecordedEvent summary : of(events, "jdk.GCHeapSummary")
			.sorted(Comparator.comparing(RecordedEvent::getStartTime))
			.toList()) {
			boolean after = summary.getString("when").equals("After GC");
			allocated += (after || before == 0) ? 0 : summary.getLong("heapUsed") - before;
			before = after ? summary.getLong("heapUsed") : 0;
		}
		return allocated;
	}

	private static String layer(RecordedEvent sample) {
		return sample.getStackTrace()
			.getFrames()
			.stream()
			.map(CpuProfile::layer)
			.filter((each) -> !each.isEmpty())
			.findFirst()
			.orElse("");
	}

	private static String layer(RecordedFrame frame) {
		String method = frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
		return LAYERS.entrySet()
			.stream()
			.filter((layer) -> layer.getValue().stream().anyMatch(method::startsWith))
			.map(Map.Entry::getKey)
			.findFirst()
			.orElse("");
	}

}
