package net.facteur.auth.dkim;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class BodyCanonicalizerTest {

  private static String canonical(Canonicalization.Form form, String body) {
    return canonical(form, body, new Random(1), Integer.MAX_VALUE);
  }

  private static String canonical(
      Canonicalization.Form form, String body, RandomGenerator random, int maxChunk) {
    var out = new ByteArrayOutputStream();
    var canonicalizer = BodyCanonicalizer.of(form, out::write);
    byte[] octets = body.getBytes(StandardCharsets.ISO_8859_1);
    for (int at = 0; at < octets.length; ) {
      int n = Math.min(octets.length - at, 1 + random.nextInt(maxChunk));
      // the chunk stands amid other octets, and is gone after the call
      var chunk = new byte[n + 64];
      java.util.Arrays.fill(chunk, (byte) ' ');
      System.arraycopy(octets, at, chunk, 32, n);
      canonicalizer.update(chunk, 32, n);
      java.util.Arrays.fill(chunk, (byte) 'Z');
      at += n;
    }
    canonicalizer.finish();
    assertEquals(out.size(), canonicalizer.written());
    return out.toString(StandardCharsets.ISO_8859_1);
  }

  /// What RFC 6376 says, step by step, with no thought of speed.
  private static String asTheRfcSays(Canonicalization.Form form, String body) {
    String text =
        switch (form) {
          case SIMPLE -> body;
          case RELAXED ->
              body.replaceAll("[ \t]+(?=\r\n)", "")
                  .replaceAll("[ \t]+\\z", "")
                  .replaceAll("[ \t]+", " ");
        };
    while (text.endsWith("\r\n")) {
      text = text.substring(0, text.length() - 2);
    }
    boolean empty = form == Canonicalization.Form.RELAXED && text.isEmpty();
    return empty ? "" : text + "\r\n";
  }

  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '"',
      value = {
        "SIMPLE, \"\", \"~\"",
        "RELAXED, \"\", \"\"",
        "SIMPLE, \"~~\", \"~\"",
        "RELAXED, \"~~\", \"\"",
        "RELAXED, \" _ ~ ~\", \"\"",
        "SIMPLE, \"a\", \"a~\"",
        "RELAXED, \"a \", \"a~\"",
        "SIMPLE, \" C ~D _ E~~~\", \" C ~D _ E~\"",
        "RELAXED, \" C ~D _ E~~~\", \" C~D E~\"",
        "RELAXED, \"a~~~b\", \"a~~~b~\"",
        "RELAXED, \"a_~ ~_b\", \"a~~ b~\"",
      })
  void smallBodies(Canonicalization.Form form, String body, String expected) {
    assertEquals(
        expected.replace("~", "\r\n").replace("_", "\t"),
        canonical(form, body.replace("~", "\r\n").replace("_", "\t")));
  }

  @ParameterizedTest
  @EnumSource(Canonicalization.Form.class)
  void everyBodyComesOutAsTheRfcSaysHoweverItIsCut(Canonicalization.Form form) {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 4000; i++) {
      boolean wild = i % 2 == 1;
      int pieces = random.nextInt(random.nextInt(10) == 0 ? 400 : 12);
      String body = wild ? Samples.wildBody(random, pieces) : Samples.body(random, pieces);
      String expected = asTheRfcSays(form, body);
      assertEquals(
          expected, canonical(form, body, random, 1 + random.nextInt(100)), () -> show(body));
      assertEquals(expected, canonical(form, body), () -> show(body));
    }
  }

  private static String show(String body) {
    return body.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t");
  }

  @ParameterizedTest
  @EnumSource(Canonicalization.Form.class)
  void chunksNeverChangeAHash(Canonicalization.Form form) {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("seed " + seed);
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      byte[] body =
          Samples.wildBody(random, random.nextInt(300)).getBytes(StandardCharsets.ISO_8859_1);
      var selections =
          List.of(
              BodySelection.whole(form, HashAlgorithm.SHA256),
              new BodySelection(form, HashAlgorithm.SHA256, random.nextInt(body.length + 1)),
              BodySelection.whole(form, HashAlgorithm.SHA1));
      var whole = new BodyPass(selections);
      whole.update(body, 0, body.length);
      whole.finish();
      var cut = new BodyPass(selections);
      for (int at = 0; at < body.length; ) {
        int n = Math.min(body.length - at, 1 + random.nextInt(50));
        cut.update(body, at, n);
        at += n;
      }
      cut.finish();
      for (BodySelection selection : selections) {
        assertArrayEquals(whole.hash(selection), cut.hash(selection));
      }
      assertEquals(whole.length(form), cut.length(form));
    }
  }

  @Test
  void aBodyOfEmptyLinesOnlyIsCountedNotKept() {
    var selection = BodySelection.whole(Canonicalization.Form.RELAXED, HashAlgorithm.SHA256);
    var pass = new BodyPass(List.of(selection));
    byte[] lines = "\r\n".repeat(4096).getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < 1000; i++) {
      pass.update(lines, 0, lines.length);
    }
    pass.finish();
    assertEquals(0, pass.length(Canonicalization.Form.RELAXED));
  }
}
