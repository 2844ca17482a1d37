package net.facteur.server.zone;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import net.facteur.auth.dns.Authorities;
import net.facteur.auth.dns.DomainName;
import net.facteur.auth.dns.RecordType;
import net.facteur.auth.dns.Survey;
import net.facteur.auth.dns.TxtRecord;
import net.facteur.auth.dns.ZoneSigning;
import net.facteur.server.files.ToldException;
import net.facteur.server.keys.RecordWatch.Holding;
import net.facteur.server.keys.RecordWatch.State;
import net.facteur.server.keys.RecordWatch.Watched;
import net.facteur.server.keys.ZonePlan;
import net.facteur.server.language.Language;
import net.facteur.server.zone.ZoneLooks.Found;
import org.junit.jupiter.api.Test;

/// Looks at zones: bounded, one after the other, and remembered.
class ZoneLooksTest {
  private static final DomainName ORG = DomainName.of("example.org");
  private static final DomainName NET = DomainName.of("example.net");

  private Instant now = Instant.parse("2026-12-01T06:00:00Z");
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private final ZoneLooks looks = new ZoneLooks(waiting::add, () -> now);

  private static ZonePlan plan(int keys) {
    return ZonePlan.of(
        new ZonePlan.Facts(
            ORG,
            DomainName.of("mail.example.net"),
            List.of(),
            IntStream.range(0, keys)
                .mapToObj(
                    i ->
                        new ZonePlan.KeyRecord(
                            DomainName.of("k" + i + "._domainkey.example.org"),
                            TxtRecord.of("v=DKIM1; p=AAAA")))
                .toList(),
            List.of(),
            List.of(),
            ZoneSigning.UNSIGNED,
            "dmarc-reports@example.org",
            "tls-reports@example.org",
            "v=STSv1; id=1",
            "letsencrypt.org",
            ZonePlan.Standing.NOTHING,
            List.of()));
  }

  /// A server that lacks everything, and one that is dead.
  private static final class TwoServers implements Authorities {
    final List<DomainName> asked = java.util.Collections.synchronizedList(new ArrayList<>());

    @Override
    public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
      asked.add(name);
      return new Survey<>(
          ORG,
          name,
          List.of(
              new Survey.Said<>("ns0", new Survey.Reply.Lacks<>()),
              new Survey.Said<>("ns1", new Survey.Reply.Silent<>("no answer in time"))),
          Duration.ZERO,
          Optional.empty());
    }
  }

  private ZoneLook look(DomainName domain) throws IOException {
    return ZoneLook.of(plan(1), new TwoServers(), () -> now);
  }

  @Test
  void eachRecordIsAskedForOnceAndEachServerIsTold() throws IOException {
    var servers = new TwoServers();
    ZoneLook look = ZoneLook.of(plan(2), servers, () -> now);
    long watched =
        look.records().stream().filter(one -> !(one.state() instanceof State.Unwatched)).count();
    assertTrue(watched > 5, look.records()::toString);
    assertEquals(watched, servers.asked.size());
    assertEquals(watched, look.amiss().size());
    Watched key =
        look.records().stream()
            .filter(one -> one.line().owner().text().startsWith("k1."))
            .findFirst()
            .orElseThrow();
    assertInstanceOf(State.Missing.class, key.state());
    assertEquals(
        List.of("ns0", "ns1"), key.servers().stream().map(server -> server.server()).toList());
    assertInstanceOf(Holding.Nothing.class, key.servers().getFirst().holding());
    assertInstanceOf(Holding.Silent.class, key.servers().getLast().holding());
  }

  @Test
  void nobodyIsAskedForMoreThanALookTakes() {
    var servers = new TwoServers();
    ToldException no =
        assertThrows(
            ToldException.class,
            () -> ZoneLook.of(plan(ZoneLook.MOST_RECORDS + 1), servers, () -> now));
    assertTrue(no.said().in(Language.ENGLISH).contains("facteur dns watch"));
    assertEquals(List.of(), servers.asked);
  }

  @Test
  void nameServersThatNeverAnswerEndALookAllTheSame() throws Exception {
    var never = new CountDownLatch(1);
    Authorities dead =
        new Authorities() {
          @Override
          public <T> Survey<T> ask(DomainName name, RecordType<T> type) {
            try {
              never.await();
            } catch (InterruptedException _) {
              Thread.currentThread().interrupt();
            }
            return new Survey<>(name, name, List.of(), Duration.ZERO, Optional.of("interrupted"));
          }
        };
    ZoneLook look = ZoneLook.of(plan(1), dead, () -> now, Duration.ofMillis(20));
    assertTrue(
        look.records().stream()
            .filter(one -> !(one.state() instanceof State.Unwatched))
            .allMatch(one -> one.state() instanceof State.Unknown),
        look.records()::toString);
    assertTrue(look.amiss().size() > 5);
  }

  @Test
  void aLookIsBegunOnceAndRemembered() {
    assertEquals(Optional.empty(), looks.last(ORG));
    assertTrue(looks.begin(ORG, this::look));
    assertTrue(looks.underWay(ORG));
    assertFalse(looks.begin(ORG, this::look), "one is under way");
    assertTrue(looks.begin(NET, this::look));
    assertEquals(2, waiting.size());
    waiting.forEach(Runnable::run);
    assertFalse(looks.underWay(ORG));
    assertInstanceOf(Found.Seen.class, looks.last(ORG).orElseThrow());
    assertEquals(now, looks.last(ORG).orElseThrow().at());
  }

  @Test
  void nameServersOfOthersAreNotAskedAgainAtOnce() {
    looks.look(ORG, this::look);
    assertFalse(looks.begin(ORG, this::look));
    now = now.plus(ZoneLooks.PAUSE);
    assertTrue(looks.begin(ORG, this::look));
    now = now.minus(Duration.ofDays(1));
    assertTrue(looks.begin(NET, this::look));
    waiting.forEach(Runnable::run);
    now = now.minus(Duration.ofDays(1));
    assertTrue(looks.begin(ORG, this::look), "a clock that went back stops nobody");
  }

  @Test
  void whyThereWasNoLookIsRemembered() {
    looks.look(
        ORG,
        _ -> {
          throw new IOException("no such file");
        });
    Found failed = looks.last(ORG).orElseThrow();
    assertEquals(
        "no such file", assertInstanceOf(Found.Failed.class, failed).why().in(Language.ENGLISH));
    looks.look(
        NET,
        _ -> {
          throw new IllegalStateException("a bug");
        });
    assertInstanceOf(Found.Failed.class, looks.last(NET).orElseThrow());
    assertFalse(looks.underWay(NET));
  }
}
