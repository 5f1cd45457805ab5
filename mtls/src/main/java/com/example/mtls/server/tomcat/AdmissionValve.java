package com.example.mtls.server.tomcat;

import java.io.IOException;
import java.security.cert.X509Certificate;

import com.example.mtls.CallerRefusedException;
import com.example.mtls.server.Admission;
import com.example.mtls.server.CallerRefusals;
import jakarta.servlet.ServletException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ValveBase;
import org.apache.coyote.ActionCode;
import org.apache.coyote.http11.AbstractHttp11Protocol;
import org.apache.tomcat.util.net.SSLSupport;

/**
 * The first valve of the whole engine: before each other valve, each web application and
 * connector, each filter, servlet and error page, and Spring Security's chains. Who is
 * not admitted reaches none of it, whatever the host configures.
 */
final class AdmissionValve extends ValveBase {

	private static final X509Certificate[] NONE = {};

	private final Admission admission;

	private final CallerRefusals refusals;

	AdmissionValve(Admission admission, CallerRefusals refusals) {
		super(true);
		this.admission = admission;
		this.refusals = refusals;
	}

	@Override
	public void invoke(Request request, Response response) throws IOException, ServletException {
		// Else the second half of a request that was admitted: the result of a Callable.
		if (!Admission.isAdmitted(request)) {
			X509Certificate[] chain = certificates(request);
			// Not what a header says, where the host believes headers.
			String peer = request.getPeerAddr();
			try {
				this.admission.admit(request, peer, chain);
			}
			catch (CallerRefusedException ex) {
				this.refusals.log(peer, chain, request, ex);
				// Who sends what cannot be read gets the status of that, and no page.
				if (!response.isErrorReportRequired()) {
					this.refusals.answer(request, response, ex);
				}
				return;
			}
		}
		getNext().invoke(request, response);
	}

	/**
	 * What was proven in the handshake of this connection. The attribute of the servlet
	 * specification may hold what a header says (Tomcat's {@code SSLValve}), and what
	 * comes by AJP is said by a proxy.
	 */
	private static X509Certificate[] certificates(Request request) {
		org.apache.coyote.Request connection = request.getCoyoteRequest();
		if (request.getConnector().getProtocolHandler() instanceof AbstractHttp11Protocol) {
			connection.action(ActionCode.REQ_SSL_ATTRIBUTE, connection);
			if (connection.getAttribute(SSLSupport.CERTIFICATE_KEY) instanceof X509Certificate[] chain) {
				return chain;
			}
		}
		return NONE;
	}

}
