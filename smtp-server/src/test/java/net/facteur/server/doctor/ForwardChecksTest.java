package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.server.accounts.UserName;
import net.facteur.server.addresses.AddressEntry;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.feedback.ForwardMemory;
import net.facteur.server.feedback.ForwardShare;
import net.facteur.server.language.Language;
import net.facteur.server.providers.Provider;
import net.facteur.server.providers.Providers;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What providers ask of forwarders.
class ForwardChecksTest {
  private static final String TO_GMAIL = "forwards { \"bob@example.org\" = [\"bob@gmail.com\"] }\n";

  @TempDir private Path home;

  private Settings settings(String text) {
    var loaded =
        Reference.loader(Map.of(), Optional.empty())
            .parse(
                "hostname = mail.example.org\ndomains { \"example.org\" {} }\n" + text,
                home.resolve("mail.conf"));
    return assertInstanceOf(LoadedSettings.Good.class, loaded).settings();
  }

  private static Optional<Provider> provider(String domain) {
    return Providers.shipped().ofDomain(domain);
  }

  private List<String> found(String text, List<AddressEntry> stored, ForwardChecks.Known known) {
    return ForwardChecks.examine(settings(text), stored, known, ForwardChecksTest::provider)
        .stream()
        .map(f -> f.level() + " " + f.subject().in(Language.ENGLISH))
        .toList();
  }

  private List<String> found(String text) {
    return found(text, List.of(), ForwardChecks.Known.NOTHING);
  }

  @Test
  void nothingIsSaidWhereNoMailIsPassedOn() {
    assertEquals(
        List.of(), found("aliases { \"sales@example.org\" = [\"bob@example.org\", \"carol\"] }"));
  }

  @Test
  void aForwardAnAliasAndAStoredOneAllCount() {
    List<String> all = List.of("OK SRS", "OK ARC", "WARNING spam");
    assertEquals(all, found(TO_GMAIL));
    assertEquals(all, found("aliases { \"sales@example.org\" = [\"Bob@Gmail.COM\"] }"));
    var stored =
        new AddressEntry.Forward(
            new UserName("bob", DomainName.of("example.org")),
            List.of("bob@outlook.com"),
            true,
            Optional.empty());
    assertEquals(all, found("", List.of(stored), ForwardChecks.Known.NOTHING));
  }

  @ParameterizedTest
  @CsvSource({
    "gmail.com, off, WARNING ARC",
    "gmail.com, auto, OK ARC",
    "outlook.com, off, WARNING ARC",
    "outlook.com, on, OK ARC",
    "orange.fr, off, ''",
    "unknown.example, auto, ''",
  })
  void sealsAreMissedWhereAProviderAsksForThem(String domain, String seal, String said) {
    String text =
        "forwards { \"bob@example.org\" = [\"bob@" + domain + "\"] }\narc.seal-forwards = " + seal;
    assertEquals(said, found(text).stream().filter(f -> f.endsWith("ARC")).findFirst().orElse(""));
  }

  @ParameterizedTest
  @CsvSource({
    "'', WARNING spam",
    "'filter.rspamd.address = \"127.0.0.1:11333\"', OK spam",
    "reception.dmarc = note, WARNING DMARC",
    "srs.domain = example.org, OK SRS",
  })
  void whatIsJunkHasToStayHere(String text, String said) {
    List<String> found = found(TO_GMAIL + text);
    assertEquals(true, found.contains(said), found::toString);
  }

  @Test
  void forwardsThatRestAreNamedWithTheCommandThatShowsThem() {
    var known =
        new ForwardChecks.Known(
            Stream.of("dan@gone.example", "eve@well.example")
                .map(
                    target ->
                        new ForwardMemory.Listed(
                            target,
                            List.of("bob@example.org"),
                            target.contains("gone") ? "rests" : "arrives",
                            Optional.empty(),
                            "550 5.1.1 no"))
                .toList(),
            ForwardShare.Sum.NONE);
    Finding rests =
        ForwardChecks.examine(settings(TO_GMAIL), List.of(), known, ForwardChecksTest::provider)
            .getLast();
    assertEquals(Finding.Level.WARNING, rests.level());
    assertEquals("dan@gone.example", rests.subject().in(Language.ENGLISH));
    assertEquals("facteur forward list", rests.paste().getFirst().in(Language.ENGLISH));
  }

  @ParameterizedTest
  @CsvSource({"99, 99, ''", "100, 80, WARNING share", "1000, 799, OK share", "100, 0, OK share"})
  void theShareOfForwardedMailIsToldWhereItMeansSomething(
      long delivered, long forwarded, String said) {
    var known = new ForwardChecks.Known(List.of(), new ForwardShare.Sum(delivered, forwarded));
    assertEquals(
        said,
        found(TO_GMAIL, List.of(), known).stream()
            .filter(f -> f.endsWith("share"))
            .findFirst()
            .orElse(""));
  }
}
