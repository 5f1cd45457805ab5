package com.example.mtls.material;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

import com.example.mtls.SettingException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;

/**
 * What the door does by and by, such as looking at files, on a thread of its own: a job
 * of the host that takes an hour keeps nobody from being revoked.
 */
public final class Looks implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(Looks.class);

	private final List<Look> looks = new ArrayList<>();

	private @Nullable ScheduledThreadPoolExecutor thread;

	private record Look(Duration pause, Runnable task) {
	}

	/**
	 * Has a task done again and again, from the start of the application on.
	 * @param pause the time from the end of one run to the begin of the next, and before
	 * the first
	 * @param task what to do
	 * @throws SettingException if the pause is none
	 */
	public void every(Duration pause, Runnable task) {
		if (pause.toMillis() < 1) {
			throw new SettingException("spring.ssl.bundle.watch.file.quiet-period (" + pause + ")",
					"leaves no time between two looks at the files.", "Set it to 1s, or leave it out.");
		}
		this.looks.add(new Look(pause, task));
	}

	@Override
	public void start() {
		ScheduledThreadPoolExecutor started = new ScheduledThreadPoolExecutor(1, (task) -> {
			Thread thread = new Thread(task, "mtls");
			thread.setDaemon(true);
			return thread;
		});
		this.looks.forEach((look) -> started.scheduleWithFixedDelay(() -> run(look.task()), look.pause().toMillis(),
				look.pause().toMillis(), TimeUnit.MILLISECONDS));
		this.thread = started;
	}

	/** One that fails is done again, like any other. */
	private static void run(Runnable task) {
		try {
			task.run();
		}
		catch (RuntimeException ex) {
			logger.error("A look at files failed, and is repeated", ex);
		}
	}

	@Override
	public void stop() {
		this.thread.shutdownNow();
		this.thread = null;
	}

	@Override
	public boolean isRunning() {
		return this.thread != null;
	}

}
