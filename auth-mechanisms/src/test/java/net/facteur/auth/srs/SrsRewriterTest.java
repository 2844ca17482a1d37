package net.facteur.auth.srs;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.facteur.auth.ConformanceCases;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;

class SrsRewriterTest {
  private static final Instant NOW = Instant.ofEpochSecond(1_577_836_860);

  private static SrsSecret secret(String text) {
    return new SrsSecret(text.getBytes(StandardCharsets.UTF_8));
  }

  private static SrsRewriter rewriter(Instant now, String... secrets) {
    return new SrsRewriter(
        SrsRewriter.Settings.defaults(Stream.of(secrets).map(SrsRewriterTest::secret).toList()),
        InstantSource.fixed(now));
  }

  @TestFactory
  Stream<DynamicTest> everyKnownAnswerIsGiven() {
    return Stream.of("srs/postsrsd/cases.json", "srs/computed-basic/cases.json")
        .flatMap(ConformanceCases::cases)
        .map(c -> DynamicTest.dynamicTest(c.get("id").asString(), () -> check(c)));
  }

  private static void check(JsonNode c) {
    var settings =
        new SrsRewriter.Settings(
            c.get("secrets").valueStream().map(s -> secret(s.asString())).toList(),
            c.has("separator") ? c.get("separator").asString().charAt(0) : '=',
            c.has("hashlength") ? c.get("hashlength").asInt() : 4,
            Duration.ofDays(c.has("maxage_days") ? c.get("maxage_days").asInt() : 21));
    var rewriter =
        new SrsRewriter(
            settings, InstantSource.fixed(Instant.ofEpochSecond(c.get("now").asLong())));
    String input = c.get("input").asString();
    String answer =
        c.get("op").asString().equals("forward")
            ? answer(rewriter.forward(input, c.get("alias").asString()))
            : answer(rewriter.reverse(input));
    JsonNode expect = c.get("expect");
    assertEquals(
        expect.isString() ? expected(c) : "error: " + expect.get("error").asString(), answer);
  }

  /// The others write a slash of base64 as it is; in the hash that we write, `_` stands there.
  private static String expected(JsonNode c) {
    String text = c.get("expect").asString();
    int end = text.indexOf('=', 5);
    return c.get("op").asString().equals("forward") && text.startsWith("SRS")
        ? text.substring(0, end).replace('/', '_') + text.substring(end)
        : text;
  }

  private static String answer(SrsForwarding forwarding) {
    return switch (forwarding) {
      case SrsForwarding.Rewritten(String address, boolean _) -> address;
      case SrsForwarding.Unchanged(String address) -> address;
      case SrsForwarding.Refused(SrsProblem problem) -> "error: " + problem.words();
    };
  }

  private static String answer(SrsReversal reversal) {
    return switch (reversal) {
      case SrsReversal.Reversed(String address) -> address;
      case SrsReversal.Refused(SrsProblem problem) -> "error: " + problem.words();
    };
  }

  @Test
  void bouncesFindTheirWayBackForTwentyOneDays() {
    String srs = answer(rewriter(NOW, "key").forward("a@example.org", "fwd.example"));
    for (int days : new int[] {0, 1, 21}) {
      Instant later = NOW.plus(Duration.ofDays(days));
      assertEquals("a@example.org", answer(rewriter(later, "key").reverse(srs)));
    }
    for (int days : new int[] {-1, 22, 500, 1023}) {
      Instant later = NOW.plus(Duration.ofDays(days));
      assertEquals("error: expired", answer(rewriter(later, "key").reverse(srs)));
    }
  }

  @Test
  void theFirstSecretSignsAndAllVerify() {
    String old = answer(rewriter(NOW, "old").forward("a@example.org", "fwd.example"));
    assertEquals("a@example.org", answer(rewriter(NOW, "new", "old").reverse(old)));
    assertEquals("error: wrong hash", answer(rewriter(NOW, "new").reverse(old)));
    assertEquals(
        answer(rewriter(NOW, "new").forward("a@example.org", "fwd.example")),
        answer(rewriter(NOW, "new", "old").forward("a@example.org", "fwd.example")));
  }

  @Test
  void hashesOfBothAlphabetsAndAnyCaseVerify() {
    var rewriter = rewriter(NOW, "foo");
    assertEquals(
        "user@domain-with-dash.com",
        answer(rewriter.reverse("SRS0=-nil=2w=domain-with-dash.com=user@fwd.example")));
    assertEquals(
        "user=with=equals@domain.com",
        answer(rewriter.reverse("srs0=n_CN=2W=domain.com=user=with=equals@fwd.example")));
    assertEquals(
        "error: wrong hash",
        answer(rewriter.reverse("SRS0=+NI=2W=domain-with-dash.com=user@fwd.example")));
  }

  @Test
  void anySeparatorIsReadAndTheOneOfTheSettingsWritten() {
    var plus =
        new SrsRewriter(
            new SrsRewriter.Settings(List.of(secret("k")), '+', 8, Duration.ofDays(7)),
            InstantSource.fixed(NOW));
    String first = answer(plus.forward("a@example.org", "one.example"));
    assertTrue(first.startsWith("SRS0+"), first);
    String second = answer(rewriter(NOW, "x").forward(first, "two.example"));
    assertTrue(second.contains("=one.example=+"), second);
    assertEquals(first, answer(rewriter(NOW, "x").reverse(second)));
    assertEquals("a@example.org", answer(plus.reverse(first)));
  }

  @Test
  void quotedLocalPartsStayWhole() {
    var rewriter = rewriter(NOW, "k");
    for (String address : List.of("\"a b\"@example.org", "\"a@b\\\"c\"@example.org")) {
      String srs = answer(rewriter.forward(address, "fwd.example"));
      assertTrue(srs.startsWith("\"SRS0="), srs);
      assertEquals(address, answer(rewriter.reverse(srs)));
    }
  }

  @Test
  void aLongLocalPartIsMarked() {
    var rewriter = rewriter(NOW, "k");
    var fits =
        assertInstanceOf(
            SrsForwarding.Rewritten.class, rewriter.forward("a@example.org", "fwd.example"));
    assertTrue(fits.withinLimit());
    var tooLong =
        assertInstanceOf(
            SrsForwarding.Rewritten.class,
            rewriter.forward("a".repeat(60) + "@example.org", "fwd.example"));
    assertFalse(tooLong.withinLimit());
    assertEquals("a".repeat(60) + "@example.org", answer(rewriter.reverse(tooLong.address())));
  }

  @Test
  void brokenAddressesAreRefused() {
    var rewriter = rewriter(NOW, "k");
    for (String bad :
        List.of(
            "SRS0=@f.example",
            "SRS0=aaaa@f.example",
            "SRS0=aaaa=2W@f.example",
            "SRS0=aaaa=2W=@f.example",
            "SRS0=aaaa=2W=h@f.example",
            "SRS0=aaaa=2W=h=@f.example",
            "SRS0=aaaa=2WW=h=u@f.example",
            "SRS1=aaaa=h@f.example",
            "SRS1=aaaa==x@f.example",
            "SRS1=aaaa=h=x@f.example",
            "\"SRS0=a@f.example")) {
      assertEquals("error: malformed", answer(rewriter.reverse(bad)), bad);
    }
    for (String other : List.of("SRS0@f.example", "SRS0x=a@f.example", "SRS2=a@f.example")) {
      assertEquals("error: not an SRS address", answer(rewriter.reverse(other)), other);
    }
    assertEquals("error: malformed", answer(rewriter.forward("@example.org", "f.example")));
    assertEquals("error: malformed", answer(rewriter.forward("a@", "f.example")));
    assertFalse(SrsRewriter.isSrs("srs"));
    assertTrue(SrsRewriter.isSrs("srs0+x"));
  }

  @Test
  void aSecretNeverShowsItself() {
    assertFalse(secret("hush").toString().contains("hush"));
  }

  @Test
  void whatIsRewrittenIsReversedWhatIsChangedIsRefusedAndNoInputThrows() {
    long seed = Long.getLong("facteur.seed", 5321);
    System.out.println("SrsRewriterTest seed " + seed);
    var random = new Random(seed);
    var rewriter = rewriter(NOW, "one", "two");
    int refused = 0;
    for (int i = 0; i < 5_000; i++) {
      String address =
          text(random, "abcXYZ019+-_=%") + "@" + text(random, "abcXYZ019-") + ".example";
      String srs = answer(rewriter.forward(address, "fwd.example"));
      assertEquals(address, answer(rewriter.reverse(srs)), () -> "seed " + seed);
      int at = 5 + random.nextInt(srs.length() - 17);
      char changed = srs.charAt(at) == '7' ? '3' : '7';
      String forged = srs.substring(0, at) + changed + srs.substring(at + 1);
      if (rewriter.reverse(forged) instanceof SrsReversal.Refused) {
        refused++;
      }
    }
    assertEquals(5_000, refused, "seed " + seed);
    for (int i = 0; i < 20_000; i++) {
      String noise = (i % 2 == 0 ? "SRS" + i % 3 + "=" : "") + text(random, "=-+@\"\\a2W\u0000é ");
      assertNotNull(rewriter.reverse(noise));
      assertNotNull(rewriter.forward(noise, "fwd.example"));
    }
  }

  private static String text(Random random, String alphabet) {
    var out = new StringBuilder().append(alphabet.charAt(0));
    for (int n = random.nextInt(20); n > 0; n--) {
      out.append(alphabet.charAt(random.nextInt(alphabet.length())));
    }
    return out.toString();
  }

  @Test
  void noHashHasASlashAndOldOnesThatHaveAreRead() {
    var rewriter = rewriter(NOW, "new");
    int underscores = 0;
    for (int i = 0; i < 500; i++) {
      String ours = answer(rewriter.forward("user" + i + "@example.net", "fwd.example"));
      assertFalse(ours.contains("/"), ours);
      String theirs = "SRS0=" + ours.substring(5, 9).replace('_', '/') + ours.substring(9);
      underscores += theirs.equals(ours) ? 0 : 1;
      assertEquals("user" + i + "@example.net", answer(rewriter.reverse(ours)));
      assertEquals("user" + i + "@example.net", answer(rewriter.reverse(theirs)));
    }
    assertTrue(underscores > 5, "only " + underscores);
  }

  @Test
  void longerHashesOfTheSameSecretAreReadAndShorterOnesAreNot() {
    var secrets = List.of(new SrsSecret("new".getBytes(StandardCharsets.UTF_8)));
    var clock = InstantSource.fixed(NOW);
    String whole = "";
    for (int length = 20; length >= 4; length--) {
      var other =
          new SrsRewriter(
              new SrsRewriter.Settings(secrets, '=', length, Duration.ofDays(21)), clock);
      String address = answer(other.forward("a@example.net", "fwd.example"));
      whole = length == 20 ? address : whole;
      assertEquals("a@example.net", answer(rewriter(NOW, "new").reverse(address)));
      assertEquals(
          length == 4 ? "a@example.net" : "error: wrong hash",
          answer(other.reverse("SRS0=" + whole.substring(5, 9) + whole.substring(25))));
    }
    char[] wrong = whole.toCharArray();
    wrong[20] = wrong[20] == 'x' ? 'y' : 'x';
    assertEquals("error: wrong hash", answer(rewriter(NOW, "new").reverse(new String(wrong))));
  }
}
