package net.facteur.server.smtp;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import net.facteur.auth.syntax.Ascii;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EncodedWordsTest {
  @Test
  void asciiStaysAsItIs() {
    assertEquals("The certificate, renewed", EncodedWords.of("The certificate, renewed"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "L'\u00e9tat du serveur a chang\u00e9",
        "Courrier non remis, exp\u00e9diteurs non pr\u00e9venus : au moins 1000 messages, \u00e0"
            + " voir",
        "\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8\ud83d\udce8",
      })
  void everyWordIsShortAndReadsBack(String text) throws Exception {
    String encoded = EncodedWords.of(text);
    assertTrue(Ascii.isAscii(encoded));
    for (String word : encoded.split("\r\n ", -1)) {
      // RFC 2047, section 2: an encoded-word may not be more than 75 characters long
      assertTrue(word.length() <= 75, word);
      assertTrue(!jakarta.mail.internet.MimeUtility.decodeWord(word).contains("\ufffd"), word);
    }
    assertEquals(text, jakarta.mail.internet.MimeUtility.decodeText(encoded));
  }
}
