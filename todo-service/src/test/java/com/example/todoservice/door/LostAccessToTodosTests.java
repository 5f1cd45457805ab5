package com.example.todoservice.door;

import com.example.mtls.server.LostAccessTests;

/** The door's table, with this service behind it and its settings. */
class LostAccessToTodosTests extends LostAccessTests {

}
