package com.example.todoclient;

import java.util.Map;
import java.util.Set;

import com.example.mtls.Rooms;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * /** What is yours and what any page or task needs: who may import whom. Your own
 * feature may have any packages; they are all those that are not named here.
 */
class RoomsTests {

	/** What goes on when the feature is replaced by yours. */
	private static final Set<String> KEPT = Set.of("page", "session");

	private final Rooms rooms = new Rooms(RoomsTests.class.getPackageName());

	@Test
	void whatIsKeptKnowsNothingOfTheFeature() {
		Map<String, Set<String>> arrows = this.rooms.amongThemselves();
		assertThat(arrows).containsKeys(KEPT.toArray(String[]::new));
		KEPT.forEach((room) -> assertThat(KEPT).as(room + " imports").containsAll(arrows.get(room)));
	}

	/** The page shows certificates; what is yours sees only why a call failed. */
	@Test
	void theFeatureKnowsWordsForFailuresButNoCertificateAndNoConnection() {
		Map<String, Set<String>> arrows = this.rooms
			.imports("(com\\.example\\.mtls\\.[a-z]+|java\\.security\\.cert|javax\\.net\\.ssl|io\\.netty)");
		arrows.keySet().removeIf((room) -> room.isEmpty() || room.equals("page"));
		assertThat(arrows).isNotEmpty();
		arrows.forEach((room, found) -> assertThat(found).as(room + " imports").isEmpty());
	}

}
