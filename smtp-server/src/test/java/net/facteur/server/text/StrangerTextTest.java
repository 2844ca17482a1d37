package net.facteur.server.text;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class StrangerTextTest {
  @ParameterizedTest
  @ValueSource(
      ints = {
        0, 7, 8, 0x0a, 0x0d, 0x1b, 0x7f, 0x80, 0x85, 0x9b, 0x9d, 0x9f, 0xad, 0x200b, 0x200e, 0x200f,
        0x2028, 0x2029, 0x202a, 0x202e, 0x2066, 0x2069, 0xfeff, 0xe000, 0xffff, 0xd800, 0xe0001,
        0xe0041, 0xf0000
      })
  void noWayOutLetsACharacterThroughThatATerminalObeysOrNobodySees(int c) {
    var raw = new StringBuilder("a").appendCodePoint(c).append("b").toString();
    var text = StrangerText.of(raw);
    assertEquals("a?b", text.onTerminal());
    assertEquals("a?b", text.inLog());
    assertEquals(c == '\n' || c == '\r' ? "a b" : "a?b", text.inField(true));
    assertEquals(c == '\n' || c == '\r' ? "a b" : "a?b", text.inField(false));
    assertEquals(c == '\n' ? raw : "a?b", text.onTerminalInLines());
  }

  @Test
  void whatPeopleWriteStaysAsItIs() {
    String name = "Zo\u00eb \u0416\u0443\u043a \u5f20 \ud83d\ude00 <zoe@example.org>";
    assertEquals(name, StrangerText.of(name).onTerminal());
    assertEquals(name, StrangerText.of(name).inField(true));
    assertEquals("Zo? ??? ? ? <zoe@example.org>", StrangerText.of(name).inField(false));
  }

  @Test
  void aLogLineCannotBeLeftByAQuote() {
    assertEquals("a' reason='b /", StrangerText.of("a\" reason=\"b \\").inLog());
  }

  @Test
  void jsonReadsTheSameAndShowsNothing() {
    var json = new JsonMapper();
    String raw = "a\u009b31m\u202eb\ud83d\ude00\udb40\udc41\u007f\"\\";
    String printed = StrangerText.inJson(json.writeValueAsString(raw));
    assertEquals(raw, json.readValue(printed, String.class));
    assertFalse(printed.chars().anyMatch(c -> c == 0x9b || c == 0x202e || c == 0x7f), printed);
  }

  @Test
  void everyWayOutHasALimit() {
    String longText = "x".repeat(100_000);
    assertEquals(StrangerText.MAX, StrangerText.of(longText).onTerminal().length());
    assertEquals(StrangerText.MAX_FIELD, StrangerText.of(longText).inField(true).length());
  }
}
