package net.facteur.server.explanations;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.server.language.Language;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ExplanationsTest {
  private static final Explanations TABLE = Explanations.shipped();

  @Test
  void eachEntryExplainsItsOwnSamplesAndNoneShadowsAnother() {
    assertEquals(
        List.of(),
        TABLE.missed(TABLE.entries()).stream()
            .map(p -> p.line() + ": " + p.text().in(Language.ENGLISH))
            .toList());
  }

  static Stream<Explanation> entries() {
    return TABLE.entries().stream();
  }

  @ParameterizedTest
  @MethodSource("entries")
  void eachEntryIsWhole(Explanation entry) {
    assertFalse(entry.samples().isEmpty(), "no sample");
    assertEquals(2, entry.words().size(), "English and French");
    entry.words().values().forEach(words -> assertFalse(words.title().endsWith(".")));
    for (String provider : entry.providers()) {
      assertTrue(Providers.shipped().named(provider).isPresent(), provider);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "google|550|5.7.26|This mail has been blocked because the sender is unauthenticated.|US",
        "google|450|4.2.1|The user you are trying to contact is receiving mail at a rate|RECIPIENT",
        "google|550|5.1.1|The email account that you tried to reach does not exist.|RECIPIENT",
        "google|550|5.7.1|Our system has detected that this message is likely unsolicited|CONTENT",
        "google|421|4.7.28|Gmail has detected an unusual rate of mail|RATE",
        "microsoft|550|5.7.606|Access denied, banned sending IP [192.0.2.1]|US",
        "microsoft|550|5.7.649|Access denied, banned sending IP [192.0.2.1]|US",
        "microsoft|451|4.7.652|The mail server has been temporarily rate limited|RATE",
        "yahoo|421|4.7.0|[TSS04] Messages from 192.0.2.1 temporarily deferred|RATE",
        "orange|421|4.0.0|Service refuse. Veuillez essayer plus tard. OFR_999|RATE",
        "laposte|550|5.5.0|Service refuse. LPN007_510|US",
        "mx.example|550|5.1.1|user unknown|RECIPIENT",
        "mx.example|451|4.3.0|sorry|OTHER",
        "mx.example|450|4.7.1|Greylisting in action|TEMPORARY",
      })
  void theRefusalIsAboutSomebody(
      String provider, String code, String status, String text, About about) {
    assertEquals(about, explained(provider, code, status, text).about());
  }

  @Test
  void whatABigOneSaysIsKnownWhoeverQuotesIt() {
    assertEquals(
        Optional.of("google-unauthenticated"),
        explained("mx.example", "550", "5.7.26", "gateway said: the sender is unauthenticated.")
            .entry()
            .map(Explanation::id));
    assertEquals(
        Optional.empty(),
        explained("mx.example", "550", "5.0.0", "S3140").entry().map(Explanation::id));
  }

  @Test
  void repliesOfAnyLengthAndOddityAreAnswered() {
    String long_ = "550 " + "a*".repeat(100_000);
    assertEquals(Cause.UNKNOWN, TABLE.of(Optional.empty(), status("5.0.0"), long_).cause());
    for (String odd : List.of("", "5", "550", "abc", "\u0000\uffff", "999 x", "550\tx")) {
      assertEquals(Optional.empty(), TABLE.of(Optional.empty(), status("5.0.0"), odd).entry());
    }
  }

  @Test
  void theAdministratorsEntriesGoFirst() {
    ExplanationsFile.Read own =
        ExplanationsFile.parse(
            """
            # ours
            [our-list]
            provider: google example.net
            code: 550
            text: unauthenticated * our list
            cause: blocked
            about: recipient
            title.fr: Leur liste
            why.fr: Ils ont une liste.
             Elle est longue.
            do.fr: Appelez-les.
            url: https://example.net/list
            sample: 550 5.7.26 The sender is unauthenticated and on our list
            """);
    assertEquals(List.of(), own.problems());
    Explanations table = Explanations.shippedAfter(own.entries());
    assertEquals(List.of(), table.missed(own.entries()));
    Explained found =
        table.of(
            Providers.shipped().named("google"),
            status("5.7.26"),
            "550 5.7.26 sender is unauthenticated, see OUR LIST");
    assertEquals(About.RECIPIENT, found.about());
    assertEquals(
        "Ils ont une liste. Elle est longue.",
        found.entry().orElseThrow().in(Language.ENGLISH).why());
    assertEquals(Explanations.shipped().entries().size() + 1, table.entries().size());
  }

  @Test
  void whatIsWrongInAFileIsSaidWithItsLine() {
    ExplanationsFile.Read read =
        ExplanationsFile.parse(
            """
            text: before
            [Not A Name]
            [no-words]
            text: something
            cause: blocked
            [bad]
            code: 99
            colour: red
            no colon here
            cause: whatever
            about: me
            url: ftp://example.net
            title.en: a
            [bad]
            """);
    assertEquals(List.of(), read.entries());
    assertEquals(
        List.of(1, 2, 3, 8, 9, 7, 10, 11, 6, 12, 14),
        read.problems().stream().map(ExplanationsFile.Problem::line).toList());
    read.problems().forEach(problem -> assertFalse(problem.text().in(Language.FRENCH).isBlank()));
  }

  @Test
  void aSampleThatAnotherEntryExplainsIsFound() {
    ExplanationsFile.Read own =
        ExplanationsFile.parse(
            """
            [first]
            text: hello
            cause: spam
            title.en: a
            why.en: b
            do.en: c
            [second]
            text: hello world
            cause: spam
            title.en: a
            why.en: b
            do.en: c
            sample: 550 hello world
            """);
    assertEquals(
        List.of(7),
        Explanations.shippedAfter(own.entries()).missed(own.entries()).stream()
            .map(ExplanationsFile.Problem::line)
            .toList());
  }

  private static Explained explained(String provider, String code, String status, String text) {
    return TABLE.of(
        Providers.shipped().recalled(provider).map(p -> new Provider(p.name(), p.title())),
        status(status),
        code + " " + status + " " + text);
  }

  private static EnhancedStatusCode status(String text) {
    String[] parts = text.split("\\.", -1);
    return EnhancedStatusCode.of(
        Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
  }
}
