package com.example.todoservice;

import com.example.mtls.EnvironmentVariables;

/**
 * All variables are read as people mean them, not only those of the door.
 */
class ServiceVariables extends EnvironmentVariables {

	@Override
	protected boolean isLiteral(String variable) {
		return variable.contains("PASSWORD") || variable.contains("_FILE_PATH") || variable.contains("DATASOURCE");
	}

}
