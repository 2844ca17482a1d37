package net.facteur.server.pickup;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import net.facteur.auth.syntax.Parsed;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Notify;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HandedTest {
  private static final String FIRST = "facteur-sendmail 1\n";

  private static ByteArrayInputStream stream(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void everyLineIsReadAndTheMessageIsLeft() throws IOException {
    var in =
        stream(
            FIRST
                + "from \nname Al \"A\" Été\nto bob\nto Bob <x@y>\nrecipients-from-header yes\n"
                + "notify FAILURE, delay\nreturn HDRS\nenvelope-id QQ1\nsize 5\n\nHello more");
    var handed = assertInstanceOf(Parsed.Ok.class, Handed.read(in)).value();
    assertEquals(
        new Handed(
            Optional.of(""),
            Optional.of("Al \"A\" Été"),
            List.of("bob", "Bob <x@y>"),
            true,
            Optional.of(EnumSet.of(Notify.FAILURE, Notify.DELAY)),
            Optional.of(MessageTraits.Returned.HDRS),
            Optional.of("QQ1"),
            5),
        handed);
    assertEquals("Hello more", new String(in.readAllBytes(), StandardCharsets.UTF_8));
  }

  /// @param text lines, `/` for each end
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "``                                 | the first line",
        "facteur-sendmail 2/size 1//        | another form",
        "#!/bin/sh/                         | no message at all",
        "facteur-sendmail 1/to a/           | no end",
        "facteur-sendmail 1/to a//          | no size",
        "facteur-sendmail 1/size -1//       | a negative size",
        "facteur-sendmail 1/size 1e3//      | no number",
        "facteur-sendmail 1/size 1234567890123// | a size that is too long",
        "facteur-sendmail 1/cc a/size 1//   | an unknown word",
        "facteur-sendmail 1/notify often/size 1//    | an unknown event",
        "facteur-sendmail 1/notify never,failure/size 1// | never and more",
        "facteur-sendmail 1/return some/size 1//     | neither full nor hdrs",
        "facteur-sendmail 1/envelope-id a=b/size 1// | what is no xtext"
      })
  void whatIsNoneIsMalformed(String text, String why) throws IOException {
    assertInstanceOf(Parsed.Malformed.class, Handed.read(stream(text.replace('/', '\n'))), why);
  }

  @Test
  void linesHaveABound() throws IOException {
    String line = "to " + "x".repeat(1024) + "\n";
    assertInstanceOf(Parsed.Malformed.class, Handed.read(stream(FIRST + line + "size 1\n\n")));
    String many = "to a\n".repeat(60_001);
    assertInstanceOf(Parsed.Malformed.class, Handed.read(stream(FIRST + many + "size 1\n\n")));
  }
}
