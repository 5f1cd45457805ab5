package com.example.mtls.server;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.slf4j.LoggerFactory;

/**
 * The lines about refusals, without the summaries: these come when the minute is over,
 * also from a service that another test has left running.
 */
public final class AuditLines extends ListAppender<ILoggingEvent> {

	private static final Logger logger = (Logger) LoggerFactory.getLogger("audit.refused");

	public void listen() {
		start();
		logger.addAppender(this);
	}

	public void end() {
		logger.detachAppender(this);
	}

	/** So that what was logged before does not count as a repeat. */
	public static void forget(RefusalLog log) {
		log.summarise();
	}

	@Override
	protected void append(ILoggingEvent event) {
		String line = event.getFormattedMessage();
		if (!line.contains(" repeated=") && !line.startsWith("others=")) {
			super.append(event);
		}
	}

}
