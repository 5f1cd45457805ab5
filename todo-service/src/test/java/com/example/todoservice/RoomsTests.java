package com.example.todoservice;

import java.util.Map;
import java.util.Set;

import com.example.mtls.Rooms;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is yours and what any service needs: who may import whom. Your own feature may
 * have any packages; they are all those that are not named here.
 */
class RoomsTests {

	/** What is not your own feature, and what each room of it may know of ours. */
	private static final Map<String, Set<String>> ROOMS = Map.of("problem", Set.of(), "session", Set.of(), "traffic",
			Set.of("problem"), "database", Set.of("problem"));

	private final Rooms rooms = new Rooms(RoomsTests.class.getPackageName());

	@Test
	void whatAnyFeatureNeedsKnowsNothingOfYours() {
		Map<String, Set<String>> arrows = this.rooms.amongThemselves();
		ROOMS.forEach((room, known) -> assertThat(known).as(room + " imports").containsAll(arrows.get(room)));
		assertThat(ROOMS.keySet()).as("the application and its rules import").containsAll(arrows.get(""));
	}

	@Test
	void theFeatureKnowsAPrincipalAndSqlButNoCertificateAndNoServer() {
		Map<String, Set<String>> arrows = this.rooms
			.imports("(com\\.example\\.mtls|java\\.security\\.cert|javax\\.net\\.ssl"
					+ "|org\\.apache\\.(?:tomcat|catalina|coyote)|org\\.bouncycastle|org\\.springframework\\.boot\\.ssl"
					+ "|org\\.postgresql|com\\.zaxxer|org\\.flywaydb)");
		arrows.keySet().removeIf((room) -> room.isEmpty() || ROOMS.containsKey(room));
		assertThat(arrows).isNotEmpty();
		arrows.forEach((room, found) -> assertThat(found).as(room + " imports").isEmpty());
	}

}
