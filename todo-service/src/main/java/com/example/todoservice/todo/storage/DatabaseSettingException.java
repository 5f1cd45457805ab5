package com.example.todoservice.todo.storage;

/**
 * The URL of the database says something that cannot be meant.
 */
final class DatabaseSettingException extends RuntimeException {

	private final String cure;

	DatabaseSettingException(String why, String cure) {
		super(why);
		this.cure = cure;
	}

	String cure() {
		return this.cure;
	}

}
