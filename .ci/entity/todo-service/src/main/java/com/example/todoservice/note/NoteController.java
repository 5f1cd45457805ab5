package com.example.todoservice.note;

import java.security.Principal;
import java.util.List;

import jakarta.validation.Valid;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/**
 * The notes of whoever calls.
 */
@RestController
@RequestMapping("/notes")
class NoteController {

	private final JdbcClient database;

	NoteController(JdbcClient database) {
		this.database = database;
	}

	@GetMapping
	List<Note> list(Principal caller) {
		return this.database.sql("select subject, text from note where owner = ? order by subject limit 500")
			.param(caller.getName())
			.query(Note.class)
			.list();
	}

	@PostMapping
	@ResponseStatus(HttpStatus.CREATED)
	Note add(@Valid @RequestBody Note note, Principal caller) {
		this.database.sql("insert into note (owner, subject, text) values (?, ?, ?)")
			.params(caller.getName(), note.subject(), note.text())
			.update();
		return note;
	}

}
