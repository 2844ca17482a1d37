package net.facteur.server.submission;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import jakarta.mail.Multipart;
import jakarta.mail.Part;
import jakarta.mail.Session;
import jakarta.mail.internet.MimeMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Properties;
import java.util.SplittableRandom;
import net.facteur.auth.message.MessageHeader;
import net.facteur.queue.BodyStage;
import net.facteur.queue.StagedBody;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bodies with long lines, encoded so that a mail program shows what was there.
class LineRecodingTest {
  private static final String LONG = "long line \u00e4 ".repeat(450) + "=end ";

  private static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String recoded(String message) throws IOException {
    return switch (outcome(message, false)) {
      case LineRecoding.Done(MessageHeader header, StagedBody body) ->
          new String(header.section(), StandardCharsets.ISO_8859_1)
              + new String(body.open().readAllBytes(), StandardCharsets.ISO_8859_1);
      case LineRecoding.Impossible(String why) -> throw new AssertionError(why);
    };
  }

  private static LineRecoding.Outcome outcome(String message, boolean sealed) throws IOException {
    int end = message.indexOf("\r\n\r\n") + 4;
    var stage = new MeasuredStage(new Memory());
    stage.write(ByteBuffer.wrap(octets(message.substring(end))));
    var measured = assertInstanceOf(MeasuredStage.Body.class, stage.complete());
    assertTrue(measured.tooLong(), "the case has a long line");
    return LineRecoding.recode(
        MessageHeader.parse(octets(message.substring(0, end))), sealed, measured, new Memory());
  }

  private static void assertShort(String message) {
    for (String line : message.split("\r\n", 0)) {
      assertTrue(line.length() <= 998, () -> "a line of " + line.length());
    }
  }

  /// The decoded content of every leaf, in order, as another parser finds it.
  private static String decoded(String message) throws Exception {
    var out = new StringBuilder();
    append(
        new MimeMessage(
            Session.getInstance(new Properties()), new ByteArrayInputStream(octets(message))),
        out);
    return out.toString();
  }

  private static void append(Part part, StringBuilder out) throws Exception {
    if (part.isMimeType("multipart/*")) {
      var multipart = (Multipart) part.getContent();
      for (int i = 0; i < multipart.getCount(); i++) {
        append(multipart.getBodyPart(i), out);
      }
    } else if (part.isMimeType("message/rfc822")) {
      append((Part) part.getContent(), out);
    } else {
      out.append('[').append(part.getContentType().replaceAll(";.*", "")).append("]\n");
      byte[] content = part.getInputStream().readAllBytes();
      out.append(new String(content, StandardCharsets.ISO_8859_1)).append('\n');
    }
  }

  private static String multipart(String... parts) {
    var out = new StringBuilder("MIME-Version: 1.0\r\nContent-Type: multipart/mixed;\r\n");
    out.append(" boundary=\"b 1\"\r\n\r\npreamble\r\n");
    for (String part : parts) {
      out.append("--b 1\r\n").append(part).append("\r\n");
    }
    return out.append("--b 1--\r\nepilogue\r\n").toString();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          text/plain               | 8bit   | quoted-printable
          text/html; charset=utf-8 | 7bit   | quoted-printable
          application/json         | 8bit   | base64
          application/x-thing      | binary | base64
          """)
  void contentWithoutAnEncodingGetsOne(String type, String before, String after) throws Exception {
    String message =
        "MIME-Version: 1.0\r\nContent-Type: %s\r\nContent-Transfer-Encoding: %s\r\n\r\n"
                .formatted(type, before)
            + "first \t\r\n.\r\nFrom here\r\n"
            + LONG
            + "\r\n\r\nlast";
    for (String whole : new String[] {message, message + "\r\n"}) {
      String recoded = recoded(whole);
      assertShort(recoded);
      assertTrue(recoded.contains("Content-Transfer-Encoding: " + after + "\r\n"), recoded);
      // Quoted-printable of a last line without its end gets one.
      assertEquals(decoded(whole).strip(), decoded(recoded).strip());
      assertTrue(recoded.endsWith("\r\n"));
    }
  }

  @Test
  void mailWithoutMimeBecomesMime() throws Exception {
    String recoded = recoded("Subject: x\r\n\r\n" + LONG + "\r\n");
    assertTrue(recoded.contains("MIME-Version: 1.0\r\n"), recoded);
    assertTrue(recoded.contains("Content-Type: text/plain; charset=utf-8\r\n"), recoded);
    assertEquals("[text/plain]\n" + LONG + "\r\n\n", decoded(recoded));
  }

  @Test
  void textOfAnotherAlphabetBecomesBase64() throws Exception {
    String recoded =
        recoded("Content-Type: text/plain\r\n\r\n" + "\u00d0\u00b6".repeat(900) + "\r\n");
    assertTrue(recoded.contains("Content-Transfer-Encoding: base64\r\n"), recoded);
    assertEquals("[text/plain]\n" + "\u00d0\u00b6".repeat(900) + "\r\n\n", decoded(recoded));
  }

  @Test
  void encodedContentIsOnlyBrokenAnew() throws Exception {
    byte[] octets = new byte[5_000];
    new SplittableRandom(4).nextBytes(octets);
    String base64 = java.util.Base64.getEncoder().encodeToString(octets);
    String quoted = "=C3=A4b ".repeat(800) + "=\r\nend=20";
    String message =
        multipart(
            "Content-Type: image/png\r\nContent-Transfer-Encoding: Base64\r\n\r\n" + base64,
            "Content-Transfer-Encoding: quoted-printable (soft)\r\n\r\n" + quoted + "\r\n");
    String recoded = recoded(message);
    assertShort(recoded);
    assertTrue(recoded.contains("Content-Transfer-Encoding: Base64\r\n"), recoded);
    assertEquals(decoded(message), decoded(recoded));
    assertArrayEquals(octets(decoded(message)), octets(decoded(recoded)));
  }

  @Test
  void onlyThePartsThatNeedItAreChanged() throws Exception {
    String signed =
        "Content-Type: multipart/signed; boundary=s; protocol=\"application/pgp-signature\"\r\n\r\n"
            + "--s\r\nContent-Type: text/plain\r\n\r\nsigned text  \r\n"
            + "--s\r\nContent-Type: application/pgp-signature\r\n\r\nabc\r\n--s--\r\n";
    String inner =
        "Content-Type: message/rfc822\r\n\r\nSubject: "
            + "inner word ".repeat(120)
            + "\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n"
            + "--i\r\n\r\nplain\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>"
            + LONG
            + "</p>\r\n--i--";
    String message = multipart(signed, inner, "\r\nshort", "Content-Type: text/css\r\n\r\n" + LONG);
    String recoded = recoded(message);
    assertShort(recoded);
    assertTrue(recoded.contains(signed), recoded);
    assertEquals(decoded(message), decoded(recoded));
    assertTrue(recoded.contains("--i\r\n\r\nplain\r\n--i\r\n"), recoded);
    assertTrue(recoded.endsWith("--b 1--\r\nepilogue\r\n"), recoded);
  }

  @Test
  void whatStandsAroundPartsIsBrokenAnywhere() throws Exception {
    String message = multipart("\r\ntext").replace("preamble", "p".repeat(5_000));
    String recoded = recoded(message);
    assertShort(recoded);
    assertEquals(decoded(message), decoded(recoded));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Content-Type: multipart/signed; boundary=b\r\n\r\n--b\r\n\r\nLONG\r\n--b--\r\n",
        "Content-Type: multipart/encrypted; boundary=b\r\n\r\n--b\r\n\r\nLONG\r\n--b--\r\n",
        "Content-Type: multipart/signed; boundary=b\r\n\r\n"
            + "--b\r\n"
            + "Content-Type: multipart/mixed; boundary=c\r\n\r\n"
            + "--c\r\n\r\n"
            + "LONG\r\n"
            + "--c--\r\n"
            + "--b--\r\n",
        "Content-Type: message/rfc822\r\n\r\nDKIM-Signature: v=1\r\n\r\nLONG\r\n",
        "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nX: XLONG\r\n\r\nx\r\n--b--\r\n",
        "Content-Type: message/delivery-status\r\n\r\nLONG\r\n",
        "Content-Transfer-Encoding: x-uuencode\r\n\r\nLONG\r\n",
        "Content-Type: multipart/mixed\r\n\r\nLONG\r\n",
      })
  void whatMustNotBeChangedIsRefused(String message) throws Exception {
    String whole = message.replace("XLONG", "x".repeat(2_000)).replace("LONG", LONG);
    assertInstanceOf(LineRecoding.Impossible.class, outcome(whole, false));
  }

  @Test
  void aSignedMessageIsRefused() throws Exception {
    assertInstanceOf(
        LineRecoding.Impossible.class, outcome("Subject: x\r\n\r\n" + LONG + "\r\n", true));
  }

  /// Whatever the parts are, what they say stays the same.
  @Test
  void randomMessagesSayTheSameAfterwards() throws Exception {
    long seed = Long.getLong("facteur.seed", 2045);
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 300; i++) {
      String[] parts = new String[1 + random.nextInt(4)];
      for (int p = 0; p < parts.length; p++) {
        var text = new StringBuilder("Content-Type: text/plain\r\n\r\n");
        for (int line = random.nextInt(6); line >= 0; line--) {
          int length = random.nextInt(3) == 0 ? 990 + random.nextInt(30) : random.nextInt(90);
          for (int c = 0; c < length; c++) {
            text.append(" \tab=.-\u00e4".charAt(random.nextInt(8)));
          }
          text.append("\r\n");
        }
        parts[p] = text + "z".repeat(999);
      }
      String message = multipart(parts);
      String recoded = recoded(message);
      assertShort(recoded);
      assertEquals(decoded(message), decoded(recoded), "seed " + seed);
    }
  }

  private static final class Memory implements BodyStage {
    private final ByteArrayOutputStream octets = new ByteArrayOutputStream();

    @Override
    public void write(ByteBuffer from) {
      byte[] copy = new byte[from.remaining()];
      from.get(copy);
      octets.writeBytes(copy);
    }

    @Override
    public long size() {
      return octets.size();
    }

    @Override
    public boolean inFile() {
      return false;
    }

    @Override
    public StagedBody complete() {
      return StagedBody.of(octets.toByteArray());
    }

    @Override
    public void discard() {}
  }
}
