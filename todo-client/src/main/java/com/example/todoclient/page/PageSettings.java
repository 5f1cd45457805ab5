package com.example.todoclient.page;

import java.util.List;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the page is reached.
 *
 * @param hosts the host names people use for it, without ports ({@code PAGE_HOSTS});
 * empty: any, and on the loopback interface only its own
 */
@ConfigurationProperties("page")
record PageSettings(List<String> hosts) {
}
