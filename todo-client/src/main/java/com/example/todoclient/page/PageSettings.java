package com.example.todoclient.page;

import java.util.List;
import java.util.regex.Pattern;

import com.example.mtls.SettingException;

import org.springframework.boot.context.properties.ConfigurationProperties;

/**
 * How the page is reached.
 *
 * @param hosts the host names people use for it, without ports ({@code PAGE_HOSTS});
 * empty: any, and on the loopback interface only its own
 */
@ConfigurationProperties("page")
record PageSettings(List<String> hosts) {

	/** A name, or an address as a browser writes it: no scheme, no port, no path. */
	private static final Pattern HOST = Pattern.compile("[^\\s:/\\[\\]*?#@]+|\\[[0-9A-Fa-f:.]+]");

	PageSettings {
		for (String host : hosts) {
			if (!HOST.matcher(host).matches()) {
				throw new SettingException("PAGE_HOSTS",
						"holds a value that is no host name, so that nobody could open " + "the page by it",
						"Set it to the names that people use for the page, separated by commas and "
								+ "without https://, port or path; for example todos.example,localhost.");
			}
		}
	}

}
