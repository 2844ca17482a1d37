package net.facteur.server.dsn;

import static org.junit.jupiter.api.Assertions.assertEquals;

import net.facteur.server.explanations.Cause;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PlainWordsTest {
  @ParameterizedTest
  @EnumSource
  void eachKnownCauseIsTold(Cause cause) {
    assertEquals(cause == Cause.UNKNOWN, PlainWords.words(cause).isEmpty());
  }
}
