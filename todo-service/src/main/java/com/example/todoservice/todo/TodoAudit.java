package com.example.todoservice.todo;

import java.security.Principal;
import java.util.UUID;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.stereotype.Component;

/**
 * One line for each change: who, what, which todo. Never its title.
 */
@Component
class TodoAudit {

	private static final Logger logger = LoggerFactory.getLogger("audit.todo");

	void changed(Principal caller, String action, UUID id) {
		logger.info("action={} todo={} caller=\"{}\"", action, id, caller.getName());
	}

}
