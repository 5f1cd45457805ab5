package com.example.todoservice.door;

import com.example.mtls.server.tomcat.HostilePeerTests;

/** The door's table, with this service behind it and its settings. */
class HostilePeerOfTodosTests extends HostilePeerTests {

}
