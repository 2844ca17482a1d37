package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.mtasts.MtaStsLookup;
import net.facteur.auth.mtasts.MtaStsPolicyText;
import net.facteur.auth.mtasts.MxPattern;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.checks.StartChecks;
import net.facteur.server.config.LoadedSettings;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.notices.Notices;
import net.facteur.server.settings.Reference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A mail only where something is different from the day before.
class DailyExaminationTest {
  @TempDir private Path directory;
  private final List<Notices.Notice> told = new ArrayList<>();
  private Instant now = Instant.parse("2027-01-01T03:00:00Z");
  private MtaStsPolicyText policy = policy("mail.example.org");

  /// A network in which nobody answers.
  private record Online() implements ServerFacts.Network {
    @Override
    public List<String> talk(
        InetSocketAddress server, List<String> lines, java.time.Duration timeout) {
      return List.of();
    }

    @Override
    public boolean online() {
      return true;
    }
  }

  private static MtaStsPolicyText policy(String host) {
    return new MtaStsPolicyText(
        MtaStsPolicyText.Mode.ENFORCE,
        List.of(new MxPattern(false, net.facteur.auth.dns.DomainName.of(host))),
        java.time.Duration.ofDays(7));
  }

  private Settings settings(String languages) throws IOException {
    Path file = directory.resolve("mail.conf");
    Files.createDirectories(directory.resolve("data"));
    Files.writeString(
        file,
        "hostname = mail.example.org\ndomains { \"example.org\" {} }\nlisten.reception = []\n"
            + "directories.data = data\nlanguages = ["
            + languages
            + "]\n");
    return switch (Reference.loader(Map.of(), Optional.empty()).load(file)) {
      case LoadedSettings.Good(Settings read) -> read;
      case LoadedSettings.Wrong(var mistakes) -> throw new AssertionError(mistakes.toString());
    };
  }

  private void examine(String languages, String... mx) throws IOException {
    Map<String, Object> zone =
        Map.of(
            "mail.example.org", Map.of("A", List.of("192.0.2.25")),
            "_mta-sts.example.org", Map.of("TXT", List.of("v=STSv1; id=1")),
            "example.org", Map.of("MX", List.of(mx)));
    Settings settings = settings(languages);
    new DailyExamination(
            settings,
            () -> StartChecks.asked(settings, () -> now, _ -> List.of()).forDoctor(),
            () -> ForwardChecks.Known.NOTHING,
            Optional.empty(),
            ZoneResolver.of(zone),
            new Online(),
            _ -> new PolicyFetch.Fetched(policy),
            () -> now,
            () -> 0,
            told::add)
        .run(Optional.empty());
    now = now.plus(java.time.Duration.ofDays(1));
  }

  @Test
  void mailsOnceForEachChangeAndNeverOtherwise() throws IOException {
    examine("en", "10 mail.example.org");
    assertEquals(1, told.size(), told.toString());
    assertEquals(
        "The state of the server mail.example.org has changed",
        told.getFirst().subject().in(Language.ENGLISH));
    assertTrue(
        told.getFirst().text().in(Language.ENGLISH).contains("reverse"),
        told.getFirst().text().in(Language.ENGLISH));
    for (int day = 0; day < 5; day++) {
      examine("en", "10 mail.example.org");
    }
    assertEquals(1, told.size(), () -> "nothing has changed: " + told);
    examine("en", "10 mail.example.org", "20 backup.example.net");
    assertEquals(2, told.size());
    assertTrue(
        told.getLast().text().in(Language.ENGLISH).contains("backup.example.net"),
        told.getLast().text().in(Language.ENGLISH));
    assertTrue(
        told.getLast().text().in(Language.ENGLISH).contains("mta-sts.mx"),
        told.getLast().text().in(Language.ENGLISH));
    policy = policy("backup.example.net");
    examine("en", "10 mail.example.org");
    policy = policy("mail.example.org");
    examine("en", "10 mail.example.org");
    int before = told.size();
    examine("en", "10 mail.example.org");
    assertEquals(before, told.size());
  }

  @Test
  void speaksFrench() throws IOException {
    examine("fr", "10 other.example.net");
    assertTrue(
        told.getFirst().subject().in(Language.FRENCH).startsWith("L'état du serveur"),
        told.toString());
    assertTrue(
        told.getFirst().text().in(Language.FRENCH).contains("le courrier va ailleurs"),
        told.toString());
  }

  @Test
  void aPolicyThatCannotBeReadIsNamed() throws IOException {
    Map<String, Object> zone =
        Map.of("_mta-sts.example.org", Map.of("TXT", List.of("v=STSv1; id=1")));
    Settings settings = settings("en");
    new DailyExamination(
            settings,
            () -> StartChecks.asked(settings, () -> now, _ -> List.of()).forDoctor(),
            () -> ForwardChecks.Known.NOTHING,
            Optional.empty(),
            ZoneResolver.of(zone),
            new Online(),
            _ ->
                new PolicyFetch.Failed(
                    new MtaStsLookup.Unusable(MtaStsLookup.Cause.FETCH, "HTTP status 404")),
            () -> now,
            () -> 0,
            told::add)
        .run(Optional.empty());
    assertTrue(
        told.getFirst().text().in(Language.ENGLISH).contains("HTTP status 404"), told.toString());
  }
}
