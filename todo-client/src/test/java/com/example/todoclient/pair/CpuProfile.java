package com.example.todoclient.pair;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

import com.example.todoclient.pair.BenchmarkReport.Sample;

import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;

/**
 * Where a JVM spends its CPU time, by layer. Each sample of Flight Recorder counts for
 * the layer whose code called last: a map that Tomcat asks is Tomcat's time. Needs the
 * CPU-time samples of Java 25 on Linux (JEP 509), which count system calls too.
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
		LAYERS.put("Tomcat", List.of("org.apache.", "jakarta.", "sun.nio.ch."));
		LAYERS.put("virtual threads",
				List.of("java.lang.VirtualThread", "jdk.internal.vm.", "java.util.concurrent.ForkJoin"));
		LAYERS.put("Spring Security", List.of("org.springframework.security."));
		LAYERS.put("Micrometer", List.of("io.micrometer."));
		LAYERS.put("Netty", List.of("io.netty.", "reactor.netty."));
		LAYERS.put("Reactor", List.of("reactor."));
		LAYERS.put("Spring", List.of("org.springframework."));
		LAYERS.put("Jackson", List.of("tools.jackson."));
		LAYERS.put("our own code", List.of("com.example."));
	}

	private final Map<String, Long> nanos = new LinkedHashMap<>();

	private CpuProfile() {
		LAYERS.keySet().forEach((layer) -> this.nanos.put(layer, 0L));
	}

	/** What is to be measured, while the recorder runs. */
	interface Load {

		void run() throws Exception;

	}

	static boolean available() {
		return Runtime.version().feature() >= 25 && Files.exists(Path.of("/proc/self"));
	}

	/**
	 * Records a JVM of this machine.
	 * @param pid its process id
	 * @param load what it does meanwhile
	 * @return its CPU time by layer, of all threads that run Java
	 */
	static CpuProfile of(long pid, Load load) throws Exception {
		Path recording = Files.createTempFile("profile", ".jfr");
		try {
			PairProcesses.jcmd(pid, "JFR.start", "name=profile", "settings=none", "+jdk.CPUTimeSample#enabled=true",
					"+jdk.CPUTimeSample#throttle=5ms");
			load.run();
			PairProcesses.jcmd(pid, "JFR.stop", "name=profile", "filename=" + recording);
			CpuProfile profile = new CpuProfile();
			for (RecordedEvent event : RecordingFile.readAllEvents(recording)) {
				profile.add(event);
			}
			return profile;
		}
		finally {
			Files.delete(recording);
		}
	}

	/**
	 * Prints it as a table.
	 * @param what was asked for
	 * @param loads what was measured meanwhile
	 * @param seconds that each of them took
	 */
	void print(String what, List<Sample> loads, int seconds) {
		double requests = loads.stream().mapToDouble((load) -> load.rate() * seconds).sum();
		double whole = BenchmarkReport.median(loads, Sample::cpu);
		double java = this.nanos.values().stream().mapToLong(Long::longValue).sum() / requests / 1000;
		System.out.printf("| where one %s spends its %.0f µs of CPU | µs |%n", what, whole);
		System.out.println("|---|---:|");
		this.nanos.forEach((layer, spent) -> {
			if (spent > 0) {
				System.out.printf(Locale.ROOT, "| %s | %.1f |%n", layer, spent / requests / 1000);
			}
		});
		System.out.printf(Locale.ROOT, "| garbage collection, compiling and what no sample shows | %.1f |%n%n",
				whole - java);
	}

	private void add(RecordedEvent sample) {
		if (sample.getEventType().getName().equals("jdk.CPUTimeSample") && sample.getStackTrace() != null) {
			String layer = sample.getStackTrace()
				.getFrames()
				.stream()
				.map(CpuProfile::layer)
				.filter((each) -> !each.isEmpty())
				.findFirst()
				.orElse("everything else");
			this.nanos.merge(layer, sample.getDuration("samplingPeriod").toNanos(), Long::sum);
		}
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
