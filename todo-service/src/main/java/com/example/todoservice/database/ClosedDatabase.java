package com.example.todoservice.database;

import java.sql.SQLException;

import com.zaxxer.hikari.SQLExceptionOverride;

/**
 * Takes connections out of the pool whose H2 database has closed itself, as it does when
 * its disk is full. H2 calls them valid, so they would stay and fail; a new connection
 * opens the database again. Public because the pool makes it by name.
 */
public class ClosedDatabase implements SQLExceptionOverride {

	/** Of H2: the database has been closed. */
	private static final int DATABASE_IS_CLOSED = 90098;

	@java.lang.Override
	public SQLExceptionOverride.Override adjudicate(SQLException ex) {
		return (ex.getErrorCode() == DATABASE_IS_CLOSED) ? SQLExceptionOverride.Override.MUST_EVICT
				: SQLExceptionOverride.Override.CONTINUE_EVICT;
	}

}
