package net.facteur.server.routes;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import net.facteur.auth.dns.DomainName;
import net.facteur.queue.DeliveryAttempt;
import net.facteur.queue.DeliveryOutcome;
import net.facteur.queue.DeliveryOutcome.RemoteHost;
import net.facteur.queue.Destination;
import net.facteur.queue.EnhancedStatusCode;
import net.facteur.queue.MessageContent;
import net.facteur.queue.MessageTraits;
import net.facteur.queue.Recipient;
import net.facteur.queue.sim.Mail;
import net.facteur.server.counts.SqlCountStore;
import net.facteur.server.delivery.Ways;
import net.facteur.server.explanations.Explanations;
import net.facteur.server.routing.NextHop;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A domain whose MX records name a host of a big provider first and one of its own behind it.
class HostsOfOthersTest {
  private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");
  private static final Target BIG = new Target("direct", "big.example");
  private static final Recipient RECIPIENT = Mail.to("mallory", new Destination("mx:evil.example"));

  @TempDir private Path directory;
  private final List<String> notices = new ArrayList<>();
  private Instant now = NOW;
  private SqlCountStore store;
  private Fallbacks fallbacks;
  private Routes routes;

  @BeforeEach
  void begin() throws IOException {
    store = SqlCountStore.in(directory, () -> now);
    fallbacks = new Fallbacks(store, () -> now);
    routes =
        Routes.of(
            RouteWiring.table(
                RouteSettingsText.read(
                    directory,
                    "routes { second { host = smtp.relay.example } }",
                    "fallback { route = second, after = 4h, pause = 12h }")),
            fallbacks,
            Explanations.shipped(),
            new FallbackNotices(notice -> notices.add(notice.toString())),
            _ -> false,
            () -> now);
  }

  @AfterEach
  void end() {
    store.close();
  }

  /// A way is chosen without looking at it.
  private static final class Unread implements MessageContent {
    @Override
    public byte[] header() {
      return new byte[] {'\r', '\n'};
    }

    @Override
    public long bodySize() {
      return 0;
    }

    @Override
    public InputStream openBody() {
      return InputStream.nullInputStream();
    }
  }

  private Ways.Trip trip() {
    return routes.begin(
        new DeliveryAttempt(
            Mail.id(NOW, new Random(1)),
            Mail.ALICE,
            RECIPIENT.destination(),
            List.of(RECIPIENT),
            new Unread(),
            MessageTraits.PLAIN,
            1,
            NOW,
            true),
        NextHop.parse(new Destination("mx:evil.example")).toOptional().orElseThrow(),
        _ -> List.of(DomainName.of("gone.big.example"), DomainName.of("mx.evil.example")));
  }

  private static Map<Recipient, DeliveryOutcome> blocks(String host) {
    return Map.of(
        RECIPIENT,
        new DeliveryOutcome.Failed(
            EnhancedStatusCode.of(5, 7, 1),
            "550 5.7.1 Service unavailable; client host [192.0.2.1] blocked using Spamhaus",
            Optional.of(new RemoteHost(host, "192.0.2.7:25", ""))));
  }

  @Test
  void aHostOfTheDomainsOwnClosesNoWayToTheProvider() {
    Optional<Ways.Onward> onward = trip().after(blocks("mx.evil.example"));
    assertEquals(Set.of(RECIPIENT), onward.orElseThrow().recipients());
    assertInstanceOf(Standing.Open.class, fallbacks.of(BIG));
    assertEquals(List.of(), notices);
  }

  @Test
  void aHostOfTheProvidersClosesIt() {
    Optional<Ways.Onward> onward = trip().after(blocks("mx1.big.example"));
    assertEquals(Set.of(RECIPIENT), onward.orElseThrow().recipients());
    assertInstanceOf(Standing.Away.class, fallbacks.of(BIG));
  }

  @Test
  void aHostOfTheDomainsOwnOpensNoneEither() {
    trip().after(blocks("mx1.big.example"));
    now = now.plus(Duration.ofHours(13));
    trip()
        .after(
            Map.of(
                RECIPIENT,
                new DeliveryOutcome.Delivered(
                    EnhancedStatusCode.of(2, 0, 0),
                    "250 2.0.0 Ok",
                    Optional.of(new RemoteHost("mx.evil.example", "192.0.2.7:25", "")),
                    false,
                    false)));
    assertInstanceOf(Standing.Away.class, fallbacks.of(BIG));
  }

  @Test
  void aClockThatWasAheadKeepsNoWayClosed() {
    now = NOW.plus(Duration.ofDays(90));
    trip().after(blocks("mx1.big.example"));
    now = NOW;
    assertTrue(fallbacks.mayTry(BIG), "the way is not tried for three months");
    assertFalse(fallbacks.mayTry(BIG), "every message tries it");
  }

  @Test
  void aTroubleThatAClockAheadSawDoesNotHinderTheFallback() {
    now = NOW.plus(Duration.ofDays(90));
    fallbacks.troubled(BIG, "421 busy");
    now = NOW;
    assertEquals(NOW, fallbacks.troubled(BIG, "421 busy"));
  }
}
