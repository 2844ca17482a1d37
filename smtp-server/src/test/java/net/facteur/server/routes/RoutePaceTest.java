package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import net.facteur.queue.Destination;
import net.facteur.queue.Pace;
import net.facteur.server.config.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A route keeps to its rate, beside what a provider may have.
class RoutePaceTest {
  private static final Instant NOW = Instant.parse("2026-12-01T08:00:00Z");
  private static final Destination PARTNER = new Destination("mx:partner.example");
  private static final Destination BELOW = new Destination("mx:a.partner.example");
  private static final Destination BIG = new Destination("mx:customer.example");
  private static final Destination OTHER = new Destination("mx:other.example");

  private final List<String> begun = new ArrayList<>();
  private int room = 5;

  /// Knows one provider.
  private final Pace rhythm =
      new Pace() {
        @Override
        public Optional<String> group(Destination destination) {
          return destination.equals(BIG) ? Optional.of("microsoft") : Optional.empty();
        }

        @Override
        public Room room(String group, int running, Instant now) {
          return room > 0 ? Room.attempts(room) : Room.heldUntil(now.plusSeconds(600), group);
        }

        @Override
        public void begins(String group, Instant now) {
          begun.add(group);
        }
      };

  @TempDir private Path directory;

  private Settings settings(String text) throws IOException {
    return RouteSettingsText.read(directory, text);
  }

  private Pace pace(String text) throws IOException {
    Settings settings = settings(text);
    return RoutePace.of(
        RoutesSettings.from(settings),
        RoutesSettings.rates(settings),
        domain -> domain.equals("customer.example") ? Optional.of("microsoft") : Optional.empty(),
        rhythm);
  }

  private static final String ROUTES =
      """
      routes {
        partner { to = ["partner.example", "*.partner.example"], rate = 30 }
        big { provider = [microsoft], rate = 60 }
        friend { to = ["other.example"] }
        news { from = ["news.example.org"], rate = 1 }
      }
      """;

  private static String group(Pace pace, Destination destination) {
    return pace.group(destination).orElseThrow();
  }

  @Test
  void messagesBeginOneAfterTheOtherWhicheverDomainOfTheRouteTheyGoTo() throws IOException {
    Pace pace = pace(ROUTES);
    assertEquals(1, pace.room(group(pace, PARTNER), 0, NOW).attempts());
    pace.begins(group(pace, PARTNER), NOW);
    assertEquals(
        Pace.Room.after(NOW.plusSeconds(2)), pace.room(group(pace, BELOW), 0, NOW.plusSeconds(1)));
    assertEquals(1, pace.room(group(pace, BELOW), 1, NOW.plusSeconds(2)).attempts());
  }

  @Test
  void whatTheProviderMayHaveHoldsBeside() throws IOException {
    Pace pace = pace(ROUTES);
    String group = group(pace, BIG);
    pace.begins(group, NOW);
    assertEquals(List.of("microsoft"), begun);
    assertEquals(Pace.Room.after(NOW.plusSeconds(1)), pace.room(group, 0, NOW));
    room = 0;
    assertEquals(
        Pace.Room.heldUntil(NOW.plusSeconds(603), "microsoft"),
        pace.room(group, 0, NOW.plusSeconds(3)));
  }

  @Test
  void routesWithoutARateAndThoseOfSendersChangeNothing() throws IOException {
    Pace pace = pace(ROUTES);
    assertEquals(Optional.empty(), pace.group(OTHER));
    assertEquals(Optional.empty(), pace.group(new Destination("relay:smtp.example.net:587")));
    assertEquals(
        Map.of("news", 1, "partner", 30, "big", 60), RoutesSettings.rates(settings(ROUTES)));
  }

  @Test
  void aClockThatWasAheadHoldsNothing() throws IOException {
    Pace pace = pace(ROUTES);
    String group = group(pace, PARTNER);
    pace.begins(group, NOW.plus(Duration.ofDays(30)));
    assertEquals(1, pace.room(group, 0, NOW).attempts());
  }

  @Test
  void withoutRatesThereIsNothingBetween() throws IOException {
    assertEquals(rhythm, pace("routes { friend { to = [\"other.example\"] } }"));
  }
}
