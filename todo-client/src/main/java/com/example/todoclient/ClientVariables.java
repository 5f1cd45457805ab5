package com.example.todoclient;

import com.example.mtls.EnvironmentVariables;

/**
 * All variables are read as people mean them, not only those of the door.
 */
class ClientVariables extends EnvironmentVariables {

	@Override
	protected boolean isLiteral(String variable) {
		return variable.contains("PASSWORD") || variable.contains("_FILE_PATH") || variable.equals("TODO_SERVICE_URL");
	}

}
