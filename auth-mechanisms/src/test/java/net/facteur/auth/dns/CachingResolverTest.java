package net.facteur.auth.dns;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class CachingResolverTest {
  private static final DomainName NAME = DomainName.of("a.example.com");

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-01-01T00:00:00Z"));
  private final ZoneResolver zone =
      ZoneResolver.of(Map.of("a.example.com", Map.of("A", "192.0.2.1"), "broken.test", "SERVFAIL"));

  private CachingResolver over(Resolver resolver) {
    return new CachingResolver(resolver, DnsSettings.DEFAULTS, now::get);
  }

  private void pass(Duration time) {
    now.updateAndGet(t -> t.plus(time));
  }

  @Test
  void anAnswerIsKeptForItsTtlAndTellsWhatIsLeft() {
    CachingResolver cache = over(zone);
    cache.lookup(NAME, RecordType.A);
    pass(Duration.ofSeconds(299));
    var again = assertInstanceOf(Answer.Records.class, cache.lookup(NAME, RecordType.A));
    assertEquals(Duration.ofSeconds(1), again.ttl());
    assertEquals(1, zone.lookups());
    pass(Duration.ofSeconds(1));
    cache.lookup(NAME, RecordType.A);
    assertEquals(2, zone.lookups());
  }

  @Test
  void negativeAnswersAndFailuresAreKeptToo() {
    CachingResolver cache = over(zone);
    for (int i = 0; i < 3; i++) {
      assertInstanceOf(Answer.NoData.class, cache.lookup(NAME, RecordType.MX));
      assertInstanceOf(Answer.NxDomain.class, cache.lookup(DomainName.of("b.test"), RecordType.MX));
      assertInstanceOf(
          Answer.Failed.class, cache.lookup(DomainName.of("broken.test"), RecordType.A));
    }
    assertEquals(3, zone.lookups());
    pass(Duration.ofSeconds(5));
    cache.lookup(NAME, RecordType.MX);
    cache.lookup(DomainName.of("broken.test"), RecordType.A);
    assertEquals(4, zone.lookups());
  }

  @Test
  void longNegativeTtlsAreCut() {
    CachingResolver cache =
        over(
            new Resolver() {
              @Override
              public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
                zone.lookup(name, type);
                return new Answer.NxDomain<>(false, Duration.ofDays(30));
              }
            });
    cache.lookup(NAME, RecordType.A);
    pass(DnsSettings.DEFAULTS.maxNegativeTtl());
    cache.lookup(NAME, RecordType.A);
    assertEquals(2, zone.lookups());
  }

  @Test
  void manyWhoAskTheSameAtOnceCostOneLookup() throws Exception {
    var gate = new CountDownLatch(1);
    CachingResolver cache =
        over(
            new Resolver() {
              @Override
              public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
                if (name.equals(NAME)) {
                  awaitGate(gate);
                }
                return zone.lookup(name, type);
              }
            });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var answers = new ArrayList<Future<Answer<InetAddress>>>();
      for (int i = 0; i < 50; i++) {
        answers.add(threads.submit(() -> cache.lookup(NAME, RecordType.A)));
      }
      // another question is not held up
      assertInstanceOf(Answer.NxDomain.class, cache.lookup(DomainName.of("b.test"), RecordType.A));
      gate.countDown();
      for (Future<Answer<InetAddress>> answer : answers) {
        assertEquals(1, answer.get().orEmpty().size());
      }
    }
    assertEquals(2, zone.lookups());
  }

  private static void awaitGate(CountDownLatch gate) {
    try {
      gate.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void aBugBelowReachesTheCallerAndLeavesNothingBehind() {
    var calls = new AtomicInteger();
    CachingResolver cache =
        over(
            new Resolver() {
              @Override
              public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
                calls.incrementAndGet();
                throw new IllegalStateException("a bug");
              }
            });
    assertThrows(IllegalStateException.class, () -> cache.lookup(NAME, RecordType.A));
    assertThrows(IllegalStateException.class, () -> cache.lookup(NAME, RecordType.A));
    assertEquals(2, calls.get());
  }

  @Test
  void whatIsKeptIsBoundedBySize() {
    Resolver large =
        new Resolver() {
          @Override
          public <T> Answer<T> lookup(DomainName name, RecordType<T> type) {
            zone.lookup(name, type);
            T text = type.data().cast(TxtRecord.of("x".repeat(60_000)));
            return new Answer.Records<>(List.of(text), name, false, Duration.ofHours(1));
          }
        };
    CachingResolver cache = over(large);
    int names = 1000; // 60 MB, of which 16 MiB may stay
    for (int i = 0; i < names; i++) {
      cache.lookup(DomainName.of("n" + i + ".test"), RecordType.TXT);
    }
    for (int i = 0; i < names; i++) {
      cache.lookup(DomainName.of("n" + i + ".test"), RecordType.TXT);
    }
    assertTrue(zone.lookups() > names + names / 2, zone.lookups() + " look-ups");
  }

  @Test
  void aDeadlineStopsFurtherLookups() {
    var timed = new DeadlineResolver(zone, now::get, Duration.ofSeconds(20));
    assertInstanceOf(Answer.Records.class, timed.lookup(NAME, RecordType.A));
    pass(Duration.ofSeconds(21));
    assertInstanceOf(Answer.Failed.class, timed.lookup(NAME, RecordType.A));
    assertEquals(1, zone.lookups());
  }
}
