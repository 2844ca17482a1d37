package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.server.config.Settings;
import net.facteur.server.language.Language;
import net.facteur.server.language.Text;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.RoutesSettings;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Domains that the server is backup MX for.
class BackupExamTest {
  @TempDir private Path data;

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "10 mx.friend.example/20 mail.example.org, OK, goes on to mx.friend.example",
    "10 mx.friend.example, WARNING, no MX record leads to mail.example.org",
    "'', WARNING, no MX record leads to mail.example.org",
    "10 mail.example.org/20 mx.friend.example, ERROR, no mail exchanger of it is better",
    "10 mail.example.org/10 mx.friend.example, ERROR, no mail exchanger of it is better",
    "20 mail.example.org/5 mail.example.org/10 mx.friend.example, ERROR, is better",
  })
  void theirMailNeedsABetterHost(String records, Finding.Level level, String words) {
    List<String> mx = Stream.of(records.split("/", -1)).filter(r -> !r.isEmpty()).toList();
    Map<String, Object> friend = mx.isEmpty() ? Map.of() : Map.of("MX", mx);
    var patient =
        new ServerFacts(
            DomainName.of("mail.example.org"),
            Set.of(),
            Set.of(DomainName.of("friend.example")),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            RoutesSettings.NOTHING,
            Optional.empty(),
            List.of(),
            data,
            "",
            ReceivedReportSettings.from(Settings.DEFAULTS),
            _ -> false,
            0,
            Optional.empty(),
            ClientChecksTest.NOTHING,
            ZoneResolver.of(Map.of("friend.example", friend)),
            new ClockExamTest.Alone(),
            _ -> {
              throw new AssertionError("no policy is asked for");
            },
            InstantSource.fixed(Instant.parse("2026-11-30T00:00:00Z")));
    Finding found =
        new NameChecks(patient)
            .examine().stream()
                .filter(finding -> finding.subject().equals(Text.of("friend.example")))
                .findFirst()
                .orElseThrow();
    assertEquals(level, found.level());
    String told = found.meaning().in(Language.ENGLISH);
    assertEquals(true, told.contains(words), told);
  }
}
