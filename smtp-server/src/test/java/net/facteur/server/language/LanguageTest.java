package net.facteur.server.language;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LanguageTest {
  @ParameterizedTest
  @CsvSource({
    "en, en",
    "fr, fr",
    "FR, fr",
    "fr_BE.UTF-8, fr",
    "fr-CA, fr",
    "fr.UTF-8, fr",
    "French, fr",
    "fran\u00e7ais, fr",
    "english, en",
    "de, ",
    "Deutsch, ",
    "xx, ",
    "'', ",
    "C, ",
    "../fr, ",
  })
  void isFoundByWhatPeopleWrite(String written, String code) {
    assertEquals(Optional.ofNullable(code), Language.of(written).map(Language::code));
  }

  @ParameterizedTest
  @CsvSource({
    "'', '', fr_FR.UTF-8, fr",
    "'', fr_FR.UTF-8, C, fr",
    "C, fr_FR.UTF-8, fr_FR.UTF-8, en",
    "fr_CH@euro, '', de_CH, fr",
    "'', '', de_CH.UTF-8, en",
    "'', '', '', en",
  })
  void aTerminalSpeaksAsPosixSays(String all, String messages, String lang, String code) {
    assertEquals(
        code,
        Language.ofTerminal(Map.of("LC_ALL", all, "LC_MESSAGES", messages, "LANG", lang)).code());
    assertEquals(Language.ENGLISH, Language.ofTerminal(Map.of()));
  }

  @Test
  void thoseThatThereAreComeFromTheFiles() {
    assertEquals(List.of(Language.ENGLISH, Language.FRENCH), Language.known());
  }

  @Test
  void aTextIsSaidInTheLanguageOfItsReader() {
    var text = new Text.Said("doctor.certificateGood", Map.of("count", 1L));
    assertEquals("is good for 1 day", text.in(Language.ENGLISH));
    assertEquals("est valable encore 1 jour", text.in(Language.FRENCH));
    var none = new Text.Said("doctor.certificateGood", Map.of("count", 0L));
    assertEquals("is good for 0 days", none.in(Language.ENGLISH));
    assertEquals("est valable encore 0 jour", none.in(Language.FRENCH));
  }

  @Test
  void whatStandsAtAPlaceIsNeverReadAsAPlace() {
    Text text = new Text.Said("acme.notRenewed", Map.of("reason", "{reason} $1 \\ {count}"));
    assertTrue(text.in(Language.ENGLISH).startsWith("{reason} $1 \\ {count}. It is"));
  }

  @Test
  void aLineBreaksAtSpacesAndNeverWithinACommand() {
    assertEquals(
        "To see more:\n`facteur dkim list example.org`\nand wait",
        Lines.broken("To see more: `facteur dkim list example.org` and wait", 20));
    assertEquals("a b\nc", Lines.broken("a b c", 3));
    assertEquals("", Lines.broken("", 3));
    assertEquals("(see `a b`).", Lines.broken("(see `a b`).", 12));
  }
}
