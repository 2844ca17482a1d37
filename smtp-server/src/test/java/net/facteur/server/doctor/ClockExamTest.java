package net.facteur.server.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.ZoneResolver;
import net.facteur.auth.mtasts.PolicyFetch;
import net.facteur.server.config.Settings;
import net.facteur.server.report.received.ReceivedReportSettings;
import net.facteur.server.routes.RoutesSettings;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ClockExamTest {
  @TempDir private Path data;

  @ParameterizedTest
  @CsvSource({
    "2026-11-30T00:00:00Z, 2020-01-01T00:00:00Z, ERROR",
    "2026-11-30T00:00:00Z, 2026-11-29T23:59:59Z, ERROR",
    "2026-11-30T00:00:00Z, 2037-01-01T00:00:00Z, WARNING",
  })
  void aClockThatIsYearsOffIsSeen(Instant built, Instant now, Finding.Level level)
      throws IOException {
    var patient =
        new ServerFacts(
            DomainName.of("mail.example.org"),
            Set.of(),
            Set.of(),
            Map.of(),
            Map.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            RoutesSettings.NOTHING,
            Optional.of(built),
            List.of(),
            data,
            "",
            ReceivedReportSettings.from(Settings.DEFAULTS),
            _ -> false,
            0,
            Optional.empty(),
            ClientChecksTest.NOTHING,
            ZoneResolver.of(Map.of()),
            new Alone(),
            _ -> {
              throw new AssertionError("no policy is asked for: " + PolicyFetch.class);
            },
            InstantSource.fixed(now));
    Finding clock =
        new MachineChecks(patient, () -> 0, true)
            .examine().stream().filter(f -> f.check().equals("clock")).findFirst().orElseThrow();
    assertEquals(level, clock.level());
  }

  /// No network.
  static final class Alone implements ServerFacts.Network {
    @Override
    public List<String> talk(InetSocketAddress server, List<String> lines, Duration timeout) {
      return List.of();
    }

    @Override
    public boolean online() {
      return false;
    }
  }
}
