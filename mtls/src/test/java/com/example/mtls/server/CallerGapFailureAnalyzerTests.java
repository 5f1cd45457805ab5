package com.example.mtls.server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.WebApplicationType;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesBindException;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * What the log says where the allow-list does not count from 0.
 */
@ExtendWith(OutputCaptureExtension.class)
class CallerGapFailureAnalyzerTests {

	@Test
	void secondCallerWithoutAFirstIsNamedWithItsCure(CapturedOutput output) {
		assertThatExceptionOfType(ConfigurationPropertiesBindException.class)
			.isThrownBy(() -> new SpringApplicationBuilder(Settings.class).web(WebApplicationType.NONE)
				.run("--mtls.callers[1].name=third", "--mtls.callers[1].roles=read"));
		assertThat(output).contains("APPLICATION FAILED TO START")
			.contains("The allow-list has mtls.callers[1].name, but not every number from 0 up to it")
			.contains("MTLS_CALLERS_0_NAME=todo-client, MTLS_CALLERS_0_ROLES=read,write");
	}

	@EnableConfigurationProperties(CallerSettings.class)
	static class Settings {

	}

}
