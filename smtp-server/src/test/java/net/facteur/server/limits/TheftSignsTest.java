package net.facteur.server.limits;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Set;
import net.facteur.server.limits.TheftSigns.Seen;
import net.facteur.server.limits.TheftSigns.Sign;
import org.junit.jupiter.api.Test;

class TheftSignsTest {
  private static Set<Sign> of(
      boolean known, int networks, int strangers, int recipients, int unknown, int returned) {
    return TheftSigns.of(new Seen(known, networks, strangers, recipients, unknown, returned, 0, 0));
  }

  @Test
  void aPhoneOnATrainIsOneSign() {
    assertEquals(Set.of(Sign.NETWORKS), of(true, 9, 3, 5, 0, 0));
    assertFalse(TheftSigns.theft(of(true, 9, 3, 5, 0, 0)));
  }

  @Test
  void nothingIsNewAboutAnAccountOfToday() {
    assertEquals(Set.of(), of(false, 9, 3, 5, 0, 0));
  }

  @Test
  void aFirstNewsletterFromHomeIsOneSign() {
    assertEquals(Set.of(Sign.STRANGERS), of(true, 0, 100, 100, 9, 0));
  }

  @Test
  void tenUnknownRecipientsOfMoreThanFiftyAreNone() {
    assertEquals(Set.of(), of(true, 0, 0, 51, 10, 0));
    assertEquals(Set.of(Sign.UNKNOWN), of(true, 0, 0, 50, 10, 0));
    assertEquals(Set.of(), of(true, 0, 0, 9, 9, 0));
  }

  @Test
  void twoSignsAreATheft() {
    assertTrue(TheftSigns.theft(of(true, 2, 50, 60, 0, 0)));
    assertTrue(TheftSigns.theft(of(true, 2, 0, 40, 10, 0)));
    assertTrue(TheftSigns.theft(of(true, 0, 0, 40, 10, 10)));
    assertEquals(
        Set.of(Sign.GUESSED, Sign.NETWORKS), TheftSigns.of(new Seen(true, 2, 0, 1, 0, 0, 0, 20)));
  }
}
