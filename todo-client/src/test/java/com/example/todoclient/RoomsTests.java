package com.example.todoclient;

import java.util.Map;
import java.util.Set;

import com.example.mtls.Rooms;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What is yours and what any page or task needs: who may import whom. Your own feature
 * may have any packages; they are all those but {@code page}.
 */
class RoomsTests {

	private final Rooms rooms = new Rooms(RoomsTests.class.getPackageName());

	/** The page shows certificates; what is yours sees only why a call failed. */
	@Test
	void theFeatureKnowsWordsForFailuresButNoCertificateAndNoConnection() {
		Map<String, Set<String>> arrows = this.rooms.imports(
				"(com\\.example\\.mtls\\.(?:material|server)|java\\.security\\.cert|javax\\.net\\.ssl|io\\.netty)");
		arrows.keySet().removeIf((room) -> room.isEmpty() || room.equals("page"));
		assertThat(arrows).isNotEmpty();
		arrows.forEach((room, found) -> assertThat(found).as(room + " imports").isEmpty());
	}

}
