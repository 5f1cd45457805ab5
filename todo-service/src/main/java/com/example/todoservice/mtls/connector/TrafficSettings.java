package com.example.todoservice.mtls.connector;

import java.time.Duration;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How much is taken on at once, and how it ends. {@code application.yml} has the values
 * and their reasons.
 *
 * @param concurrentRequests how many requests are worked on at once
 * @param drain how long connections may take to end after SIGTERM
 */
@ConfigurationProperties("traffic")
record TrafficSettings(int concurrentRequests, Duration drain) {
}
