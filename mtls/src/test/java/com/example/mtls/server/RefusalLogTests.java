package com.example.mtls.server;

import java.util.List;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.LoggerFactory;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * However much is refused, and whatever it is called, the log stays short and readable.
 */
class RefusalLogTests {

	private final Logger logger = (Logger) LoggerFactory.getLogger("audit.refused");

	private final ListAppender<ILoggingEvent> appender = new ListAppender<>();

	private final RefusalLog log = new RefusalLog();

	@BeforeEach
	void listen() {
		this.appender.start();
		this.logger.addAppender(this.appender);
	}

	@AfterEach
	void stop() {
		this.logger.detachAppender(this.appender);
	}

	@Test
	void oneLineSaysWhoFromWhereWhyAndWhichRequest() {
		this.log.refused("192.0.2.1", "subject \"CN=stranger\"", "unknown-caller", "not on the list", "GET /todos");
		assertThat(lines())
			.containsExactly("peer=192.0.2.1 reason=unknown-caller certificate=[subject \"CN=stranger\"] "
					+ "request=\"GET /todos\" why=\"not on the list\"");
	}

	@Test
	void whenSameRefusalRepeatsThenOneLineAndItsCountAfterAMinute() {
		for (int i = 0; i < 1000; i++) {
			this.log.refused("192.0.2.1", "subject \"CN=stranger\"", "unknown-caller", "not on the list", "GET /" + i);
		}
		assertThat(lines()).hasSize(1);
		this.log.summarise();
		assertThat(lines()).hasSize(2);
		assertThat(lines().get(1)).endsWith(" repeated=999");
		this.log.summarise();
		assertThat(lines()).hasSize(2);
		this.log.refused("192.0.2.1", "subject \"CN=stranger\"", "unknown-caller", "not on the list", "GET /");
		assertThat(lines()).hasSize(3);
	}

	@Test
	void whenEachRefusalIsAnotherThenLinesEndAndAreCounted() {
		for (int i = 0; i < 10_000; i++) {
			this.log.refused("192.0.2.1", "subject \"CN=" + i + "\"", "unknown-caller", "not on the list", "GET /");
		}
		assertThat(lines()).hasSize(200);
		this.log.summarise();
		assertThat(lines()).hasSize(201);
		assertThat(lines().get(200)).startsWith("others=9800: ");
	}

	@Test
	void whenStrangersFailInHandshakesThenRequestsStillGetTheirLines() {
		for (int i = 0; i < 1000; i++) {
			this.log.refused("192.0.2.9", "subject \"CN=" + i + "\"", "untrusted", "no path", RefusalLog.HANDSHAKE);
		}
		this.log.refused("192.0.2.1", "subject \"CN=insider\"", "unknown-caller", "not on the list", "GET /todos");
		assertThat(lines()).hasSize(1);
	}

	@Test
	void whenTextsHaveQuotesAndLineBreaksThenTheyAddNoFieldAndNoLine() {
		this.log.refused("192.0.2.1", "none", "handshake-failed", "a\" reason=admitted why=\"b",
				"GET /\r\npeer=192.0.2.2");
		assertThat(lines()).containsExactly("peer=192.0.2.1 reason=handshake-failed certificate=[none] "
				+ "request=\"GET /\\u000d\\u000apeer=192.0.2.2\" why=\"a' reason=admitted why='b\"");
	}

	@Test
	void whenNameHasBracketsThenItAddsNoField() {
		this.log.refused("192.0.2.1", "subject \"CN=x] reason=admitted [\"", "unknown-caller", "why", "GET /");
		assertThat(lines()).containsExactly("peer=192.0.2.1 reason=unknown-caller "
				+ "certificate=[subject \"CN=x) reason=admitted (\"] request=\"GET /\" why=\"why\"");
	}

	/** A stranger has as many certificates and mistakes as it likes. */
	@Test
	void whenOnePeerFailsInHandshakesInManyWaysThenFewLines() {
		for (int i = 0; i < 1000; i++) {
			this.log.refused("192.0.2.1", "subject \"CN=" + i + "\"", "untrusted", "no path", RefusalLog.HANDSHAKE);
			this.log.refused("192.0.2.1", "none", "handshake-failed", "length " + i, RefusalLog.HANDSHAKE);
		}
		assertThat(lines()).hasSize(12);
		this.log.summarise();
		assertThat(lines()).hasSize(14).contains("peer=192.0.2.1 reason=untrusted repeated=994");
	}

	@ParameterizedTest
	@CsvSource({ "0:0:0:0:0:0:0:1, ::1", "0:0:0:0:0:0:0:0, ::", "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
			"2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1", "fe80:0:0:0:0:0:0:0%eth0, fe80::%eth0",
			"fe80:0:0:0:a:0:0:0%2, fe80::a:0:0:0%2", "10:0:0:0:0:0:0:10, 10::10", "192.0.2.1, 192.0.2.1" })
	void whenPeerHasAnIpv6AddressThenItsShortFormIsLogged(String address, String shown) {
		this.log.refused(address, "none", "no-certificate", "why", "GET /");
		assertThat(this.appender.list).last()
			.satisfies((line) -> assertThat(line.getFormattedMessage()).startsWith("peer=" + shown + " reason="));
	}

	private List<String> lines() {
		// A service that another test has left running writes its summaries too.
		return this.appender.list.stream()
			.map(ILoggingEvent::getFormattedMessage)
			.filter((line) -> line.startsWith("peer=192.0.2.1 ") || line.startsWith("others=9800: "))
			.toList();
	}

}
