package com.example.todoservice.door;

import com.example.mtls.server.AttackCertificateTests;

/** The door's table, with this service behind it and its settings. */
class AttackCertificateOnTodosTests extends AttackCertificateTests {

}
