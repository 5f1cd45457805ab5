package com.example.todoservice.mtls.connector;

import io.micrometer.core.instrument.LongTaskTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.Observation;
import io.micrometer.observation.ObservationHandler;

import org.springframework.http.server.observation.ServerRequestObservationContext;
import org.springframework.stereotype.Component;

/**
 * Counts and times the requests that are active just now, under the name that Micrometer
 * has for it. Its own handler looks a timer up for each request, by tags that are known
 * only when the request is over; that costs a tenth of a request.
 */
@Component
class ActiveRequests implements ObservationHandler<ServerRequestObservationContext> {

	private final LongTaskTimer active;

	ActiveRequests(MeterRegistry registry) {
		this.active = LongTaskTimer.builder("http.server.requests.active")
			.description("Requests that are being worked on")
			.register(registry);
	}

	@Override
	public boolean supportsContext(Observation.Context context) {
		return context instanceof ServerRequestObservationContext;
	}

	@Override
	public void onStart(ServerRequestObservationContext context) {
		context.put(LongTaskTimer.Sample.class, this.active.start());
	}

	@Override
	public void onStop(ServerRequestObservationContext context) {
		context.<LongTaskTimer.Sample>getRequired(LongTaskTimer.Sample.class).stop();
	}

}
