package com.example.mtls.server.tomcat;

import java.io.IOException;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.server.Admission;
import com.example.mtls.server.CallerRefusals;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;

/**
 * Stands before everything of the host, filters and Spring Security's chains included:
 * who is not admitted reaches none of it, whatever the host configures.
 */
final class AdmissionValve extends ValveBase {

	private final Admission admission;

	private final CallerRefusals refusals;

	AdmissionValve(Admission admission, CallerRefusals refusals) {
		super(true);
		this.admission = admission;
		this.refusals = refusals;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		// The second half of a request that was admitted: the result of a Callable, say.
		if (!request.isAsyncDispatching()) {
			try {
				this.admission.admit(request);
			}
			catch (CallerRefusedException ex) {
				// Not what a header says, where the host believes headers.
				this.refusals.refuse(request.getPeerAddr(), request, response, ex);
				return;
			}
		}
		getNext().invoke(request, response);
	}

}
